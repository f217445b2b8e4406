"""Rows become titles that every layout takes, with the our numbers of their bank's boletos."""

from __future__ import annotations

import json
import uuid
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from cobranca.domain.address import Address
from cobranca.domain.boleto import Account, bank, issued_our_numbers
from cobranca.domain.cnab import LAYOUTS, RemittanceFile, RemittanceWriter
from cobranca.infra.settings import BeneficiarySettings
from cobranca.pipeline.billing_details import BillingDetails
from cobranca.pipeline.issuing_terms import Profile
from cobranca.remittances.account import OrderAccount
from cobranca.remittances.tally import Tally, TitleRow
from cobranca.remittances.titles import TitleMaker
from tests.unit.domain.cnab.accounts import PARAMETERS

if TYPE_CHECKING:
    from cobranca.remittances.titles import Chunk

_GOLDEN = Path(__file__).parents[2] / "golden" / "barcodes.json"
_OTHERS = {"133": {"branch": "0001", "wallet": "09", "account": "1234567"}}
_DAY = date(2026, 11, 3)
_ADDRESS = Address(street="Rua A", number="1", city="Campinas", state="SP", postal_code="13010050")


def boleto_parameters(code: str) -> dict[str, str]:
    """Return parameters of an account that issues boletos: a public example's, where there is."""
    rows: list[dict[str, Any]] = json.loads(_GOLDEN.read_text())
    declared = {p.name: p for p in bank(code).parameters}
    row = next((row for row in rows if row["bank"] == code), {})
    known = {name: row[name] for name in declared if name in row} or _OTHERS.get(code, {})
    known = {name: value for name, value in known.items() if name in declared}
    return known | ({"agreement": "1234567"} if code == "001" else {})


def maker(layout: str) -> tuple[TitleMaker, Profile]:
    """Make what makes titles of a layout, and the profile of their boletos."""
    parameters = boleto_parameters(layout[:3])
    asked = {wanted.name for wanted in LAYOUTS[layout].account}
    order = OrderAccount(
        layout=layout,
        name="Escola Aurora Ltda",
        tax_id="11222333000181",
        bank=layout[:3],
        bank_parameters=parameters,
        layout_parameters={
            name: value
            for name, value in PARAMETERS[layout].items()
            if name in asked and name not in parameters
        },
        species=next(iter(LAYOUTS[layout].species), "DM"),
        acceptance="N",
        sequence_first=1,
        titles_max=20_000,
        file_name=None,
    )
    beneficiary = BeneficiarySettings(bank=layout[:3], bank_parameters=parameters)
    account = Account(bank=layout[:3], parameters=parameters)
    made = TitleMaker(
        order=order,
        account=order.opened(),
        file=RemittanceFile(sequence=1, generated_at=datetime.fromisoformat("2026-11-03T10:00")),
        tally=Tally(),
    )
    return made, Profile(beneficiary=beneficiary, account=account)


def row(number: int, *, entered: bool = False, removed: bool = False) -> TitleRow:
    """Make a row."""
    return TitleRow(
        id=number,
        debt_id=uuid.UUID(int=number),
        name=f"Ana {number}",
        tax_id="52998224725",
        amount_cents=1000 + number,
        due_date=date(2026, 12, 10),
        our_number=number,
        removed=removed,
        entered=entered,
    )


def made(layout: str, rows: list[TitleRow], **details: Any) -> tuple[Chunk | None, TitleMaker]:
    """Make titles of rows that have an address."""
    titles, profile = maker(layout)
    known = {each.id: BillingDetails(address=_ADDRESS, **details) for each in rows}
    return titles.make(rows, known, profile, issued=_DAY), titles


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_takes_the_numbers_of_its_banks_boletos(layout: str) -> None:
    chunk, titles = made(
        layout, [row(n) for n in (1, 2, 77)] + [row(9, entered=True, removed=True)]
    )
    assert titles.tally.held == {}
    assert chunk is not None
    writer = RemittanceWriter(titles.account, titles.file)
    content = writer.begin() + b"".join(writer.write(chunk.titles)) + writer.end()
    assert (writer.titles, titles.tally.titles, titles.tally.write_offs) == (4, 3, 1)
    assert content.count(b"\r\n") == writer.records


@pytest.mark.parametrize("code", sorted({layout[:3] for layout in LAYOUTS}))
def test_our_numbers_in_bulk_are_those_of_one(code: str) -> None:
    account = Account(bank=code, parameters=boleto_parameters(code))
    sequences = np.array([1, 2, 99_999], dtype=np.int64)
    bulk = issued_our_numbers(account, sequences, _DAY)
    assert [n.decode() for n in bulk] == [account.our_number_of(int(n), _DAY) for n in sequences]


@pytest.mark.parametrize(
    ("layout", "said", "number"),
    [
        ("341-400", "NF-77/2", "NF-77/2"),
        ("341-400", "nf-77", "NF-77"),
        ("341-400", "NF-77/2026/11", "0000000005"),
        ("341-400", "NF#77", "0000000005"),
        ("341-400", "", "0000000005"),
        ("748-400", "NF-77", "0000000005"),
    ],
)
def test_the_files_own_number_goes_where_it_fits(layout: str, said: str, number: str) -> None:
    chunk, _ = made(layout, [row(5)], document_number=said)
    assert chunk is not None
    assert chunk.titles.document_number == [number]
