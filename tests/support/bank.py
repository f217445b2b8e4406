"""A bank for tests: Itaú, 400 places, which answers remittances with return files, in bulk.

It reads and writes places by their numbers, with none of the product's code: what it says was paid
is what the product's sums are held against.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from cobranca.cli.sample_csv import SampleOptions, generate_csv

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import numpy.typing as npt

BRANCH, ACCOUNT, WALLET = "0057", "12345", "109"
#: The product's settings of this account, as environment variables.
ENVIRONMENT: Final = {
    "COBRANCA_BENEFICIARY__BANK": "341",
    "COBRANCA_BENEFICIARY__BANK_PARAMETERS": (
        f'{{"wallet":"{WALLET}","branch":"{BRANCH}","account":"{ACCOUNT}"}}'
    ),
    "COBRANCA_REMITTANCE__LAYOUT": "341-400",
}
#: What the bank keeps of each payment; no debt is smaller.
FEE_CENTS: Final = 50
CONFIRMED, PAID = "02", "06"
_DAY: Final = date(2029, 6, 1)
_ADDRESS_COLUMNS: Final = b",endereco,numero,bairro,cidade,uf,cep\n"
_ADDRESS: Final = b",Rua do Exemplo,25,Centro,Campinas,SP,13010-050\n"
#: A record of 400 places with its line end.
_LINE: Final = 402
_ZERO: Final = ord("0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Titles:
    """Titles that the bank has entered, in columns.

    Attributes:
        our_numbers: digits, uint8[n, 8].
        controls: the company's use, uint8[n, 25].
        documents: uint8[n, 10].
        due: ddmmyy, uint8[n, 6].
        cents: int64[n].
    """

    our_numbers: npt.NDArray[np.uint8]
    controls: npt.NDArray[np.uint8]
    documents: npt.NDArray[np.uint8]
    due: npt.NDArray[np.uint8]
    cents: npt.NDArray[np.int64]

    def __len__(self) -> int:
        """Give the number of titles."""
        return len(self.cents)

    def part(self, rows: slice) -> Titles:
        """Give some of them."""
        return Titles(
            our_numbers=self.our_numbers[rows],
            controls=self.controls[rows],
            documents=self.documents[rows],
            due=self.due[rows],
            cents=self.cents[rows],
        )


def debts_csv(rows: int, *, seed: int = 1) -> Iterator[bytes]:
    """Yield a file of debts as a bank takes them: addresses, tax ids, due in some years."""
    options = SampleOptions(
        rows=rows, seed=seed, valid_cpf=True, due_from=date(2030, 1, 1), due_to=date(2031, 12, 31)
    )
    pieces = generate_csv(options)
    yield next(pieces).replace(b"\n", _ADDRESS_COLUMNS)
    for piece in pieces:
        yield piece.replace(b"\n", _ADDRESS)


def entered(remittances: Iterable[bytes]) -> Titles:
    """Read the entries of remittances."""
    tables = [np.frombuffer(each, dtype=np.uint8).reshape(-1, _LINE) for each in remittances]
    rows = np.concatenate(tables)
    rows = rows[(rows[:, 0] == ord("1")) & _is(rows, 109, "01")]
    return Titles(
        our_numbers=_places(rows, 63, 70),
        controls=_places(rows, 38, 62),
        documents=_places(rows, 111, 120),
        due=_places(rows, 121, 126),
        cents=_number(_places(rows, 127, 139)),
    )


def numbered_titles(count: int) -> Titles:
    """Make titles that nobody has registered, numbered from 1: for reading alone."""
    number = np.arange(1, count + 1, dtype=np.int64)

    def same(text: str) -> npt.NDArray[np.uint8]:
        return np.tile(np.frombuffer(text.encode(), dtype=np.uint8), (count, 1))

    return Titles(
        our_numbers=_digits(number, 8),
        controls=same("7M7M0AKYVQZ3KQ1QYDBQ7M7M0"),
        documents=_digits(number, 10),
        due=same("010130"),
        cents=number % 90_000 + 1000,
    )


def return_file(titles: Titles, occurrence: str, *, sequence: int, day: date = _DAY) -> bytes:
    """Write the return file in which an occurrence is told of all of these titles."""
    count = len(titles)
    lines = np.full((count + 2, _LINE), ord(" "), dtype=np.uint8)
    _write(
        lines[0], 1, "02RETORNO01COBRANCA       " + BRANCH + "00" + ACCOUNT + _digit() + " " * 8,
        "EMPRESA MODELO LTDA".ljust(30), "341", "BANCO ITAU SA".ljust(15), f"{day:%d%m%y}",
        "01600BPI", f"{sequence:05d}", f"{day:%d%m%y}",
    )  # fmt: skip
    _fill(lines[1:-1], titles, occurrence, day)
    _write(lines[-1], 1, "9201341")
    total = int(titles.cents.sum())
    _write(lines[-1], 208, f"{sequence:05d}{count:08d}{total:014d}")
    lines[:, 394:400] = _digits(np.arange(1, count + 3) % 1_000_000, 6)
    lines[:, 400:] = np.frombuffer(b"\r\n", dtype=np.uint8)
    return lines.tobytes()


def _fill(rows: npt.NDArray[np.uint8], titles: Titles, occurrence: str, day: date) -> None:
    is_paid = occurrence == PAID
    fee = FEE_CENTS if is_paid else 0
    head = "102" + "11222333000181" + BRANCH + "00" + ACCOUNT + _digit()
    _write(rows, 1, head)
    _put(rows, 38, titles.controls)
    _put(rows, 63, titles.our_numbers)
    _write(rows, 83, WALLET)
    _put(rows, 86, titles.our_numbers)
    _put(rows, 94, _check_digits(titles.our_numbers))
    _write(rows, 108, "I" + occurrence + f"{day:%d%m%y}")
    _put(rows, 117, titles.documents)
    _put(rows, 127, titles.our_numbers)
    _put(rows, 147, titles.due)
    _put(rows, 153, _digits(titles.cents, 13))
    _write(rows, 166, "341" + "00570" + "01" + f"{fee:013d}" + "0" * 65)
    _write(rows, 241, "0" * 13)
    _put(rows, 254, _digits((titles.cents - fee) * is_paid, 13))
    _write(rows, 267, "0" * 26)
    _write(rows, 296, f"{day:%d%m%y}" if is_paid else "000000")
    _write(rows, 302, "0000")
    _write(rows, 325, "PAGADOR DE TESTE".ljust(30))


def _digit() -> str:
    """Give the check digit of the account."""
    return str(_modulo_10(np.array([[int(c) for c in BRANCH + ACCOUNT]]))[0])


def _check_digits(our_numbers: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Give the check digits of our numbers, uint8[n, 1]: of branch, account, wallet and number."""
    front = np.array([int(c) for c in BRANCH + ACCOUNT + WALLET], dtype=np.int64)
    fronts = np.broadcast_to(front, (len(our_numbers), len(front)))
    digits = np.hstack([fronts, our_numbers.astype(np.int64) - _ZERO])
    return (_modulo_10(digits)[:, np.newaxis] + _ZERO).astype(np.uint8)


