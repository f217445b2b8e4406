"""The tables of return files: what most banks share, once, and of each bank what differs.

A table names places of the header line, of a title, and of an extra line that brings a Pix code.
A title is one line of 400 places, or the two lines T and U of 240 put together: places 241 to 480
are those of U. Fields of one table may overlap: a number and the number with its check digit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from cobranca.domain.cnab.record import Field, parse_fields
from cobranca.domain.cnab.returns.numbers import NumberReader

#: The name of a field whose places are read in payments only: elsewhere they mean something else.
PAID_ONLY: Final = "paid."


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonPlaces:
    """Where reason codes stand in a title: one after the other, each of some width.

    Attributes:
        start: first place, from 0.
        stop: place after the last one.
        width: of one code; 0 = each place that holds `1` is a reason, named by its number.
        when: places that must not be zeros or blanks for the codes to mean anything.
    """

    start: int
    stop: int
    width: int
    when: tuple[int, int] | None = None


def reasons_at(
    first: int, last: int, width: int, when: tuple[int, int] | None = None
) -> ReasonPlaces:
    """Declare places of reasons, counted from 1 as manuals do."""
    needed = (when[0] - 1, when[1]) if when else None
    return ReasonPlaces(start=first - 1, stop=last, width=width, when=needed)


@dataclass(frozen=True, kw_only=True)
class ReturnLayout:
    """How one bank writes its return files, in one width.

    Attributes:
        bank: three digits.
        width: 240 or 400.
        header: fields of the first line.
        title: fields of a title.
        pix: fields of the extra line that brings a Pix code.
        pix_type: what tells that line: its first place in 400; segment and kind in 240.
        reasons: where reasons stand; None when the layout has none.
        reasons_of: the same for single occurrences.
        printed: how people see the our number: a format of the names in `titles`.
        number_width: the our number is filled with zeros up to here.
        paid_is_net: the paid field is what is credited, so the fee is to be added.
        fine: the other credits are the fine.
    """

    bank: str
    width: int
    header: Mapping[str, Field]
    title: Mapping[str, Field]
    pix: Mapping[str, Field]
    pix_type: str = ""
    reasons: ReasonPlaces | None = None
    reasons_of: Mapping[str, ReasonPlaces]
    printed: str = "{our_number}-{digit}"
    number_width: int = 0
    paid_is_net: bool = False
    fine: bool = False

    @cached_property
    def numbers(self) -> NumberReader:
        """The reader of amounts and dates of every title."""
        return NumberReader([f for f in self.title.values() if not _is_paid_only(f)])

    @cached_property
    def paid_numbers(self) -> NumberReader:
        """The reader of those that only payments have."""
        bare = [
            replace(f, name=f.name.removeprefix(PAID_ONLY))
            for f in self.title.values()
            if _is_paid_only(f)
        ]
        return NumberReader(bare)

    def places(self, name: str, first: int, last: int) -> ReturnLayout:
        """Give the layout with a field of a title moved; places are counted from 1."""
        moved = replace(self.title[name], start=first - 1, stop=last)
        return replace(self, title={**self.title, name: moved})

    def printing(self, printed: str) -> ReturnLayout:
        """Give the layout with the our number printed in another way."""
        return replace(self, printed=printed)


def _is_paid_only(field: Field) -> bool:
    return field.name.startswith(PAID_ONLY)


def layout_of(
    bank: str,
    base: str,
    table: str = "",
    *,
    without: tuple[str, ...] = (),
    reasons: ReasonPlaces | None = None,
    reasons_of: Mapping[str, ReasonPlaces] | None = None,
    pix_type: str = "",
    printed: str = "{our_number}-{digit}",
    number_width: int = 0,
    paid_is_net: bool = False,
    fine: bool = False,
) -> ReturnLayout:
    """Lay a bank's table over the shared one.

    Its fields replace those of the same name, and in titles those whose places they take;
    `without` names fields that the bank does not have. The others are attributes of the layout.
    """
    shared, own = _joined(parse_fields(base)), _joined(parse_fields(table))
    parts: dict[str, dict[str, Field]] = {}
    for part in ("header", "title", "pix"):
        new = own.get(part, ())
        gone = {*without, *(f.name.removeprefix(PAID_ONLY) for f in new)}
        over = new if part == "title" else ()
        kept = [f for f in shared.get(part, ()) if f.name not in gone and not _covered(f, over)]
        parts[part] = {f.name: f for f in (*kept, *new)}
    return ReturnLayout(
        bank=bank,
        width=240 if "T:" in base else 400,
        header=parts["header"],
        title=parts["title"],
        pix=parts["pix"],
        pix_type=pix_type,
        reasons=reasons,
        reasons_of=reasons_of or {},
        printed=printed,
        number_width=number_width,
        paid_is_net=paid_is_net,
        fine=fine,
    )


def _covered(field: Field, over: tuple[Field, ...]) -> bool:
    return any(f.start < field.stop and field.start < f.stop for f in over)


def _joined(parts: dict[str, tuple[Field, ...]]) -> dict[str, tuple[Field, ...]]:
    """Put the segments T and U together as one title."""
    if "T" not in parts and "U" not in parts:
        return parts
    after = tuple(replace(f, start=f.start + 240, stop=f.stop + 240) for f in parts.get("U", ()))
    return {**parts, "title": (*parts.get("T", ()), *after)}
