"""What tests of registering share: accounts with layouts, files with addresses, reading back."""

from __future__ import annotations

import uuid
from functools import partial
from typing import TYPE_CHECKING, Any

from cobranca.infra.remittance_settings import RemittanceSettings
from cobranca.pipeline.kinds import Kinds
from cobranca.pipeline.poll import poll
from cobranca.remittances import service
from cobranca.remittances.handlers import REGISTER
from tests.support.works import issue_batch

if TYPE_CHECKING:
    import httpx

    from cobranca.infra.resources import Resources
    from cobranca.infra.settings import Settings

#: Per layout: the bank's parameters for boletos, and what its layout wants beside them.
ACCOUNTS: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "341-400": ({"wallet": "109", "branch": "0057", "account": "12345"}, {}),
    "237-400": (
        {"wallet": "09", "branch": "1234", "account": "0567890"},
        {"account_digit": "3", "company_code": "4321987"},
    ),
    "001-240": (
        {"wallet": "17", "agreement": "1234567"},
        {"variation": "019", "branch": "1234", "account": "00056789"},
    ),
    "336-400": ({"wallet": "20", "agreement": "000000123456", "emission": "4"}, {}),
}  # fmt: skip
HEADER = (
    "name;governmentId;email;debtAmount;debtDueDate;debtId;endereco;numero;bairro;cidade;uf;cep;"
    "multa;juros;abatimento;data limite\n"
)
ADDRESS = "Rua do Exemplo;25;Centro;Campinas;SP;13010-050"
TAX_ID = "529.982.247-25"


def with_layout(settings: Settings, layout: str, **remittance: Any) -> Settings:
    """Return settings of an account with a layout."""
    bank_parameters, others = ACCOUNTS[layout]
    beneficiary = settings.beneficiary.model_copy(
        update={"bank": layout[:3], "bank_parameters": bank_parameters}
    )
    said = RemittanceSettings(layout=layout, bank_parameters=others, **remittance)
    return settings.model_copy(update={"beneficiary": beneficiary, "remittance": said})


def debt(
    *,
    amount: str = "1.234,56",
    due: str = "10/03/2030",
    tax_id: str = TAX_ID,
    address: str = ADDRESS,
    terms: str = ";;;",
    debt_id: str = "",
) -> str:
    """Write a row."""
    name = debt_id or str(uuid.uuid4())
    return f"Ana Souza;{tax_id};ana@example.com;{amount};{due};{name};{address};{terms}\n"


async def upload(client: httpx.AsyncClient, *rows: str) -> str:
    """Send a file; return the upload's id."""
    text = HEADER + "".join(rows)
    answer = await client.post(
        "/billings/csv/upload", files={"file": ("debts.csv", text.encode(), "text/csv")}
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["accepted"] == len(rows), answer.text
    return answer.json()["upload_id"]


async def issue_all(resources: Resources) -> None:
    """Issue what waits."""
    while await issue_batch(resources):
        pass


async def register_all(resources: Resources) -> None:
    """Make the files that were ordered."""
    kinds = Kinds([REGISTER])
    while await poll(resources, kinds, REGISTER, partial(service.register, resources)):
        pass


async def ordered(
    client: httpx.AsyncClient, resources: Resources, upload_id: str | None = None, key: str = ""
) -> dict[str, Any]:
    """Order, make, and return the order as it is then."""
    answer = await client.post(
        "/remittances",
        json={"all": True} if upload_id is None else {"upload": upload_id},
        headers={"Idempotency-Key": key} if key else {},
    )
    assert answer.status_code == 202, answer.text
    await register_all(resources)
    return (await client.get(f"/remittances/orders/{answer.json()['id']}")).json()


async def file_of(client: httpx.AsyncClient, remittance: dict[str, Any]) -> bytes:
    """Download a file."""
    answer = await client.get(f"/remittances/{remittance['id']}/file")
    assert answer.status_code == 200, answer.text
    return answer.content