def _modulo_10(digits: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    weights = np.where(np.arange(digits.shape[1])[::-1] % 2 == 0, 2, 1)
    products = digits * weights
    return -(products // 10 + products % 10).sum(axis=1) % 10


def _is(rows: npt.NDArray[np.uint8], first: int, text: str) -> npt.NDArray[np.bool_]:
    wanted = np.frombuffer(text.encode(), dtype=np.uint8)
    return (_places(rows, first, first + len(text) - 1) == wanted).all(axis=1)


def _places(rows: npt.NDArray[np.uint8], first: int, last: int) -> npt.NDArray[np.uint8]:
    return rows[:, first - 1 : last]


def _number(digits: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
    value = np.zeros(len(digits), dtype=np.int64)
    for column in digits.T:
        value = value * 10 + (column - _ZERO)
    return value


def _digits(values: npt.NDArray[np.int64], width: int) -> npt.NDArray[np.uint8]:
    powers = 10 ** np.arange(width - 1, -1, -1, dtype=np.int64)
    return (values[:, np.newaxis] // powers % 10 + _ZERO).astype(np.uint8)


def _put(rows: npt.NDArray[np.uint8], first: int, cells: npt.NDArray[np.uint8]) -> None:
    rows[:, first - 1 : first - 1 + cells.shape[1]] = cells


def _write(rows: npt.NDArray[np.uint8], first: int, *texts: str) -> None:
    raw = np.frombuffer("".join(texts).encode(), dtype=np.uint8)
    rows[..., first - 1 : first - 1 + len(raw)] = raw
