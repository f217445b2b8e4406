"""A lender's file as Excel saves it: Windows-1252, contract codes, lost zeros, some errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_HEADER: Final = "Contrato;CPF;Nome;E-mail;Valor;Vencimento"
_NAMES: Final = ("João", "Conceição", "Antônia", "Luís", "Ângela")
#: What is wrong with a row, by the place of its cell.
_ERRORS: Final = (
    (4, "nada"), (4, "0,00"), (3, "sem-arroba"), (3, ""), (5, "31/02/2030"), (2, "123"), (1, ""),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractFile:
    """The bytes, and what is right to find in them."""

    content: bytes
    rows: int
    rejected: int
    lost_zeros: int
    #: Of the rows that are to be billed.
    amount_cents: int

    @property
    def accepted(self) -> int:
        """Rows that are to be billed."""
        return self.rows - self.rejected


def contract_file(
    rows: int, *, series: str, error_every: int = 0, lost_zeros: int = 0, cents: int = 0
) -> ContractFile:
    """Write rows whose debts are the contracts of a series.

    Args:
        rows: how many.
        series: what the codes begin with; another one, other debts.
        error_every: each row of this number has an error; 0: none has.
        lost_zeros: so many CPFs have lost the zero in front.
        cents: is added to each amount.
    """
    lines, rejected, zeros, total = [_HEADER], 0, 0, 0
    for number in range(rows):
        is_wrong = error_every > 0 and number % error_every == error_every - 1
        is_short = not is_wrong and zeros < lost_zeros
        cpf = cpf_of((10_000_000 if is_short else 100_000_000) + number)
        amount = 5_000 + (number * 37) % 990_000 + cents
        cells = [
            f"{series}/{number:05}",
            cpf.removeprefix("0") if is_short else cpf,
            f"{_NAMES[number % len(_NAMES)]} da Silva",
            f"pagador{number}@example.com",
            f"{amount // 100},{amount % 100:02}",
            f"{1 + number % 28:02}/{1 + number % 12:02}/2031",
        ]
        if is_wrong:
            place, value = _ERRORS[rejected % len(_ERRORS)]
            cells[place] = value
            rejected += 1
        else:
            zeros += is_short
            total += amount
        lines.append(";".join(cells))
    return ContractFile(
        content="\r\n".join([*lines, ""]).encode("cp1252"),
        rows=rows,
        rejected=rejected,
        lost_zeros=zeros,
        amount_cents=total,
    )


def cpf_of(number: int) -> str:
    """Return the CPF that begins with this number of nine digits."""
    digits = [int(digit) for digit in f"{number % 10**9:09}"]
    for _ in range(2):
        weighed = sum(
            digit * weight
            for digit, weight in zip(digits, range(len(digits) + 1, 1, -1), strict=True)
        )
        digits.append(0 if weighed % 11 < 2 else 11 - weighed % 11)
    return "".join(map(str, digits))
