"""From the data of a boleto to the operators that go into a sheet's slots."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from cobranca.domain.boleto.barcode import format_digitable_line
from cobranca.domain.slip.instructions import SMALL_LEAD, InstructionRoom
from cobranca.domain.slip.itf import bars
from cobranca.domain.slip.sheet import POINTS_PER_MM, VALUE_SIZE, number
from cobranca.domain.slip.text import BOLD, Box, literal, to_winansi
from cobranca.domain.text_format import format_amount, format_date, label_tax_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from cobranca.domain.slip.slip_data import SlipCharges, SlipData

_MESSAGES_KEPT: Final = 64
# The digitable line has always the same width: nothing to measure.
_LINE_UNITS: Final = 47 * 556 + 7 * 278
# A date and an amount fit in every box of every layout, so their box only aligns them.
_AMOUNT: Final = Box(font=BOLD, size=VALUE_SIZE, size_min=5, width=90)
_CHARGE: Final = Box(size=VALUE_SIZE, size_min=5, width=88)
_DATE_UNITS: Final = 8 * 556 + 2 * 278


def value_box(width_mm: float) -> Box:
    """Give the room of a value in a cell, in the regular font."""
    return Box(size=VALUE_SIZE, size_min=5, width=width_mm * POINTS_PER_MM)


@dataclass(frozen=True, slots=True)
class MessageRoom:
    """The room of a slip's own lines, below the `taken` ones of its template."""

    room: InstructionRoom
    taken: int

    @property
    def left(self) -> int:
        """Give how many lines there are."""
        return self.room.lines_max - self.taken

    def wrapped(self, messages: tuple[str, ...]) -> list[bytes]:
        """Break messages into lines, however many."""
        return [line for text in messages for line in self.room.box.wrap(text)]

    def lines(self, messages: tuple[str, ...]) -> list[bytes]:
        """Break messages into the lines that are printed."""
        return self.room.lines(messages, kept_free=self.taken)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotBoxes:
    """The boxes of one layout's slots. `charge_down` and `charge_across` are steps in points."""

    our_number: Box
    document_number: Box
    payer: Box
    payer_short: Box
    in_form: MessageRoom
    in_receipt: MessageRoom | None
    pix: Box
    charge_down: float
    charge_across: float
    line_scale: int = 100
    _messages: Callable[[tuple[str, ...]], tuple[bytes, bytes]] = field(init=False)

    def __post_init__(self) -> None:
        """Keep the last messages laid out: most slips of a batch have the same ones."""
        kept = lru_cache(maxsize=_MESSAGES_KEPT)(self._lay_out_messages)
        object.__setattr__(self, "_messages", kept)

    def values_of(self, slip: SlipData) -> tuple[bytes, ...]:
        """Give the operators of each slot, in the slots' order."""
        address = slip.payer_address
        tail = " - " + label_tax_id(slip.payer_tax_id)
        charges = slip.charges
        payload = slip.pix_payload
        in_form, in_receipt = self._messages(slip.messages) if slip.messages else (b"", b"")
        return (
            self._line(slip.digitable_line),
            self.our_number.right(slip.our_number),
            self.document_number.left(slip.document_number),
            b"[%d(%b)]TJ" % (_DATE_UNITS, format_date(slip.due_date).encode()),
            _AMOUNT.right(format_amount(slip.amount_cents)),
            b"(%b)Tj" % format_date(slip.issued).encode(),
            self.payer.left(slip.payer_name, to_winansi(tail)),
            self.payer.left(address[0]) if address else b"",
            self.payer.left(" - ".join(address[1:])) if len(address) > 1 else b"",
            in_form,
            _charges(slip, charges, 0, -self.charge_down) if charges else b"",
            _charges(slip, charges, self.charge_across, 0) if charges else b"",
            self.payer_short.left(slip.payer_name),
            self.pix.left(payload) if payload else b"",
            bars(slip.barcode),
            in_receipt,
        )

    def _line(self, line: str) -> bytes:
        token = b"[%d(%b)]TJ" % (_LINE_UNITS, format_digitable_line(line).encode())
        return token if self.line_scale == 100 else b"%d Tz%b 100 Tz" % (self.line_scale, token)

    def _lay_out_messages(self, messages: tuple[str, ...]) -> tuple[bytes, bytes]:
        """Give the slip's own lines in the form, and in the receipt, which are mostly the same."""
        in_form, in_receipt = self.in_form, self.in_receipt
        lines = in_form.wrapped(messages)
        # The receipt is wider: what is not broken in the form is not broken there.
        if len(lines) == len(messages) <= min(in_form.left, (in_receipt or in_form).left):
            token = _below(lines)
            return token, token
        return (
            _below(in_form.lines(messages)),
            _below(in_receipt.lines(messages)) if in_receipt else b"",
        )


def _below(lines: list[bytes]) -> bytes:
    """Write lines one below another, and come back."""
    down = b"Tj 0 -%b Td" % number(SMALL_LEAD)
    back = b"Tj 0 %b Td" % number(SMALL_LEAD * (len(lines) - 1))
    # The space parts the lines for who listens or copies; it is not seen.
    return down.join(literal(line + b" ") for line in lines) + back if lines else b""


def _charges(slip: SlipData, charges: SlipCharges, step_x: float, step_y: float) -> bytes:
    """Write the five charges, each a step further, and come back; nothing where there is none."""
    cents = (
        charges.discount_cents,
        charges.other_deductions_cents,
        charges.fine_interest_cents,
        charges.other_additions_cents,
        slip.charged_cents,
    )
    move = b" %b %b Td " % (number(step_x), number(step_y))
    back = b" %b %b Td" % (number(-4 * step_x), number(-4 * step_y))
    return move.join(_CHARGE.right(format_amount(c)) if c else b" " for c in cents) + back
