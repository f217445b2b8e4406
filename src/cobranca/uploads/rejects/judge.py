"""What the reader says of mended records, without writing anything."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cobranca.domain.errors import CsvInvalid
from cobranca.infra.local_files import new_held_file
from cobranca.uploads.csv_reader import CsvReader, RejectCode
from cobranca.uploads.rejects.parts import MendedRow, Part, parts_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cobranca.uploads.csv_reader import Segment
    from cobranca.uploads.read_as import ReadAs
    from cobranca.uploads.reading import Judgement
    from cobranca.uploads.rejects.file_columns import FileColumns

#: A few records need no room for a million.
_SEGMENT_BYTES: Final = 1 << 20
_BLOCK_BYTES: Final = 1 << 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of a record: accepted, or the first fault of it."""

    code: RejectCode = RejectCode.ACCEPTED
    message: str = ""
    #: 0 where it cannot be read.
    amount_cents: int = 0

    @property
    def accepted(self) -> bool:
        """Whether the record can be billed, unless its debt is already."""
        return self.code is RejectCode.ACCEPTED


#: Of a record that the reader takes for none, such as one of nothing but blanks.
NO_RECORD: Final = Verdict(code=RejectCode.FIELD_COUNT)


def judge(
    rows: Sequence[MendedRow],
    columns: FileColumns,
    read_as: ReadAs,
    judgement: Judgement,
    folder: Path,
) -> Mapping[int, Verdict]:
    """Return the verdict on each row by its line; the lines differ from one another.

    Args:
        rows: records with what was written into them.
        columns: of their file.
        read_as: how it was read.
        judgement: by what the beneficiary's files are judged.
        folder: takes a file for a moment.
    """
    verdicts = {row.line: NO_RECORD for row in rows}
    for part in parts_of(rows, columns):
        with new_held_file(folder, suffix=".csv") as file:
            path = Path(file.name)
            try:
                part.write_to(path)
                options = replace(
                    part.options(judgement, read_as),
                    segment_bytes=_SEGMENT_BYTES,
                    block_bytes=_BLOCK_BYTES,
                )
                with CsvReader(path, options) as reader:
                    for segment in reader.segments():
                        verdicts |= _verdicts(segment, part)
            except CsvInvalid as error:
                if error.code != "NO_ROWS":
                    raise
            finally:
                path.unlink(missing_ok=True)
    return verdicts


def _verdicts(segment: Segment, part: Part) -> dict[int, Verdict]:
    rows, rejects = segment.rows, segment.rejects
    amounts = zip(part.lines_of(rows.line_number).tolist(), rows.amount_cents.tolist(), strict=True)
    found = {line: Verdict(amount_cents=amount) for line, amount in amounts}
    messages = rejects.messages()
    for number, line in enumerate(part.lines_of(rejects.line_number).tolist()):
        found[line] = Verdict(
            code=RejectCode(int(rejects.code[number])),
            message=messages.text(number),
            amount_cents=int(rejects.amount_cents[number]),
        )
    return found
