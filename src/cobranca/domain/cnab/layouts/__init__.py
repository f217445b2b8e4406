"""The layouts, one module each. A new module here is a new layout: nothing else lists them."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

from cobranca.domain.cnab.layout import Layout
from cobranca.domain.errors import InvalidField


def _find_layouts() -> dict[str, Layout]:
    found: dict[str, Layout] = {}
    for module in iter_modules(__path__):
        known: Layout = import_module(f"{__name__}.{module.name}").LAYOUT
        if known.code in found:
            raise RuntimeError(f"two modules describe layout {known.code}")
        found[known.code] = known
    return dict(sorted(found.items()))


#: Every layout by its code, in order.
LAYOUTS = MappingProxyType(_find_layouts())


def layout(code: str) -> Layout:
    """Find a layout by its code.

    Raises:
        InvalidField: FIELD_NOT_ALLOWED on `layout`.
    """
    found = LAYOUTS.get(code)
    if found is None:
        detail = f"There is no layout {code!r}; there are {', '.join(LAYOUTS)}."
        raise InvalidField("layout", detail, code="FIELD_NOT_ALLOWED")
    return found
