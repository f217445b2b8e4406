"""A beneficiary's account at a bank, checked once, from which boletos are numbered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Final

from cobranca.domain.boleto.bank import Bank, Plan
from cobranca.domain.boleto.banks import BANKS
from cobranca.domain.boleto.parameters import (
    Parameter,
    check_digits,
    check_parameters,
    is_there,
    refusal_of,
)
from cobranca.domain.errors import InvalidField, OurNumbersExhausted

_WALLET: Final = "wallet"


def bank(code: str) -> Bank:
    """Find a bank by its three digits.

    Raises:
        InvalidField: FIELD_NOT_ALLOWED on `bank`.
    """
    found = BANKS.get(code)
    if found is None:
        detail = f"Bank {code!r} is not among {', '.join(BANKS)}."
        raise InvalidField("bank", detail, code="FIELD_NOT_ALLOWED")
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account at a bank, with the parameters that the bank declares.

    Constructing it checks it: an `Account` that exists is right in form.

    Attributes:
        bank: three digits.
        parameters: digits by name, each exactly as wide as the bank declares.

    Raises:
        InvalidField: FIELD_UNKNOWN, FIELD_MISSING, FIELD_NOT_DIGITS, FIELD_LENGTH or
            FIELD_NOT_ALLOWED, with the field's name.
    """

    bank: str
    parameters: Mapping[str, str]
    plans: tuple[Plan, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Check the parameters and let the bank plan the numbers."""
        declared = bank(self.bank)
        checked = check_parameters(declared.parameters, self.parameters)
        object.__setattr__(self, "parameters", MappingProxyType(checked))
        object.__setattr__(self, "plans", declared.plans(checked))

    def __hash__(self) -> int:
        """Hash by value, as equality is."""
        return hash((self.bank, tuple(sorted(self.parameters.items()))))

    @property
    def our_number_digits(self) -> int:
        """Width of the our numbers that `our_number_of` makes, without check digit."""
        return self.plans[0].our_number_digits

    @property
    def sequence_max(self) -> int:
        """The largest sequence number that fits; for Sicredi, within one year."""
        issue = self.plans[0].issue
        return 10**issue.digits - 1 if issue.sequence_max is None else issue.sequence_max

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the user must know about this account, in Portuguese."""
        return self.warnings_of(self.plans[0])

    @property
    def beneficiary_code(self) -> str:
        """What slips print as "agência / código do beneficiário"."""
        names = bank(self.bank).beneficiary
        return " / ".join(self.parameters[name] for name in names if name in self.parameters)

    def warnings_of(self, plan: Plan) -> tuple[str, ...]:
        """Give the warnings that hold for boletos written by this plan."""
        declared = bank(self.bank)
        warnings = (*declared.warnings, *plan.warnings)
        wallet = self.parameters.get(_WALLET)
        if declared.wallets and wallet is not None and wallet not in declared.wallets:
            known = ", ".join(declared.wallets)
            warnings += (f"Carteira {wallet} fora das conhecidas deste banco ({known}): confira.",)
        return warnings

    def our_number_of(self, sequence: int, issued: date) -> str:
        """Make the our number of a sequence number, without its check digit.

        Args:
            sequence: 1 to `sequence_max`.
            issued: the day of issue; Sicredi writes its year.

        Raises:
            InvalidField: the sequence is less than 1.
            OurNumbersExhausted: it is over `sequence_max`.
        """
        check_sequences(self, sequence, sequence)
        issue = self.plans[0].issue
        number = str(issue.offset + sequence).zfill(issue.digits)
        return issue_prefix(self, issued) + number

    def plan_of(self, our_number: str) -> Plan:
        """Find the plan for an our number of this width, and check the number.

        Raises:
            InvalidField: on `our_number`.
        """
        plan = next((p for p in self.plans if p.our_number_digits == len(our_number)), None)
        if plan is None or not (our_number.isascii() and our_number.isdigit()):
            lengths = tuple(plan.our_number_digits for plan in self.plans)
            wanted = Parameter(name="our_number", lengths=lengths, description="")
            raise refusal_of(wanted, our_number)
        if plan.check is not None:
            plan.check(our_number)
        return plan

    def document_number_of(self, plan: Plan, given: str | None = None) -> str:
        """Give the document number that the plan's free field carries; empty when it has none.

        Raises:
            InvalidField: on `document_number`.
        """
        if not plan.document_number_digits:
            return ""
        value = self.parameters.get("document_number") if given is None else given
        parameter = Parameter(
            name="document_number", lengths=(plan.document_number_digits,), description=""
        )
        is_there(parameter.name, {parameter.name: value}, "by this wallet")
        return check_digits(parameter, value)


def issue_prefix(account: Account, issued: date) -> str:
    """Give the digits in front of the sequence number, the year of issue included."""
    issue = account.plans[0].issue
    return f"{issued.year % 100:02d}{issue.prefix}" if issue.year else issue.prefix


def check_sequences(account: Account, lowest: int, highest: int) -> None:
    """Refuse sequence numbers that make no our number of this account.

    Raises:
        InvalidField: FIELD_NOT_ALLOWED on `sequence`.
        OurNumbersExhausted: the highest does not fit.
    """
    if lowest < 1:
        detail = "A sequence number is 1 or more."
        raise InvalidField("sequence", detail, code="FIELD_NOT_ALLOWED")
    if highest > account.sequence_max:
        raise OurNumbersExhausted(
            f"Sequence {highest} is over {account.sequence_max}, the last one that fits bank "
            f"{account.bank} with these parameters."
        )
