"""How a file with rejects was read, so that what is mended of it is judged as the file was."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from cobranca.domain.money import DecimalStyle
from cobranca.uploads.csv_reader import knows_names

if TYPE_CHECKING:
    from cobranca.uploads.csv_reader import CsvReader
    from cobranca.uploads.reading import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadAs:
    """Names of a file's columns, and what was told or found out about its values."""

    #: In the file's order; none where the first line knows no column: it may be somebody's data.
    header: tuple[str, ...] = ()
    decimals: str = DecimalStyle.ANY.value
    month_first: bool = False
    lost_zeros: bool = False
    thousands: bool = False
    past_due_dates: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return it in values that JSON has."""
        return asdict(self)


#: Of files of the version before: nothing is known.
UNKNOWN: Final = ReadAs()


def read_as_of(reader: CsvReader, reading: Reading) -> ReadAs:
    """Return how a file was read; to be asked when its last record has been."""
    names = reader.header.names
    return ReadAs(
        header=tuple(name.replace("\0", "?") for name in names) if knows_names(names) else (),
        decimals=reader.decimal_style.value,
        month_first=reader.dates == "month-first",
        lost_zeros=reading.lost_zeros,
        thousands=reading.thousands,
        past_due_dates=reading.past_due_dates,
    )


def from_json(value: dict[str, Any] | None) -> ReadAs:
    """Return how a file was read, of what `to_json` gave; None: of the version before."""
    if value is None:
        return UNKNOWN
    told = {key: item for key, item in value.items() if key != "header"}
    return ReadAs(header=tuple(value["header"]), **told)
