"""What a refused cell was meant to be, where only its typing is wrong.

Each proposal is made of the cell itself, never of another record, and has to pass the reader before
it is shown. Owns: the slips that are known. Does not own: judging, or using a proposal: a person
does.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from cobranca.domain.characters import find_refused, fold_accents
from cobranca.domain.debt_code import as_uuid
from cobranca.domain.money import DecimalStyle
from cobranca.domain.tax_id import TaxIdKind, tax_id_kind
from cobranca.uploads.csv_reader import RejectCode, day_of_serial, restored

_BLANKS: Final = re.compile(r"\s+")
#: Letters that are taken for digits, and the digits.
_LOOK_ALIKES: Final = str.maketrans({"O": "0", "o": "0", "l": "1", "I": "1", "|": "1"})
_PROVIDERS: Final = (
    "gmail.com", "hotmail.com", "outlook.com", "yahoo.com", "yahoo.com.br", "icloud.com",
    "live.com", "uol.com.br", "bol.com.br", "terra.com.br",
)  # fmt: skip
_PROVIDER_SLIPS: Final = {
    **dict.fromkeys(("gmial.com", "gmal.com", "gmai.com", "gamil.com", "gmail.co", "gnail.com",
                     "gmail.com.br", "gmail", "gmailcom", "gmil.com"), "gmail.com"),
    **dict.fromkeys(("hotmial.com", "hotmal.com", "hotmai.com", "hormail.com", "hotmail",
                     "hotmailcom", "hotmail.co", "hotmil.com"), "hotmail.com"),
    **dict.fromkeys(("outlok.com", "outllok.com", "outlook", "outlookcom", "oulook.com"),
                    "outlook.com"),
    **dict.fromkeys(("yaho.com.br", "yahooo.com.br", "yahho.com.br", "yahoocom.br"),
                    "yahoo.com.br"),
    **dict.fromkeys(("yaho.com", "yahho.com", "yahoo", "yahoocom"), "yahoo.com"),
}  # fmt: skip
_ENDINGS: Final = (
    (re.compile(r"\.(?:con|cmo|ocm|vom|comm|coom|c0m)\Z"), ".com"),
    (re.compile(r"\.com\.(?:b|brr|rb|bt|nr)\Z"), ".com.br"),
    (re.compile(r"\.combr\Z"), ".com.br"),
)
_IN_ANGLES: Final = re.compile(r"[^<>]*<([^<>]+)>\s*")
_AT_WORDS: Final = re.compile(r"\s*[\[({]\s*(?:at|arroba)\s*[\])}]\s*", re.IGNORECASE)
_TEXT_OF_MONEY: Final = re.compile(r"(?i)r\$|brl|reais|real")
_THOUSANDS: Final = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")
_LABEL: Final = re.compile(r"(?i)\A\s*(?:cpf|cnpj|cpf/cnpj)\b[\s:.]*")
_MARKS: Final = re.compile(r"[\s.,/\\_-]+")
_DAY: Final = re.compile(r"([0-9]{1,2})[^0-9]+([0-9]{1,2})[^0-9]+([0-9]{4}|[0-9]{2})")
_ISO_DAY: Final = re.compile(r"([0-9]{4})[^0-9]+([0-9]{1,2})[^0-9]+([0-9]{1,2})")
_EIGHT_DIGITS: Final = re.compile(r"[0-9]{8}")


def propose(code: RejectCode, cell: str, style: DecimalStyle) -> str | None:
    """Return what a cell was meant to be; None where its typing does not tell.

    Args:
        code: why it was refused.
        cell: as it stands.
        style: the decimal sign of its file.
    """
    if code is RejectCode.AMOUNT_AMBIGUOUS:
        found = _with_cents(cell.strip(), style)
    else:
        make = _BY_CODE.get(code)
        found = make(cell) if make is not None else None
    return found if found and found != cell else None


def _email(cell: str) -> str | None:
    text = _visible(cell).strip()
    if match := _IN_ANGLES.fullmatch(text):
        text = match[1]
    text = _AT_WORDS.sub("@", text)
    text = re.sub(r"(?i)\Amailto:", "", _BLANKS.sub("", text)).strip("\"'<>;,:.()[]")
    text = re.sub(r"@+", "@", text)
    if text.count("@") != 1:
        return None
    local, _, domain = text.partition("@")
    local = re.sub(r"\.{2,}", ".", local.strip("."))
    domain = re.sub(r"\.{2,}", ".", domain.replace(",", ".").replace(";", ".")).strip(".")
    domain = domain.lower() if not domain.isupper() else domain
    for ending, right in _ENDINGS:
        domain = ending.sub(right, domain)
    domain = _PROVIDER_SLIPS.get(domain.lower(), domain)
    if not local.isascii() and domain.lower() in _PROVIDERS:
        local = fold_accents(local)  # None of these has such addresses.
    return f"{local}@{domain}"


def _tax_id(cell: str) -> str | None:
    """Return the CPF or CNPJ that the check digits prove."""
    text = _LABEL.sub("", _visible(cell))
    whole = restored(text)
    if whole is not None:
        return whole
    bare = _MARKS.sub("", text)
    for found in (bare, bare.translate(_LOOK_ALIKES)):
        if tax_id_kind(found) in (TaxIdKind.CPF, TaxIdKind.CNPJ):
            return found
    return None


def _amount(cell: str) -> str | None:
    text = _BLANKS.sub("", _TEXT_OF_MONEY.sub("", _visible(cell))).strip(".,;:")
    text = re.sub(r"([.,])\1+", r"\1", text)
    if not any(character in "123456789" for character in text):
        return None
    return re.sub(r"(?<=[0-9.,OolI|])[OolI|](?=[0-9OolI|.,]|\Z)|\A[OolI|](?=[0-9.,])", _digit, text)


def _digit(found: re.Match[str]) -> str:
    return found[0].translate(_LOOK_ALIKES)


def _with_cents(cell: str, style: DecimalStyle) -> str | None:
    """Return thousands with the cents that they lack, where the file's sign says which they are."""
    bare = _BLANKS.sub("", _TEXT_OF_MONEY.sub("", cell))
    group = {DecimalStyle.COMMA: ".", DecimalStyle.POINT: ","}.get(style)
    if group is None or group not in bare or not _THOUSANDS.fullmatch(bare):
        return None
    return f"{bare}{',' if group == '.' else '.'}00"


