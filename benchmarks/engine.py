"""The pure parts on one core: numbers, slips, the reader and the mails."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.figure import Figure
from cobranca.domain.boleto import Account, digitable_line_of, issue_numbers
from cobranca.domain.pix import static_payload
from cobranca.domain.slip import SlipBeneficiary, SlipData, SlipTemplate
from cobranca.infra.mailer.mail import Mail, message_id
from cobranca.notifications.mail_text import compose

if TYPE_CHECKING:
    from collections.abc import Callable

_NUMBERS = 500_000
_SLIPS = 3_000
_ISSUED = date(2026, 8, 1)


def measure(rows: int, repeat: int) -> list[Figure]:
    """Measure rates of the engine; `rows` has no part in it."""
    del rows
    plain, with_qr = _slips(pix=False), _slips(pix=True)
    template = _template()
    pdf = template.render(plain[0])
    return [
        Figure(
            name="barcodes + digitable lines, one core",
            unit="1/s",
            values=[_rate(_NUMBERS, _number) for _ in range(repeat)],
            must=500_000,
            aim=2_000_000,
            less_is_better=False,
        ),
        Figure(
            name="PDF pages without QR, one core",
            unit="1/s",
            values=[_rate(_SLIPS, lambda: template.render_many(plain)) for _ in range(repeat)],
            must=3_000,
            aim=6_000,
            less_is_better=False,
            note=f"{len(pdf):,} bytes a page",
        ),
        Figure(
            name="PDF pages with QR, one core",
            unit="1/s",
            values=[_rate(_SLIPS, lambda: template.render_many(with_qr)) for _ in range(repeat)],
            must=1_000,
            aim=3_000,
            less_is_better=False,
        ),
        Figure(
            name="mails composed with their PDF, one core",
            unit="1/s",
            values=[_rate(_SLIPS, lambda: _compose(pdf)) for _ in range(repeat)],
            less_is_better=False,
        ),
    ]


def _rate(count: int, work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return count / (time.perf_counter() - started)


def _account() -> Account:
    return Account(bank="341", parameters={"wallet": "109", "branch": "0057", "account": "12345"})


def _number() -> None:
    count = np.arange(_NUMBERS, dtype=np.int64)
    due = np.datetime64("2027-01-01") + count % 700
    issue_numbers(_account(), count + 1, count % 1_000_000 + 1, due, issued=_ISSUED)


def _template() -> SlipTemplate:
    return SlipTemplate(
        beneficiary=SlipBeneficiary(name="Escola Aurora Ltda", tax_id="11222333000181"),
        bank_code="341",
        bank_digit="7",
        bank_name="Itaú",
        branch_account_text="0057 / 12345-7",
        wallet="109",
        instructions=("Não receber após 30 dias do vencimento.",),
    )


def _slips(*, pix: bool) -> list[SlipData]:
    count = np.arange(_SLIPS, dtype=np.int64)
    due = np.full(_SLIPS, np.datetime64("2027-01-31"))
    numbers = issue_numbers(_account(), count + 1, count + 1000, due, issued=_ISSUED)
    barcodes = [row.tobytes().decode() for row in numbers.barcodes]
    return [
        SlipData(
            digitable_line=digitable_line_of(barcode),
            barcode=barcode,
            our_number=f"109/{index + 1:08d}-0",
            document_number=f"{index:08d}",
            amount_cents=index + 1000,
            due_date=date(2027, 1, 31),
            issued=_ISSUED,
            payer_name=f"José da Silva {index}",
            payer_tax_id="12345678909",
            pix_payload=_pix(index + 1000) if pix else None,
        )
        for index, barcode in enumerate(barcodes)
    ]


def _pix(amount_cents: int) -> str:
    return static_payload(
        key="11222333000181", name="ESCOLA AURORA", city="SAO PAULO", amount_cents=amount_cents
    )


def _compose(pdf: bytes) -> None:
    for index in range(_SLIPS):
        debt_id = f"00000000-0000-4000-8000-{index:012d}"
        mail = Mail(
            debt_id=debt_id,
            message_id=message_id(debt_id, "aurora.example", 0),
            sender_name="Escola Aurora Ltda",
            sender_address="cobranca@aurora.example",
            reply_to=None,
            recipient_name=f"José da Silva {index}",
            recipient_address=f"jose{index}@example.com",
            date=datetime(2026, 8, 1, 12, tzinfo=UTC),
            beneficiary_name="Escola Aurora Ltda",
            amount_cents=1000 + index,
            due_date=date(2027, 1, 31),
            digitable_line="34191090080000001005712345678901123450000010000",
            our_number="109/00000001-0",
            demonstration=False,
        )
        compose(mail, pdf)
