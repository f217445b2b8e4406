"""Templates of text: sections that stay or go, and variables, split into parts once per sender."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from functools import lru_cache
from importlib.resources import files

_SECTION = re.compile(r"\{\{#(\w+)\}\}\n(.*?)\{\{/\1\}\}\n", re.DOTALL)
_VARIABLE = re.compile(r"\{\{(\w+)\}\}")


@lru_cache(maxsize=8)
def load_template(name: str) -> str:
    """Return a template of this package, by its file name."""
    return (files("cobranca.notifications") / "templates" / name).read_text("utf-8")


def split_template(
    template: str,
    constants: Mapping[str, str],
    present: Collection[str],
    escaped: Callable[[str], str],
) -> list[str]:
    """Fill in what is the same for every mail and return the parts around what is not.

    Args:
        template: with `{{variable}}` and sections `{{#name}}` ... `{{/name}}`, each mark of a
            section on a line of its own.
        constants: the variables whose values are known now.
        present: names of the sections that stay.
        escaped: is put around every constant.

    Returns:
        An odd number of parts: literal text at even places, names of variables at odd ones.
    """
    kept = _SECTION.sub(lambda found: found[2] if found[1] in present else "", template)
    pieces = _VARIABLE.split(kept)
    parts = [pieces[0]]
    for name, literal in zip(pieces[1::2], pieces[2::2], strict=True):
        if name in constants:
            parts[-1] += escaped(constants[name]) + literal
        else:
            parts += [name, literal]
    return parts