def _due_date(cell: str) -> str | None:
    text = _BLANKS.sub("", _visible(cell)).translate(_LOOK_ALIKES).strip(".,;:")
    if _EIGHT_DIGITS.fullmatch(text):
        return f"{text[:2]}/{text[2:4]}/{text[4:]}"
    if match := _ISO_DAY.fullmatch(text):
        return f"{match[1]}-{match[2]:0>2}-{match[3]:0>2}"
    if match := _DAY.fullmatch(text):
        return f"{match[1]:0>2}/{match[2]:0>2}/{match[3]}"
    return None


def _day_of_serial(cell: str) -> str | None:
    return f"{day_of_serial(cell):%d/%m/%Y}"


def _debt_id(cell: str) -> str | None:
    """Return the UUID that stands in a cell with blanks or quotes between."""
    found = as_uuid(_BLANKS.sub("", _visible(cell)).strip("\"'`.,;:"))
    return None if found is None else str(found)


def _decoded(cell: str) -> str | None:
    """Return a text whose UTF-8 was read as Windows-1252: that can be one text only."""
    try:
        return cell.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return None


def _visible(cell: str) -> str:
    """Return a text with blanks for breaks, and without the characters that nobody sees."""
    text = re.sub(r"[\r\n\t\v\f\u2028\u2029\u00a0]+", " ", cell)
    refused = find_refused(text)
    while refused:
        text = text.replace(refused[0], "")
        refused = find_refused(text)
    return text.strip()


_BY_CODE: Final[dict[RejectCode, Callable[[str], str | None]]] = {
    RejectCode.NAME_CHARACTER: _visible,
    RejectCode.NAME_ENCODING: _decoded,
    RejectCode.TAX_ID_FORMAT: _tax_id,
    RejectCode.TAX_ID_INVALID: _tax_id,
    RejectCode.TAX_ID_NUMBER: _tax_id,
    RejectCode.EMAIL_FORMAT: _email,
    RejectCode.EMAIL_CHARACTER: _email,
    RejectCode.EMAIL_NOT_ASCII: _email,
    RejectCode.AMOUNT_FORMAT: _amount,
    RejectCode.DUE_DATE_FORMAT: _due_date,
    RejectCode.DUE_DATE_SERIAL: _day_of_serial,
    RejectCode.DEBT_ID_FORMAT: _debt_id,
    RejectCode.DEBT_ID_CHARACTER: _visible,
}
