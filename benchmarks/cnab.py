"""Files for the bank and from it: written, read, and the round trip over PostgreSQL.

Beside our figures stand those of pycobranca, measured in the same run, where a Python that has it
is named by COBRANCA_PYCOBRANCA. All rates are of one core's own time, so that other work of the
machine does not count.
"""

from __future__ import annotations

import tempfile
import time
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from tests.support import bank, other_writer

from benchmarks.bank_trip import measure_trip
from benchmarks.figure import Figure
from benchmarks.line import say
from cobranca.domain.boleto import Account
from cobranca.domain.cnab import (
    People,
    RemittanceAccount,
    RemittanceFile,
    Terms,
    Titles,
    write_remittance,
)
from cobranca.domain.cnab.returns import read_return
from cobranca.payments.pieces import pieces_of

if TYPE_CHECKING:
    from collections.abc import Callable

_TITLES = 200_000
_RECORDS = 400_000
#: Of these pycobranca makes objects one by one.
_OTHERS_TITLES = 20_000
_ISSUED = date(2026, 9, 1)
_FILE = RemittanceFile(sequence=7, generated_at=datetime.fromisoformat("2026-09-01T10:20:30"))
_ITAU = {"branch": bank.BRANCH, "account": bank.ACCOUNT, "wallet": bank.WALLET}
_BANCO_DO_BRASIL = {
    "agreement": "1234567", "wallet": "17", "variation": "019", "branch": "1234",
    "account": "00056789",
}  # fmt: skip


def measure(rows: int, repeat: int) -> list[Figure]:
    """Measure writing and reading alone, then the round trip of `rows` titles."""
    content = bank.return_file(bank.numbered_titles(_RECORDS), bank.PAID, sequence=1)
    return [
        *_written(repeat),
        *_read(content, repeat),
        *_of_the_other(content, repeat),
        *measure_trip(rows, repeat),
    ]


def _written(repeat: int) -> list[Figure]:
    terms = Terms(fine_bp=200, interest_daily_cents=33)
    itau = "titles written, CNAB 400 (341)"
    return [
        _writing(itau, "341-400", _ITAU, _titles(Terms(), 8), repeat, must=500_000, aim=1_000_000),
        _writing(
            f"{itau}, with fine and interest in two records each",
            "341-400",
            _ITAU,
            _titles(terms, 8),
            repeat,
        ),
        _writing(
            "titles written, CNAB 240 (001), three segments each",
            "001-240",
            _BANCO_DO_BRASIL,
            _titles(terms, 10),
            repeat,
        ),
    ]


def _writing(
    name: str,
    code: str,
    parameters: dict[str, str],
    titles: Titles,
    repeat: int,
    *,
    must: float | None = None,
    aim: float | None = None,
) -> Figure:
    account = RemittanceAccount(
        layout_code=code,
        beneficiary_name="Escola Aurora Ltda",
        beneficiary_tax_id="11222333000181",
        parameters=parameters,
    )

    def write() -> None:
        if sum(map(len, write_remittance(account, _FILE, [titles]))) < _TITLES * 400:
            raise RuntimeError("titles are missing")

    return _rate_of(name, repeat, _TITLES, write, must=must, aim=aim)


def _read(content: bytes, repeat: int) -> list[Figure]:
    account = Account(bank="341", parameters=_ITAU)

    def check() -> None:
        if read_return(content).refusal is not None:
            raise RuntimeError("the bank's file was refused")

    def whole() -> None:
        file = read_return(content)
        file.digests()
        for _ in pieces_of(file.titles(), account):
            pass

    return [
        _rate_of("records checked, CNAB 400 (341)", repeat, _RECORDS, check),
        _rate_of("records checked, digested and read in columns", repeat, _RECORDS, whole),
    ]


def _of_the_other(content: bytes, repeat: int) -> list[Figure]:
    if reason := other_writer.why_not():
        say(f"Without figures beside ours: {reason}")
        return []
    account = {
        "agencia": bank.BRANCH, "conta_corrente": bank.ACCOUNT, "digito_conta": "7",
        "carteira": bank.WALLET, "empresa_mae": "Escola Aurora Ltda",
        "documento_cedente": "11222333000181", "data_geracao": "2026-09-01",
    }  # fmt: skip
    titles = [
        {
            "nosso_numero": f"{number:08d}", "numero": f"{number:010d}",
            "data_emissao": "2026-09-01", "data_vencimento": "2026-10-15",
            "valor": (1000 + number) / 100, "nome_sacado": "Maria Clara Exemplo",
            "documento_sacado": "52998224725", "endereco_sacado": "Rua do Exemplo 25",
            "bairro_sacado": "Centro", "cidade_sacado": "Campinas", "uf_sacado": "SP",
            "cep_sacado": "13010050",
        }
        for number in range(1, _OTHERS_TITLES + 1)
    ]  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="cobranca-bench-") as name:
        path = Path(name) / "retorno.ret"
        path.write_bytes(content)
        wrote = [other_writer.write("RemessaItau400", account, titles) for _ in range(repeat)]
        read = [other_writer.read(path) for _ in range(repeat)]
    version = f"pycobranca {other_writer.VERSION}"
    return [
        Figure(
            name=f"{what} by {version}",
            unit="1/s",
            values=[each.count / each.seconds for each in answers],
            less_is_better=False,
        )
        for what, answers in (("titles written, CNAB 400 (341),", wrote), ("records read", read))
    ]


def _rate_of(
    name: str,
    repeat: int,
    count: int,
    work: Callable[[], None],
    *,
    must: float | None = None,
    aim: float | None = None,
) -> Figure:
    values: list[float] = []
    for _ in range(repeat):
        began = time.process_time()
        work()
        values.append(count / (time.process_time() - began))
    return Figure(name=name, unit="1/s", values=values, must=must, aim=aim, less_is_better=False)


def _titles(terms: Terms, digits: int) -> Titles:
    number = np.arange(1, _TITLES + 1, dtype=np.int64)
    texts = [f"{each:0{digits}d}" for each in range(1, _TITLES + 1)]
    return Titles(
        our_number=np.array(texts, dtype=np.bytes_),
        document_number=[text[-8:] for text in texts],
        company_use=texts,
        issued=_ISSUED,
        due=np.datetime64("2026-10-15") + number % 300,
        amount_cents=1000 + number % 900_000,
        payer=People(
            name=["Maria Clara Exemplo", "Padaria Fictícia Ltda"] * (_TITLES // 2),
            tax_id=["52998224725", "11444777000161"] * (_TITLES // 2),
            address=["Rua do Exemplo, 25", "Avenida São João, 1.000"] * (_TITLES // 2),
            district=["Centro", "Jardim"] * (_TITLES // 2),
            city=["Campinas", "São Paulo"] * (_TITLES // 2),
            state=["SP"] * _TITLES,
            postal_code=["13010050", "01001000"] * (_TITLES // 2),
        ),
        terms=terms,
    )
