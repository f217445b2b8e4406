"""Return files of Itaú, 400 places, for titles that a test names."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from cobranca.domain.boleto import Account, printed_our_numbers
from cobranca.payments.handlers import POST_RETURN
from cobranca.payments.rematch import service as rematch
from cobranca.payments.rematch.handlers import MATCH_SUSPENSE
from cobranca.payments.service import post_work
from cobranca.pipeline.kinds import Kinds
from cobranca.pipeline.poll import poll

if TYPE_CHECKING:
    import httpx

    from cobranca.infra.resources import Resources

ACCOUNT = Account(bank="341", parameters={"wallet": "109", "branch": "0057", "account": "12345"})
DAY = date(2026, 8, 12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One title of a file; the bank's fee is added to what was credited."""

    number: int
    cents: int = 1000
    occurrence: str = "06"
    paid: int | None = None
    interest: int = 0
    discount: int = 0
    fee: int = 150
    on: date = DAY
    credited: date | None = DAY
    control: str = ""
    reasons: str = ""
    digit: str = ""
    bank: str = "341"


def file_of(
    *lines: Line, sequence: int = 1, created: date = DAY, account: Account = ACCOUNT
) -> bytes:
    """Write a file."""
    head = (
        "02RETORNO01COBRANCA       005700123457        " + "EMPRESA MODELO LTDA".ljust(30) + "341"
        + "BANCO ITAU SA".ljust(15) + f"{created:%d%m%y}" + "01600BPI" + f"{sequence:05d}"
        + f"{created:%d%m%y}"
    ).ljust(394)  # fmt: skip
    titles = [_title(line, account) for line in lines]
    total = sum(line.cents for line in lines)
    tail = ("9201341" + " " * 200 + f"{sequence:05d}{len(lines):08d}{total:014d}").ljust(394)
    rows = [head, *titles, tail]
    return b"".join(f"{row}{place:06d}\r\n".encode() for place, row in enumerate(rows, 1))


def _title(line: Line, account: Account) -> str:
    printed = printed_our_numbers(account, np.array([line.number], np.int64), DAY)[0]
    number = f"{line.number:08d}"
    is_money = line.occurrence in {"06", "07", "08", "10", "76"}
    paid = line.cents + line.interest - line.discount if line.paid is None else line.paid
    row = bytearray(b" " * 394)

    def put(first: int, text: str) -> None:
        row[first - 1 : first - 1 + len(text)] = text.encode()

    put(1, "102" + "11222333000181" + "0057" + "00" + "12345" + "7" + " " * 8)
    put(38, line.control.ljust(25))
    put(63, number)
    put(83, "109" + number + (line.digit or printed[-1]))
    put(108, "I" + line.occurrence + f"{line.on:%d%m%y}" + f"{line.number % 10**10:010d}")
    put(127, number)
    put(147, f"{DAY:%d%m%y}" + f"{line.cents:013d}" + line.bank + "00570" + "01")
    put(176, f"{line.fee:013d}")
    put(189, "0" * 65)
    put(241, f"{line.discount:013d}")
    put(254, f"{paid - line.fee if is_money else 0:013d}" + f"{line.interest:013d}" + "0" * 13)
    put(296, f"{line.credited:%d%m%y}" if line.credited else "000000")
    put(302, "0000")
    put(325, "PAGADOR DE TESTE".ljust(30))
    put(378, line.reasons.ljust(8))
    return row.decode()


async def send_return(client: httpx.AsyncClient, content: bytes, **params: Any) -> dict[str, Any]:
    """Send a file; return the answer."""
    answer = await client.post(
        "/payments/returns",
        content=content,
        params=params,
        headers={"Content-Type": "application/octet-stream"},
    )
    assert answer.status_code in {200, 202}, answer.text
    return answer.json()


async def post_all(resources: Resources) -> None:
    """Post the files that wait for a worker."""
    kinds = Kinds([POST_RETURN])
    while await poll(resources, kinds, POST_RETURN, partial(post_work, resources)):
        pass


def paid(number: int, cents: int, **changes: Any) -> Line:
    """Return a payment of a title."""
    return replace(Line(number=number, cents=cents), **changes)


async def match_suspense(resources: Resources) -> None:
    """Look through the money in suspense now, whatever was looked through before."""
    async with resources.database.transaction() as connection:
        await connection.execute("UPDATE work SET not_before = NULL WHERE kind = 'match'")
    run = partial(rematch.match_suspense, resources)
    while await poll(resources, Kinds([MATCH_SUSPENSE]), MATCH_SUSPENSE, run):
        pass
