"""The product's pipeline with every bank that the engine knows, chosen by settings alone."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pypdfium2
import pytest

from cobranca.billings.service import get_billing
from cobranca.boletos.service import read_pdf
from cobranca.domain.boleto import BANKS, bank, read_barcode
from cobranca.domain.pix import read_payload
from cobranca.infra.settings import BeneficiarySettings
from cobranca.notifications.outbox import open_mail
from cobranca.notifications.service import Notifier
from tests.support.factories import add_upload, statuses
from tests.support.scanner import QR, scan
from tests.support.works import issue_batch, notify_batch

if TYPE_CHECKING:
    from cobranca.infra.resources import Resources

GOLDEN = Path(__file__).parents[2] / "golden" / "barcodes.json"
#: Banks of which the public suites have no whole boleto; the widths are those of the bank's rule.
OTHERS = {
    "097": {"branch": "0001", "agreement": "123456", "tax_id_digit": "1"},
    "707": {"branch": "0001", "wallet": "121", "agreement": "1234567"},
    "133": {"branch": "0001", "wallet": "09", "account": "1234567"},
}


def parameters_of(code: str) -> dict[str, str]:
    """Return parameters of an account at the bank: those of a public example, when there is one."""
    rows: list[dict[str, Any]] = json.loads(GOLDEN.read_text())
    declared = {p.name: p for p in bank(code).parameters}
    row = next((row for row in rows if row["bank"] == code), {})
    known = {name: row[name] for name in declared if name in row} or OTHERS.get(code, {})
    return {name: value for name, value in known.items() if name in declared}


@pytest.mark.parametrize("code", sorted(BANKS))
async def test_a_batch_goes_through_with_the_bank(resources: Resources, code: str) -> None:
    parameters = parameters_of(code)
    resources.settings.beneficiary = BeneficiarySettings(bank=code, bank_parameters=parameters)
    upload = await add_upload(resources, rows=3)

    await issue_batch(resources)
    await notify_batch(resources, Notifier(resources))
    assert await statuses(resources, upload["id"]) == {"SENT": 3}

    async with resources.database.transaction() as c:
        row = await (await c.execute("SELECT debt_id FROM billing ORDER BY id LIMIT 1")).fetchone()
    assert row is not None
    billing = await get_billing(resources.database, upload["beneficiary_id"], row["debt_id"])
    read = read_barcode(billing.barcode or "", today=date(2026, 11, 24))
    assert (read.bank, read.amount_cents) == (code, billing.amount_cents)
    assert read.due_date == billing.due_date
    assert read.wrong_check_digits == ()
    assert billing.our_number
    pdf = await read_pdf(
        resources.database, resources.storage, upload["beneficiary_id"], row["debt_id"]
    )
    assert scan(pdf) == [billing.barcode]


async def test_a_static_pix_is_printed_only_when_it_is_turned_on(resources: Resources) -> None:
    key = "11222333000181"
    resources.settings.beneficiary = BeneficiarySettings(pix_static_key=key)
    upload = await add_upload(resources, rows=1)
    await issue_batch(resources)
    await notify_batch(resources, Notifier(resources))
    async with resources.database.transaction() as c:
        row = await (await c.execute("SELECT debt_id, amount_cents FROM billing")).fetchone()
    assert row is not None
    pdf = await read_pdf(
        resources.database, resources.storage, upload["beneficiary_id"], row["debt_id"]
    )
    # On the receipt and on the form.
    (text,) = set(scan(pdf, dpi=200, formats=QR))
    code = read_payload(text)
    assert (code.key, code.txid) == (key, row["debt_id"].hex[:25])
    assert code.amount_cents == row["amount_cents"]
    assert "Pague uma só vez" in pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range()
    mail = await open_mail(
        resources.database, resources.storage, upload["beneficiary_id"], row["debt_id"]
    )
    assert text in mail.text.replace("\n", "")
