"""What a bank is to this engine: its code, its parameters, and the plan of its numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cobranca.domain.boleto.parameters import Parameter
from cobranca.domain.boleto.pieces import Piece

Parameters = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """How the bank's our number is made of a sequence number: prefix, then offset + sequence.

    Attributes:
        digits: places for offset + sequence, zero filled.
        prefix: fixed digits in front.
        year: whether the last two digits of the year of issue come first.
        offset: added to the sequence number.
        sequence_max: the largest sequence number; None = what the places hold.
    """

    digits: int
    prefix: str = ""
    year: bool = False
    offset: int = 0
    sequence_max: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How one account's numbers are written.

    Attributes:
        our_number_digits: width of the our number, without its check digit.
        free_field: the 25 places; the bank's position table stands above the code that gives it.
        printed: the our number as people see it, with separators and check digit.
        issue: how our numbers are made of sequence numbers.
        warnings: what the user must know, in Portuguese (it goes on screens).
        check: called with the our number; raises InvalidField when it cannot be right.
        document_number_digits: width of the document number in the free field; 0 = not in it.
    """

    our_number_digits: int
    free_field: tuple[Piece, ...]
    printed: tuple[Piece, ...]
    issue: Issue
    warnings: tuple[str, ...] = ()
    check: Callable[[str], None] | None = None
    document_number_digits: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bank:
    """One bank of the compensation system.

    Attributes:
        code: three digits, first in every barcode.
        name: as printed on slips.
        printed_digit: what stands after the code on a slip ("341-7").
        parameters: what an account at this bank needs.
        plans: the plans for checked parameters, the one that issues first; more than one when the
            width of the our number decides. Raises InvalidField.
        wallets: wallets that the rule is known for; others are accepted with a warning.
        beneficiary: names of the parameters printed as "agência / código do beneficiário".
        proof: the evidence behind the rule, for the table in docs/boleto.md.
        warnings: what holds for every account of this bank.
    """

    code: str
    name: str
    printed_digit: str
    parameters: tuple[Parameter, ...]
    plans: Callable[[Parameters], tuple[Plan, ...]]
    beneficiary: tuple[str, ...]
    proof: str
    wallets: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def printed_code(self) -> str:
        """The bank code as printed in the slip's head: `341-7`."""
        return f"{self.code}-{self.printed_digit}"


def plan(
    digits: int,
    *,
    free_field: tuple[Piece, ...],
    printed: tuple[Piece, ...],
    issue: Issue | None = None,
    warnings: tuple[str, ...] = (),
    check: Callable[[str], None] | None = None,
    document_number_digits: int = 0,
) -> tuple[Plan, ...]:
    """Build the only plan of an account; without `issue`, sequence numbers are zero filled."""
    return (
        Plan(
            our_number_digits=digits,
            free_field=free_field,
            printed=printed,
            issue=issue or Issue(digits=digits),
            warnings=warnings,
            check=check,
            document_number_digits=document_number_digits,
        ),
    )
