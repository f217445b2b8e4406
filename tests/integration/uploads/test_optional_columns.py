"""Optional columns from the file to the slip, the mail and the API; terms of account and row."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import pypdfium2
import pytest

from cobranca.infra.terms_settings import TermsSettings
from cobranca.notifications.service import Notifier
from tests.support.api_client import api_client
from tests.support.works import issue_batch, notify_batch

if TYPE_CHECKING:
    import httpx

    from cobranca.infra.resources import Resources
    from cobranca.infra.settings import Settings

HEADER = (
    "Nome;CPF;E-mail;Valor;Vencimento;Código;Rua;Número;Bairro;Cidade;UF;CEP;Telefone;cc;"
    "Nº do documento;Parcela;Mensagem;Multa;Juros;Desconto;Desconto até;Abatimento;Data limite\n"
)
SAID = (
    "Rua do Exemplo;25;Centro;Campinas;SP;13010-050;(11) 91234-5678;pai@example.com;NF-77;3/12;"
    "Obrigado pela preferência;R$ 5,00;;10%;01/03/2030;10,00;31/03/2030"
)
NOTHING = ";" * 16


def _row(debt_id: uuid.UUID, rest: str) -> str:
    return f"Ana Souza;529.982.247-25;ana@example.com;100,00;10/03/2030;{debt_id};{rest}\n"


def _with_terms(settings: Settings) -> Settings:
    terms = TermsSettings(
        fine_basis_points=200, interest_basis_points=100, protest_days=5, rebate_cents=0
    )
    beneficiary = settings.beneficiary.model_copy(update={"terms": terms})
    return settings.model_copy(update={"beneficiary": beneficiary})


async def _send(client: httpx.AsyncClient, text: str) -> dict[str, Any]:
    answer = await client.post(
        "/billings/csv/upload", files={"file": ("debts.csv", text.encode(), "text/csv")}
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_row_and_account_speak_alike_on_slip_and_mail_and_api(
    settings: Settings, resources: Resources
) -> None:
    full, bare = uuid.uuid4(), uuid.uuid4()
    async with api_client(_with_terms(settings)) as client:
        answer = await _send(client, HEADER + _row(full, SAID) + _row(bare, NOTHING))
        assert (answer["accepted"], answer["rejected"]) == (2, 0)
        assert answer["warnings"]["ADDRESS_INCOMPLETE"] == 1
        assert answer["warnings"]["TERMS_OVER_LEGAL"] == 1
        await issue_batch(resources)
        await notify_batch(resources, Notifier(resources))

        billing = (await client.get(f"/billings/{full}")).json()
        sentences = [
            "Abatimento de R$ 10,00: cobrar R$ 90,00.",
            "Desconto de R$ 10,00 até 01/03/2030.",
            "Após o vencimento, multa de R$ 5,00 e juros de R$ 0,03 ao dia.",
            "Não receber após 31/03/2030.",
            "Sujeito a protesto 5 dias após o vencimento.",
        ]
        assert billing["terms"]["sentences"] == sentences
        assert billing["address"]["postal_code"] == "13010050"
        assert (billing["instalment"], billing["document_number"]) == ("3/12", "NF-77")
        assert billing["copies"] == ["pai@example.com"]

        mail = (await client.get(f"/mailbox/{full}")).json()
        pdf = _text((await client.get(f"/billings/{full}/pdf")).content)
        for said in (*sentences, "Parcela 3/12.", "Obrigado pela preferência"):
            assert said in " ".join(mail["text"].split())
            assert said in mail["html"]
            assert said in pdf
        eml = (await client.get(f"/mailbox/{full}/eml")).text
        assert "\nCc: pai@example.com" in eml.replace("\r\n", "\n")
        for printed in ("Rua do Exemplo, 25 - Centro", "Campinas/SP - CEP 13010-050", "NF-77"):
            assert printed in pdf
        assert "90,00" in pdf

        other = (await client.get(f"/billings/{bare}")).json()
        assert other["address"] is None
        of_account = "Após o vencimento, multa de R$ 2,00 e juros de R$ 0,03 ao dia."
        assert other["terms"]["sentences"][0] == of_account
        assert of_account in _text((await client.get(f"/billings/{bare}/pdf")).content)


async def test_official_file_writes_no_detail(settings: Settings, resources: Resources) -> None:
    debt_id = uuid.uuid4()
    official = ";".join(HEADER.split(";")[:6]) + "\n"
    async with api_client(settings) as client:
        await _send(client, official + _row(debt_id, "").removesuffix(";\n") + "\n")
        billing = (await client.get(f"/billings/{debt_id}")).json()
    assert billing["terms"]["sentences"] == []
    async with resources.database.transaction() as connection:
        row = await (
            await connection.execute(
                "SELECT count(*) AS n FROM billing_detail d JOIN billing b ON b.id = d.billing_id"
                " WHERE b.debt_id = %s",
                (debt_id,),
            )
        ).fetchone()
    assert row is not None
    assert row["n"] == 0


@pytest.mark.parametrize("known", [False, True])
async def test_details_go_with_what_became_a_billing(settings: Settings, known: bool) -> None:
    """Rows keep their details, also those that are merged with what is here."""
    debts = [uuid.uuid4() for _ in range(6)]
    instalments = [
        f"Ana;529.982.247-25;a@example.com;1,00;10/03/2030;{debt};{n}/6\n"
        for n, debt in enumerate(debts, 1)
    ]
    header = ";".join(HEADER.split(";")[:6]) + ";Parcela\n"
    async with api_client(settings) as client:
        if known:
            await _send(client, header + instalments[2])
        answer = await _send(client, header + "".join(reversed(instalments)))
        assert answer["accepted"] == (5 if known else 6)
        found = [(await client.get(f"/billings/{debt}")).json()["instalment"] for debt in debts]
    assert found == [f"{n}/6" for n in range(1, 7)]


def _text(pdf: bytes) -> str:
    pages = pypdfium2.PdfDocument(pdf)
    return " ".join(" ".join(page.get_textpage().get_text_range() for page in pages).split())
