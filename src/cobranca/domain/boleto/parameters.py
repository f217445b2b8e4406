"""What a bank asks of an account: declared, so that forms and errors follow from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cobranca.domain.errors import InvalidField


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter of an account at a bank: digits of a fixed width.

    Attributes:
        name: as in code, settings and the command line.
        lengths: the widths allowed.
        description: one line for a form, in Portuguese.
        needed_when: when it must be there, for people; empty = always, unless `for_issuing`.
        values: the only values allowed; empty when any digits are.
        for_issuing: it only steers how our numbers are made of sequence numbers, so it has no
            place where the our number is given, and is optional.
    """

    name: str
    lengths: tuple[int, ...]
    description: str
    needed_when: str = ""
    values: tuple[str, ...] = ()
    for_issuing: bool = False

    @property
    def needed(self) -> bool:
        """Whether it must always be there."""
        return not (self.needed_when or self.for_issuing)


def digits(
    name: str,
    *lengths: int,
    about: str,
    needed_when: str = "",
    values: tuple[str, ...] = (),
    for_issuing: bool = False,
) -> Parameter:
    """Declare a parameter of digits; with `needed_when` it is optional otherwise."""
    return Parameter(
        name=name,
        lengths=lengths,
        description=about,
        needed_when=needed_when,
        values=values,
        for_issuing=for_issuing,
    )


def check_parameters(declared: Sequence[Parameter], given: Mapping[str, object]) -> dict[str, str]:
    """Return the given parameters when each is declared, and each is as wide as it must be.

    Nothing is padded: "57" for a branch of four digits is an error, because nobody but its owner
    knows whether 0057 or 5700 was meant.

    Raises:
        InvalidField: FIELD_UNKNOWN, FIELD_MISSING, FIELD_NOT_DIGITS, FIELD_LENGTH or
            FIELD_NOT_ALLOWED, with the parameter's name.
    """
    names = {parameter.name for parameter in declared}
    for name in given:
        if name not in names:
            detail = f"This bank has no parameter {name!r}; it has {', '.join(sorted(names))}."
            raise InvalidField(name, detail, code="FIELD_UNKNOWN")
    return {
        parameter.name: check_digits(parameter, given[parameter.name])
        for parameter in declared
        if parameter.needed or given.get(parameter.name) is not None
        if is_there(parameter.name, given)
    }


def is_there(name: str, given: Mapping[str, object], when: str = "") -> bool:
    """Tell that a field is given.

    Raises:
        InvalidField: FIELD_MISSING.
    """
    if given.get(name) is None or given[name] == "":
        detail = f"The field {name} is missing{' (needed ' + when + ')' if when else ''}."
        raise InvalidField(name, detail, code="FIELD_MISSING")
    return True


def check_digits(parameter: Parameter, value: object) -> str:
    """Return the value when it is digits of a width, and a value, that the parameter allows.

    Raises:
        InvalidField: FIELD_NOT_DIGITS, FIELD_LENGTH or FIELD_NOT_ALLOWED.
    """
    if (
        isinstance(value, str)
        and value.isascii()
        and value.isdigit()
        and len(value) in parameter.lengths
        and (not parameter.values or value in parameter.values)
    ):
        return value
    raise refusal_of(parameter, value)


def refusal_of(parameter: Parameter, value: object) -> InvalidField:
    """Say what is wrong with a value that `check_digits` refuses."""
    name = parameter.name
    if not isinstance(value, str):
        return InvalidField(name, f"{name} must be text of digits.", code="FIELD_NOT_DIGITS")
    if not (value.isascii() and value.isdigit()):
        return InvalidField(name, f"{name} must be digits only.", code="FIELD_NOT_DIGITS")
    if len(value) not in parameter.lengths:
        wanted = " or ".join(map(str, parameter.lengths))
        detail = f"{name} must have {wanted} digits, not {len(value)}; zeros in front count."
        return InvalidField(name, detail, code="FIELD_LENGTH")
    return refuse(name, f"{name} must be {' or '.join(parameter.values)}.")


def refuse(name: str, detail: str) -> InvalidField:
    """Build the error for a value that has the right form and is still not allowed."""
    return InvalidField(name, detail, code="FIELD_NOT_ALLOWED")
