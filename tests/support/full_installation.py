"""An installation with some of everything: files, rejects, failed mails, a bank's answers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import httpx
import psycopg

from tests.support.late_answers import View
from tests.support.product import wait_for
from tests.support.remittances import HEADER, debt
from tests.support.returns import Line, file_of

if TYPE_CHECKING:
    from tests.support.product import Product

CENTS: Final = 123_456
_BROKEN: Final = "broken\n;;;;;\n" + debt(amount="dez reais", debt_id="wrong")
#: Mails of the first file that failed, are in doubt, and came back; addresses not written to.
_FAIL: Final = """
WITH failed AS (
    SELECT id, email, beneficiary_id, line_number FROM billing
     WHERE upload_id = (SELECT id FROM upload WHERE public_id = %(upload_id)s) AND line_number <= 13
), told AS (
    UPDATE notification n SET state = CASE WHEN f.line_number <= 9 THEN 'FAILED' ELSE 'UNCERTAIN' END,
           reply_code = 550, detail = '5.1.1 no such user'
      FROM failed f WHERE n.billing_id = f.id
), blocked AS (
    INSERT INTO suppressed_address (beneficiary_id, email, reason)
    SELECT beneficiary_id, line_number || lower(email), '550 5.1.1' FROM failed
)
UPDATE batch p SET failed = 8, uncertain = 4, sent = sent - 12
  FROM failed f WHERE f.id BETWEEN p.first_billing_id AND p.last_billing_id
"""  # noqa: E501
_BOUNCED: Final = """
INSERT INTO bounce (billing_id, upload_id, suppressed, status, detail)
SELECT b.id, b.upload_id, false, '5.1.1', 'unknown' FROM billing b JOIN upload u ON u.id = b.upload_id
 WHERE u.public_id = %(upload_id)s
"""  # noqa: E501
_BY_SMTP: Final = "UPDATE upload SET mail = 'smtp' WHERE public_id = %(upload_id)s"
_HELD: Final = """
INSERT INTO mail_account (account, settings, held_at, cause, reason)
VALUES ('one', '', now(), 'ACCOUNT', '535 5.7.8 not accepted')
"""
#: Files of the days before, three a day; made as rows, for so many uploads take minutes.
_OLDER: Final = """
INSERT INTO upload (beneficiary_id, profile_id, name, sha256, size_bytes, storage_path, mail,
                    records, received_at, finished_at, amount_cents)
SELECT beneficiary_id, profile_id, 'old-' || n || '.csv', int4send(n), 1, 'x', 'simulate', 0,
       now() - make_interval(days => GREATEST(n / 3, 1)), now(), 0
  FROM upload, generate_series(3, 90) n WHERE public_id = %(upload_id)s
"""


def fill(product: Product) -> None:
    """Bill files, register and pay some of them, and let mails of them fail."""
    _enter_and_pay(product, _bill(product, "pagas", 30))
    _cancel_in_bulk(product, _bill(product, "engano", 5))
    returned = _bill(product, "voltou", 4)
    failed = _bill(product, "hoje", 40, _BROKEN)
    _bill(product, "pronta", 6, debt(due="10/03/2020", debt_id="too-late"))
    for name in ("conferir", "outra"):
        _check(product, name)
    with psycopg.connect(product.database_url) as connection:
        connection.execute(_FAIL, {"upload_id": failed})
        connection.execute(_OLDER, {"upload_id": failed})
        connection.execute(_BOUNCED, {"upload_id": returned})
        connection.execute(_BY_SMTP, {"upload_id": returned})
        connection.execute(_HELD)


def full_views(product: Product) -> list[View]:
    """Return every view of the page, and what each has to show."""
    paid, failed, returned = (_upload_id(product, name) for name in ("pagas", "hoje", "voltou"))
    (settled, *_) = _billings(product, paid)
    (billing, *_) = _billings(product, failed)
    check = _get(product, "/uploads/checks")["records"][0]["id"]
    returns = _get(product, "/payments/returns")["records"]
    payer = _get(product, "/search", q=billing["tax_id"])["payers"][0]["payer_id"]
    return [
        View(address="", shows="day-bars", is_thorough=True),
        View(address="envios", shows="upload-row"),
        View(address=f"envios/{failed}", shows="billing-row"),
        View(address=f"envios/{failed}?billing={billing['debt_id']}", shows="billing-detail"),
        View(address=f"envios/{returned}", shows="bounce-row"),
        View(address=f"envios/{failed}/rejeitadas", shows="reject-row"),
        View(address=f"envios/{check}/conferir", shows="check-start"),
        View(address="cobrancas", shows="billing-row"),
        View(address=f"cobrancas?quick=not_delivered&upload_id={failed}", shows="billing-row"),
        View(address=f"cobrancas/{billing['debt_id']}", shows="billing-detail"),
        View(address=f"cobrancas/{settled['debt_id']}", shows="ledger-balance"),
        View(address=f"pagadores/{payer}", shows="billing-row"),
        View(address="busca", shows="search-results", search="Ana Souza"),
        View(address="emails", shows="undelivered-row"),
        View(address="emails?state=UNCERTAIN", shows="undelivered-row"),
        View(address="emails?state=BOUNCED", shows="undelivered-row"),
        View(address="emails?state=BLOCKED", shows="blocked-row"),
        View(address=f"caixa-de-saida?upload_id={failed}", shows="mail-item"),
        View(address="banco", shows="remittance-row"),
        View(address="banco/retornos", shows="return-row"),
        *(
            View(address=f"banco/retornos/{one['return_id']}", shows="return-summary")
            for one in returns
        ),
        View(address="recebimentos", shows="suspense-row"),
    ]


def _bill(product: Product, name: str, rows: int, more: str = "") -> str:
    """Bill a file to its last mail; return its upload's id."""
    debts = [debt(debt_id=f"{name}-{number:02d}") for number in range(1, rows + 1)]
    content = (HEADER + "".join(debts) + more).encode()
    upload_id: str = product.upload(content, name=f"{name}.csv")["upload_id"]
    product.wait_until_ended(upload_id)
    return upload_id


