"""The first line: which delimiter the file has, and where each official column stands in it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from cobranca.domain.errors import CsvInvalid
from cobranca.uploads.csv_reader.quoted import Reading, read_quoted
from cobranca.uploads.csv_reader.rejects import OFFICIAL_COLUMNS

DELIMITERS: Final = ",;\t|"

#: What people call the official columns; compared as `_folded` makes them.
_ALIASES: Final[dict[str, str]] = {
    "name": (
        "name nome nomecompleto nomedopagador nomepagador nomedocliente nomecliente "
        "cliente pagador devedor sacado razaosocial fullname payername payer "
        "debtorname customername"
    ),
    "governmentId": (
        "governmentid cpf cnpj cpfcnpj cnpjcpf cpfoucnpj documento document "
        "documentnumber taxid numerododocumento doc cpfdopagador cpfpagador "
        "cpfcnpjdopagador cpfcnpjpagador"
    ),
    "email": (
        "email correio correioeletronico mail emailaddress enderecodeemail "
        "emaildopagador emailpagador emaildocliente emailcliente"
    ),
    "debtAmount": (
        "debtamount valor valordadivida valordivida valordacobranca valorcobranca "
        "valordoboleto valorboleto valordotitulo valortitulo valorr valorrs valorbrl valoremreais "
        "montante amount quantia"
    ),
    "debtDueDate": (
        "debtduedate vencimento datadevencimento datavencimento dtvencimento dtvencto "
        "vencto duedate datadovencimento"
    ),
    "debtId": (
        "debtid id identificador codigo uuid iddadivida iddivida idcobranca "
        "iddacobranca codigodadivida codigodivida codigocobranca codigodacobranca "
        "identificadordadivida identificadordacobranca billingid"
    ),
}
#: Names so general that they give way to another column of the same meaning.
_GENERAL: Final = frozenset({"id", "codigo", "identificador", "uuid"})
_OFFICIAL_BY_ALIAS: Final = {
    alias: official for official, aliases in _ALIASES.items() for alias in aliases.split()
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What the first lines of a file say about the rest."""

    delimiter: str
    #: Names as they stand in the file, in its order.
    names: tuple[str, ...]
    #: Position of each of OFFICIAL_COLUMNS, in their order.
    positions: tuple[int, ...]
    #: Names of the columns that are not read.
    ignored: tuple[str, ...]
    #: Physical line number of the first line after the header.
    body_line_number: int
    #: Bytes of the head that come before the body.
    body_offset: int


def read_header(head: bytes) -> Header:
    """Read the header from the first bytes of the text.

    Blank lines and one line `sep=;` may stand before it.

    Raises:
        CsvInvalid: EMPTY_FILE, NO_HEADER, MISSING_COLUMNS or DUPLICATE_COLUMN.
    """
    offset, line_number = _skip_blank_lines(head, 0, 1)
    told = re.compile(rb"(?i)[\"]?sep=([,;|\t])[\"]?[ \t]*(?=[\r\n]|\Z)").match(head, offset)
    if told:
        offset, line_number = _skip_blank_lines(head, told.end(), line_number)
    if offset >= len(head):
        raise CsvInvalid("O arquivo está vazio.", code="EMPTY_FILE")
    candidates = told[1].decode() if told else DELIMITERS
    splits = [(delimiter, *_split(head, offset, delimiter)) for delimiter in candidates]
    # The delimiter that tells most columns apart; the first of DELIMITERS when none does.
    delimiter, names, end = max(splits, key=lambda split: (_known(split[1]), len(split[1])))
    positions = _positions(names)
    lines = _line_breaks(head[offset:end])
    body_offset, body_line_number = _skip_line_break(head, end, line_number + lines)
    return Header(
        delimiter=delimiter,
        names=tuple(names),
        positions=positions,
        ignored=tuple(name for at, name in enumerate(names) if at not in positions),
        body_line_number=body_line_number,
        body_offset=body_offset,
    )


def _folded(name: str) -> str:
    """Reduce a name to its letters and digits, so that `CPF/CNPJ` is `cpfcnpj`."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold())
    return "".join(character for character in plain if character.isalnum())


def _known(names: list[str]) -> int:
    return sum(_folded(name) in _OFFICIAL_BY_ALIAS for name in names)


def _positions(names: list[str]) -> tuple[int, ...]:
    found: dict[str, int] = {}
    official_names = [_OFFICIAL_BY_ALIAS.get(_folded(name)) for name in names]
    for position, (name, official) in enumerate(zip(names, official_names, strict=True)):
        if official is None or (_folded(name) in _GENERAL and official_names.count(official) > 1):
            continue
        if official in found:
            both = f"{names[found[official]]!r} e {name!r}"
            detail = f"A coluna {official} aparece duas vezes no cabeçalho: {both}. Deixe só uma."
            raise CsvInvalid(detail, code="DUPLICATE_COLUMN")
        found[official] = position
    repeated = [o for o in OFFICIAL_COLUMNS if o not in found and official_names.count(o) > 1]
    if repeated:
        detail = f"A coluna {repeated[0]} aparece duas vezes no cabeçalho. Deixe só uma."
        raise CsvInvalid(detail, code="DUPLICATE_COLUMN")
    missing = [official for official in OFFICIAL_COLUMNS if official not in found]
    if not found:
        wanted = ",".join(OFFICIAL_COLUMNS)
        detail = f"A primeira linha não é um cabeçalho. Comece o arquivo com: {wanted}"
        raise CsvInvalid(detail, code="NO_HEADER")
    if missing:
        detail = f"Faltam colunas no cabeçalho: {', '.join(missing)}."
        raise CsvInvalid(f"{detail} Inclua-as e envie de novo.", code="MISSING_COLUMNS")
    return tuple(found[official] for official in OFFICIAL_COLUMNS)


def _split(head: bytes, offset: int, delimiter: str) -> tuple[list[str], int]:
    """Split the line at `offset`; return its names and where it ends."""
    view = memoryview(head)
    record = read_quoted(view, offset, len(head), ord(delimiter), bounded=True)
    if record.reading is not Reading.COMPLETE:
        end = min(_find_line_end(head, offset), len(head))
        return head[offset:end].decode("utf-8", "replace").split(delimiter), end
    names = [
        head[start:end].decode("utf-8", "replace").replace('""', '"').strip()
        for start, end, _ in record.fields
    ]
    return names, record.end


def _find_line_end(head: bytes, offset: int) -> int:
    found = re.compile(rb"[\r\n]").search(head, offset)
    return found.start() if found else len(head)


def _skip_blank_lines(head: bytes, offset: int, line_number: int) -> tuple[int, int]:
    blank = re.compile(rb"[ ]*(?:\r\n|\r|\n|\Z)")
    while offset < len(head) and (match := blank.match(head, offset)):
        offset = match.end()
        line_number += 1
    return offset, line_number


def _skip_line_break(head: bytes, offset: int, line_number: int) -> tuple[int, int]:
    width = 2 if head[offset : offset + 2] == b"\r\n" else 1
    return min(offset + width, len(head)), line_number + 1


def _line_breaks(text: bytes) -> int:
    return len(re.findall(rb"\r\n|\r|\n", text))
