"""A payer's postal address: its states, its postal codes, and how it is written.

Any part may be missing; what a bank wants before it registers a title is told by `missing`.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import Final, Protocol

POSTAL_CODE_DIGITS: Final = 8

#: The states by their two letters, and by their names as `str.casefold` and no accents make them.
STATES: Final = {
    "AC": "acre", "AL": "alagoas", "AM": "amazonas", "AP": "amapa", "BA": "bahia", "CE": "ceara",
    "DF": "distrito federal", "ES": "espirito santo", "GO": "goias", "MA": "maranhao",
    "MG": "minas gerais", "MS": "mato grosso do sul", "MT": "mato grosso", "PA": "para",
    "PB": "paraiba", "PE": "pernambuco", "PI": "piaui", "PR": "parana", "RJ": "rio de janeiro",
    "RN": "rio grande do norte", "RO": "rondonia", "RR": "roraima", "RS": "rio grande do sul",
    "SC": "santa catarina", "SE": "sergipe", "SP": "sao paulo", "TO": "tocantins",
}  # fmt: skip
#: The first three digits from which on postal codes are of these states.
_RANGES: Final = (
    (0, ""), (10, "SP"), (200, "RJ"), (290, "ES"), (300, "MG"), (400, "BA"), (490, "SE"),
    (500, "PE"), (570, "AL"), (580, "PB"), (590, "RN"), (600, "CE"), (640, "PI"), (650, "MA"),
    (660, "PA"), (689, "AP"), (690, "AM RR AC"), (700, "DF GO"), (740, "GO"), (768, "RO"),
    (770, "TO"), (780, "MT"), (790, "MS"), (800, "PR"), (880, "SC"), (900, "RS"),
)  # fmt: skip
_STARTS: Final = [start for start, _ in _RANGES]


class AddressParts(Protocol):
    """The parts of an address as they are kept: None where one is not known."""

    @property
    def street(self) -> str | None: ...
    @property
    def street_number(self) -> str | None: ...
    @property
    def complement(self) -> str | None: ...
    @property
    def district(self) -> str | None: ...
    @property
    def city(self) -> str | None: ...
    @property
    def state(self) -> str | None: ...
    @property
    def postal_code(self) -> str | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a payer lives; an empty part is not known. `postal_code` is eight digits."""

    street: str = ""
    number: str = ""
    complement: str = ""
    district: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""

    @classmethod
    def of(cls, parts: AddressParts) -> Address:
        """Return the address of its parts as they are kept."""
        return cls(
            street=parts.street or "",
            number=parts.street_number or "",
            complement=parts.complement or "",
            district=parts.district or "",
            city=parts.city or "",
            state=parts.state or "",
            postal_code=parts.postal_code or "",
        )

    def __bool__(self) -> bool:
        """Tell whether any part is known."""
        return bool(self.first_line or self.second_line)

    @property
    def street_line(self) -> str:
        """Write street, number and complement, as a remittance has them too."""
        numbered = ", ".join(part for part in (self.street, self.number) if part)
        return " ".join(part for part in (numbered, self.complement) if part)

    @property
    def first_line(self) -> str:
        """Write street, number, complement and district."""
        return " - ".join(part for part in (self.street_line, self.district) if part)

    @property
    def second_line(self) -> str:
        """Write city, state and postal code."""
        place = "/".join(part for part in (self.city, self.state) if part)
        code = f"CEP {self.postal_code[:5]}-{self.postal_code[5:]}" if self.postal_code else ""
        return " - ".join(part for part in (place, code) if part)

    @property
    def lines(self) -> tuple[str, ...]:
        """Write it in up to two lines."""
        return tuple(line for line in (self.first_line, self.second_line) if line)

    @property
    def missing(self) -> tuple[str, ...]:
        """Name the parts without which banks register no title."""
        wanted = ("street", "city", "state", "postal_code")
        return tuple(name for name in wanted if not getattr(self, name))


def states_of_postal_code(postal_code: str) -> tuple[str, ...]:
    """Tell which states a postal code of eight digits may be of; none when nobody has it."""
    return tuple(_RANGES[bisect_right(_STARTS, int(postal_code[:3])) - 1][1].split())