def _check(product: Product, name: str) -> None:
    debts = [debt(debt_id=f"{name}-{number}") for number in range(8)]
    file = (f"{name}.csv", (HEADER + "".join(debts) + _BROKEN).encode(), "text/csv")
    httpx.post(f"{product.api_url}/uploads/checks", files={"file": file}).raise_for_status()


def _enter_and_pay(product: Product, upload_id: str) -> None:
    """Register titles; the bank refuses three, enters ten, pays ten, and two that nobody knows."""
    order = httpx.post(f"{product.api_url}/remittances", json={"all": True}).raise_for_status()
    path = f"/remittances/orders/{order.json()['id']}"
    wait_for(lambda: _get(product, path)["state"] == "DONE", 60, "the order to end")
    numbers = _our_numbers(product, upload_id)
    refused = [Line(number=n, cents=CENTS, occurrence="03", reasons="11") for n in numbers[:3]]
    entered = [Line(number=n, cents=CENTS, occurrence="02") for n in numbers[3:13]]
    paid = [Line(number=n, cents=CENTS) for n in numbers[13:23]]
    unknown = [Line(number=n, cents=777) for n in (77_777_001, 77_777_002)]
    content = file_of(*refused, *entered, *paid, *unknown, sequence=1)
    for name, said in (("dia.ret", content), ("quebrado.ret", content[:-402])):
        answer = httpx.post(
            f"{product.api_url}/payments/returns",
            content=said,
            params={"name": name},
            headers={"Content-Type": "application/octet-stream"},
        )
        path = f"/payments/returns/{answer.raise_for_status().json()['return_id']}"
        wait_for(lambda at=path: _get(product, at)["verdict"], 60, "the return to be posted")


def _cancel_in_bulk(product: Product, upload_id: str) -> None:
    params = {"upload_id": upload_id, "act": "CANCEL"}
    done = _get(product, "/jobs/preview", **params)["done"]
    job = {"act": "CANCEL", "reason": "DUPLICATE", "count": done["billings"]}
    answer = httpx.post(
        f"{product.api_url}/jobs",
        params={"upload_id": upload_id},
        json={**job, "amount_cents": done["amount_cents"]},
    )
    path = f"/jobs/{answer.raise_for_status().json()['job_id']}"
    wait_for(lambda: _get(product, path)["state"] == "DONE", 60, "the job to end")


def _our_numbers(product: Product, upload_id: str) -> list[int]:
    details = (
        _get(product, f"/billings/{one['debt_id']}") for one in _billings(product, upload_id)
    )
    return [int(re.findall(r"(\d{8})-?\d?$", one["our_number"])[0]) for one in details]


def _billings(product: Product, upload_id: str) -> list[dict[str, Any]]:
    return _get(product, "/billings", upload_id=upload_id, limit=200)["records"]


def _upload_id(product: Product, name: str) -> str:
    (upload,) = _get(product, "/billings/csv/uploads", name=f"{name}.csv")["records"]
    return upload["id"]


def _get(product: Product, path: str, **params: Any) -> Any:
    answer = httpx.get(f"{product.api_url}{path}", params=params, timeout=30)
    return answer.raise_for_status().json()
