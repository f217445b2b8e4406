"""Rejects as the routes tell them: with proposals that have passed the reader."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cobranca.domain.money import DecimalStyle
from cobranca.uploads.csv_reader import RejectCode
from cobranca.uploads.rejects.judge import Verdict, judge
from cobranca.uploads.rejects.merge import is_cut
from cobranca.uploads.rejects.parts import MendedRow, manner_of
from cobranca.uploads.rejects.proposals import propose
from cobranca.uploads.rejects.schemas import (
    Proposal,
    RejectColumn,
    RejectReason,
    RejectRecord,
    RejectsPage,
    RejectsSummary,
    RowVerdict,
    Verdicts,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from cobranca.uploads.read_as import ReadAs
    from cobranca.uploads.reading import Judgement
    from cobranca.uploads.rejects.file_columns import FileColumns
    from cobranca.uploads.rejects.merge import Merged
    from cobranca.uploads.rejects.repository import CorrectedRow, OpenReject, ReasonRow


def summary_of(
    corrected: CorrectedRow, columns: FileColumns, reasons: Sequence[ReasonRow]
) -> RejectsSummary:
    """Return what is in the open, by reason."""
    named = zip(columns.keys, columns.meanings, strict=True)
    is_original = corrected.corrects is None
    return RejectsSummary(
        upload_id=corrected.public_id,
        name=corrected.name,
        columns=[RejectColumn(name=name, official=official) for name, official in named],
        rejected=corrected.rejected,
        rejected_open=corrected.rejected - corrected.rejects_mended if is_original else 0,
        amount_cents=sum(reason.amount_cents for reason in reasons),
        with_amount=sum(reason.with_amount for reason in reasons),
        reasons=[
            RejectReason(
                code=reason.code,
                column=_name(columns, reason.column_name, ()),
                rejects=reason.rejects,
                amount_cents=reason.amount_cents,
                with_amount=reason.with_amount,
            )
            for reason in reasons
        ],
    )


def page_of(
    rejects: Sequence[OpenReject],
    next_page: str | None,
    columns: FileColumns,
    read_as: ReadAs,
    judgement: Judgement,
    folder: Path,
) -> RejectsPage:
    """Return rejects under their file's columns, each with a proposal where there is one."""
    asked: list[_Asked] = []
    records: list[RejectRecord] = []
    for reject in rejects:
        cells = columns.cells_of(reject.standing)
        whole = not is_cut(reject.standing)
        if whole:
            before = columns.cells_of(reject.raw)
            asked.append(_Asked(reject.line_number, reject.code, reject.column_name, cells, before))
        records.append(
            RejectRecord(
                line=reject.line_number,
                code=reject.code,
                column=_name(columns, reject.column_name, cells),
                message=reject.message,
                cells=dict(zip(columns.keys, cells, strict=True)),
                amount_cents=reject.amount_cents or None,
                whole=whole,
                proposal=None,
            )
        )
    proposals = _proposals(asked, columns, read_as, judgement, folder)
    for record in records:
        record.proposal = proposals.get(record.line)
    return RejectsPage(records=records, next=next_page)


def verdicts_of(
    lines: Sequence[int],
    found: Sequence[Mapping[str, Any]],
    merged: Merged,
    columns: FileColumns,
    read_as: ReadAs,
    judgement: Judgement,
    folder: Path,
) -> Verdicts:
    """Return what the reader says of records with their new cells, in the order of the lines."""
    known = {reject["line_number"]: reject for reject in found}
    verdicts = dict(judge(merged.rows, columns, read_as, judgement, folder))
    for line in merged.untouched:
        reject = known[line]
        verdicts[line] = Verdict(
            code=_code(reject["code"]),
            message=reject["message"],
            amount_cents=reject["amount_cents"],
        )
    rows = {row.line: row for row in merged.rows}
    asked = [
        _Asked(
            line,
            verdict.code.name,
            verdict.code.column,
            list(rows[line].cells),
            columns.cells_of(known[line]["raw"]),
        )
        for line, verdict in verdicts.items()
        if line in rows and not verdict.accepted
    ]
    proposals = _proposals(asked, columns, read_as, judgement, folder)
    return Verdicts(
        rows=[_verdict(line, verdicts.get(line), rows, columns, proposals) for line in lines]
    )


def _verdict(
    line: int,
    verdict: Verdict | None,
    rows: Mapping[int, MendedRow],
    columns: FileColumns,
    proposals: Mapping[int, Proposal],
) -> RowVerdict:
    if verdict is None:
        message = "Esta linha já foi corrigida, ou não está entre as rejeitadas."
        return RowVerdict(
            line=line, accepted=False, code="NOT_OPEN", column=None, message=message,
            amount_cents=None, proposal=None,
        )  # fmt: skip
    cells = rows[line].cells if line in rows else ()
    return RowVerdict(
        line=line,
        accepted=verdict.accepted,
        code=None if verdict.accepted else verdict.code.name,
        column=_name(columns, verdict.code.column, cells),
        message=verdict.message,
        amount_cents=verdict.amount_cents or None,
        proposal=proposals.get(line),
    )


class _Asked:
    """A refused record that a proposal is looked for."""

    __slots__ = ("before", "cells", "code", "column", "line")

    def __init__(
        self, line: int, code: str, column: str, cells: list[str], before: list[str]
    ) -> None:
        self.line, self.code, self.column = line, code, column
        self.cells, self.before = cells, before


def _proposals(
    asked: Sequence[_Asked],
    columns: FileColumns,
    read_as: ReadAs,
    judgement: Judgement,
    folder: Path,
) -> dict[int, Proposal]:
    """Return by line what passes of what the cells at fault were probably meant to be."""
    style = DecimalStyle(read_as.decimals)
    tried: dict[int, tuple[int, str]] = {}
    rows: list[MendedRow] = []
    faults: dict[int, str] = {}
    for one in asked:
        position = columns.position_of(one.column, one.cells) if one.column else None
        if position is None or one.code not in RejectCode.__members__:
            continue
        value = propose(_code(one.code), one.cells[position], style)
        if value is None:
            continue
        cells = list(one.cells)
        cells[position] = value
        manner = manner_of(cells, one.before, one.code, columns, read_as)
        rows.append(MendedRow(line=one.line, cells=cells, manner=manner))
        tried[one.line], faults[one.line] = (position, value), one.column
    verdicts = judge(rows, columns, read_as, judgement, folder)
    return {
        line: Proposal(column=columns.keys[position], value=value)
        for line, (position, value) in tried.items()
        if verdicts[line].accepted or _comes_later(verdicts[line].code, faults[line])
    }


def _comes_later(code: RejectCode, column: str) -> bool:
    """Whether a fault is one of a column that is checked after another: that one is right now."""
    last = max(known for known in RejectCode if known.column == column)
    return code > last


def _code(name: str) -> RejectCode:
    return RejectCode.__members__.get(name, RejectCode.FIELD_COUNT)


def _name(columns: FileColumns, column: str, cells: Sequence[str]) -> str | None:
    position = columns.position_of(column, cells) if column else None
    return None if position is None else columns.keys[position]
