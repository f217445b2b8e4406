"""No cell, however long, costs more than its length: a gap of a megabyte is passed over at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cobranca.domain.money import DecimalStyle
from cobranca.uploads.csv_reader.amounts import read_amount
from cobranca.uploads.csv_reader.due_dates import read_due_date
from cobranca.uploads.csv_reader.optional_columns.texts import (
    read_instalment,
    read_phone,
    read_postal_code,
    read_state,
)
from cobranca.uploads.csv_reader.tax_ids import read_tax_id

if TYPE_CHECKING:
    from collections.abc import Callable

READERS: dict[str, Callable[[str], object]] = {
    "amount": lambda text: read_amount(text, DecimalStyle.ANY)[1].name,
    "due date": lambda text: read_due_date(text)[1].name,
    "tax id": lambda text: read_tax_id(text)[2].name,
    "instalment": lambda text: read_instalment(text.encode()),
    "phone": lambda text: read_phone(text.encode()),
    "postal code": lambda text: read_postal_code(text.encode()),
    "state": lambda text: read_state(text.encode()),
}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("before", ["1", "a\u00a0", "parcela", "10/03/2027", "R$", "CEP"])
@pytest.mark.parametrize("unit", [" ", "\u00a0", "\t", "T", ", ", "n.", "0", "1 "])
def test_a_long_gap_is_passed_over_at_once(reader: str, before: str, unit: str) -> None:
    """An expression that begins anew at each place of the gap would not come to its end."""
    read = READERS[reader]
    assert read(before + unit * 1_000_000 + "x") == read(before + unit * 1_000 + "x")
