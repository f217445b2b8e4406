"""What is odd about a file, by kind: how often, what repairs it, and the first examples.

Examples carry the values of their rows: a check is personal data, lives a day, and goes whole when
a person is erased.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from cobranca.domain.billing import RowWarning
from cobranca.domain.money import format_decimal
from cobranca.domain.text_format import format_brl
from cobranca.infra.columns import POSTGRES_EPOCH
from cobranca.uploads.checks.known_debts import CONFLICT, DUPLICATE, EMAIL_DIFFERS
from cobranca.uploads.csv_reader import (
    OFFICIAL_COLUMNS,
    RejectCode,
    message_of,
    official_fields,
    restored,
)
from cobranca.uploads.csv_reader.reject_codes import TAX_ID

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cobranca.uploads.checks.known_debts import Kinds, KnownDebts
    from cobranca.uploads.csv_reader import Rejects, Repeats, Rows
    from cobranca.uploads.csv_reader.cells import Int64s

_EXAMPLES_MAX: Final = 5
_VALUE_MAX: Final = 200
REPEATED: Final = "DUPLICATE_IN_FILE"
SAME_UNDER_OTHER_CODE: Final = "SAME_PAYER_AMOUNT_DUE_DATE"
_KNOWN: Final = {
    DUPLICATE: "DUPLICATE",
    CONFLICT: "CONFLICT",
    EMAIL_DIFFERS: "EMAIL_DIFFERS",
}
#: Which repair may help against what.
_REPAIRS: Final = {
    "TAX_ID_ZEROS_LOST": "lost_zeros",
    "AMOUNT_AMBIGUOUS": "thousands",
    "DUE_DATE_PAST": "past_due_dates",
}
#: Reasons for which rows are refused that zeros may mend, and rows that are asked whether they do.
_MAY_LACK_ZEROS: Final = frozenset({"TAX_ID_INVALID", "TAX_ID_NUMBER"})
_ASKED_MAX: Final = 1000
#: What accepted rows are warned of, in Portuguese.
_SAID: Final = {
    "TAX_ID_INVALID": "não é um CPF ou CNPJ válido; a linha será cobrada assim mesmo.",
    "DUE_DATE_PAST": "já passou; a linha será cobrada assim mesmo.",
    "ENCODING_MIXED": "A linha está em outra codificação que o resto do arquivo.",
    "TAX_ID_ZEROS_LOST": "faltam zeros à esquerda; com eles seria um CPF ou CNPJ.",
    "NAME_NOT_PRINTABLE": "tem caracteres que o boleto mostra como ?.",
    "OLDER_BOLETO_PAYABLE": "será cobrada de novo; o boleto cancelado ainda pode ser pago.",
    "TAX_ID_ZEROS_RESTORED": "os zeros à esquerda foram repostos, como pedido.",
    "AMOUNT_GROUPED": "1.234 foi lido como mil duzentos e trinta e quatro, como pedido.",
}
_COLUMNS: Final = {
    "TAX_ID_INVALID": "governmentId",
    "DUE_DATE_PAST": "debtDueDate",
    "TAX_ID_ZEROS_LOST": "governmentId",
    "NAME_NOT_PRINTABLE": "name",
    "OLDER_BOLETO_PAYABLE": "debtId",
    "TAX_ID_ZEROS_RESTORED": "governmentId",
    "AMOUNT_GROUPED": "debtAmount",
}

_Example = dict[str, Any]


class Findings:
    """Keeps the first examples of each kind, segment after segment."""

    examples_max = _EXAMPLES_MAX

    def __init__(self, column_names: Sequence[str]) -> None:
        """Find nothing yet; `column_names` is what the file calls the official columns."""
        self._names = column_names
        self._examples: dict[tuple[str, str], list[_Example]] = {}
        self._counts: dict[str, int] = {}
        #: Reasons that zeros put back do away with, for some of their rows at least.
        self._mended_by_zeros: set[str] = set()
        #: The first rows that would be billed.
        self.first_rows: list[_Example] = []

    def add_rejects(self, rejects: Rejects) -> None:
        """Take the refused records of a segment."""
        for code in np.unique(rejects.code).tolist():
            reason = RejectCode(code)
            wanted = self._wanted("rejected", reason.name)
            places = np.flatnonzero(rejects.code == code)
            if reason.name in _MAY_LACK_ZEROS and _lack_zeros(rejects.take(places[:_ASKED_MAX])):
                self._mended_by_zeros.add(reason.name)
            chosen = rejects.take(places[:wanted])
            messages, raw = chosen.messages(), chosen.raw_texts()
            for row in range(len(chosen)):
                values = official_fields(raw.text(row), rejects.delimiter, rejects.positions)
                line = int(chosen.line_number[row])
                self._keep("rejected", reason.name, line, messages.text(row), values)

    def add_repeats(self, rows: Rows, repeats: Repeats) -> None:
        """Take rows whose code stands earlier in the file."""
        places = np.flatnonzero(repeats.repeated)
        self._counts[REPEATED] = self._counts.get(REPEATED, 0) + int(places.size)
        for row in _first(places, rows.line_number, self._wanted("duplicate", REPEATED)):
            first = int(repeats.first_line_number[row])
            message = f"{self._names[-1]} repetido da linha {first}"
            line = int(rows.line_number[row])
            self._keep("duplicate", REPEATED, line, message, _values(rows, row))

    def add_known(self, rows: Rows, kinds: Kinds, known: KnownDebts) -> None:
        """Take rows whose debts are here already."""
        for kind, code in _KNOWN.items():
            places = np.flatnonzero(kinds == kind)
            if not places.size:
                continue
            self._counts[code] = self._counts.get(code, 0) + int(places.size)
            chosen = _first(places, rows.line_number, self._wanted("duplicate", code))
            found = known.describe([rows.debt_id[row].tobytes() for row in chosen])
            for row in chosen:
                here = found.get(rows.debt_id[row].tobytes())
                message = "já cobrada" if here is None else _said_of(here)
                line = int(rows.line_number[row])
                self._keep("duplicate", code, line, message, _values(rows, row))

    def add_warnings(self, rows: Rows) -> None:
        """Take accepted rows that are odd."""
        if not rows.warnings.any():
            return
        for flag in RowWarning:
            code = flag.name or ""
            wanted = self._wanted("warning", code)
            if not wanted:
                continue
            places = np.flatnonzero(rows.warnings & np.int16(flag))
            for row in _first(places, rows.line_number, wanted):
                line = int(rows.line_number[row])
                self._keep("warning", code, line, self._message(code), _values(rows, row))

    def add_first(self, rows: Rows) -> None:
        """Take the first of the rows that would be billed."""
        wanted = _EXAMPLES_MAX - len(self.first_rows)
        for row in _first(np.arange(len(rows)), rows.line_number, wanted):
            values = dict(zip(OFFICIAL_COLUMNS, _values(rows, row), strict=True))
            self.first_rows.append({"line_number": int(rows.line_number[row]), "values": values})

    def add_twins(self, count: int, pairs: Sequence[tuple[int, int]]) -> None:
        """Take rows that ask the same of the same payer as another row does."""
        self._counts[SAME_UNDER_OTHER_CODE] = count
        for line, first in pairs:
            message = f"mesmo pagador, valor e vencimento da linha {first}, com outro código"
            self._keep("warning", SAME_UNDER_OTHER_CODE, line, message, None)

    def problems(
        self, rejects: Mapping[str, int], warnings: Mapping[str, int], *, decimals: str
    ) -> list[dict[str, Any]]:
        """Return all kinds: what is refused first, then duplicates, then warnings."""
        found = [
            self._problem("rejected", code, RejectCode[code].column, count, decimals)
            for code, count in sorted(rejects.items(), key=lambda item: -item[1])
        ]
        found += [
            self._problem("duplicate", code, "debtId", self._counts[code], decimals)
            for code in (*_KNOWN.values(), REPEATED)
            if self._counts.get(code)
        ]
        twins = {SAME_UNDER_OTHER_CODE: self._counts.get(SAME_UNDER_OTHER_CODE, 0)}
        for code, count in {**warnings, **twins}.items():
            if count:
                column = _COLUMNS.get(code, "")
                found.append(self._problem("warning", code, column, count, decimals))
        return found

    def _problem(
        self, kind: str, code: str, column: str, count: int, decimals: str
    ) -> dict[str, Any]:
        examples = self._examples.get((kind, code), [])
        zeros_help = kind == "rejected" and code in self._mended_by_zeros
        repair = "lost_zeros" if zeros_help else _REPAIRS.get(code)
        if repair == "thousands" and decimals == "any":
            repair = None  # Nothing in the file tells what a point is.
        if kind == "rejected":
            message = message_of(RejectCode[code], self._names)
        else:
            message = self._message(code)
        return {
            "kind": kind,
            "code": code,
            "column": column,
            "count": count,
            "repair": repair,
            "message": message,
            "examples": examples,
        }

    def _message(self, code: str) -> str:
        if code == SAME_UNDER_OTHER_CODE:
            return "Há linhas com o mesmo pagador, valor e vencimento, com outro código."
        if code in _DUPLICATES:
            return _DUPLICATES[code]
        column = _COLUMNS.get(code)
        if code in _OPTIONAL:
            return _OPTIONAL[code]
        said = _SAID.get(code, code)
        return said if column is None else f"{self._names[OFFICIAL_COLUMNS.index(column)]}: {said}"

    def _wanted(self, kind: str, code: str) -> int:
        return _EXAMPLES_MAX - len(self._examples.get((kind, code), []))

    def _keep(
        self, kind: str, code: str, line: int, message: str, values: Sequence[str] | None
    ) -> None:
        example: _Example = {"line_number": line, "message": message, "values": None}
        if values is not None:
            shown = [value[:_VALUE_MAX] for value in values]
            example["values"] = dict(zip(OFFICIAL_COLUMNS, shown, strict=True))
        self._examples.setdefault((kind, code), []).append(example)


_OPTIONAL: Final = {
    "ADDRESS_INCOMPLETE": "Falta rua, cidade, UF ou CEP do pagador; muitos bancos não registram.",
    "POSTAL_CODE_OTHER_STATE": "O CEP é de outra UF.",
    "TERMS_OVER_LEGAL": "Multa acima de 2 % ou juros acima de 1 % ao mês.",
}
_DUPLICATES: Final = {
    "DUPLICATE": "Já cobradas, com os mesmos valores.",
    "CONFLICT": "Já cobradas com outro valor, vencimento ou CPF/CNPJ.",
    "EMAIL_DIFFERS": "Já cobradas, com outro e-mail.",
    REPEATED: "O código está mais de uma vez no arquivo; só a primeira linha será cobrada.",
}


def _lack_zeros(rejects: Rejects) -> bool:
    """Tell whether zeros in front would make a CPF or CNPJ of any of these."""
    raw = rejects.raw_texts()
    return any(
        restored(official_fields(raw.text(row), rejects.delimiter, rejects.positions)[TAX_ID])
        for row in range(len(rejects))
    )


def _first(places: Int64s, line_number: Int64s, wanted: int) -> list[int]:
    """Return the places that stand first in the file."""
    if wanted <= 0 or not places.size:
        return []
    return places[np.argsort(line_number[places], kind="stable")[:wanted]].tolist()


def _values(rows: Rows, row: int) -> list[str]:
    """Return what was read of a row, in the order of the official columns."""
    code = rows.code.text(row) if rows.code is not None else ""
    return [
        rows.name.text(row),
        rows.tax_id.text(row),
        rows.email.text(row),
        format_decimal(int(rows.amount_cents[row])),
        str(POSTGRES_EPOCH + dt.timedelta(days=int(rows.due_date[row]))),
        code or _uuid_text(rows.debt_id[row].tobytes()),
    ]


def _uuid_text(raw: bytes) -> str:
    digits = raw.hex()
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _said_of(here: Mapping[str, Any]) -> str:
    return (
        f"já cobrada: {format_brl(here['amount_cents'])}, vencimento {here['due_date']:%d/%m/%Y},"
        f" envio {here['public_id']}, linha {here['line_number']}"
    )
