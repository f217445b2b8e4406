"""Pix BR Codes: the text behind a Pix QR code, written and read.

A BR Code is a row of fields: two digits of id, two of length (in characters), the value. The last
one is a checksum of all before it. Source: Banco Central do Brasil, "Manual de Padrões para
Iniciação do Pix". Texts written here are ASCII: accents are folded away, so that one character is
one byte whatever the reader thinks.

A static code made by the beneficiary and a boleto are two legs that can both be paid; only the
bank's own dynamic code (bolepix) cancels the other leg. Who prints a static code must say so.
"""

from __future__ import annotations

import re
from binascii import crc_hqx
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from cobranca.domain.characters import fold_accents
from cobranca.domain.errors import InvalidField
from cobranca.domain.money import check_amount_cents, format_decimal
from cobranca.domain.tax_id import TaxIdKind, tax_id_kind

PIX_GUI: Final = "br.gov.bcb.pix"
NAME_MAX: Final = 25
CITY_MAX: Final = 15
TXID_MAX: Final = 25
KEY_MAX: Final = 77
FIELD_MAX: Final = 99
NO_TXID: Final = "***"
#: What the standard (EMV QRCPS-MPM) lets a code hold, and a QR of a slip's size carries.
PAYLOAD_MAX: Final = 512

STATIC_WARNING: Final = (
    "Pix estático no boleto: o QR e o boleto podem ser pagos os dois, e só o beneficiário percebe. "
    "Prefira o QR dinâmico que o banco devolve no registro (bolepix)."
)

#: Fields that may hold the account of an arrangement.
_ACCOUNTS: Final = tuple(map(str, range(26, 52)))
#: Beneficiaries whose constant parts are kept written.
_CACHED: Final = 64
_TXID: Final = re.compile(r"[A-Za-z0-9]{1,25}|\*\*\*")
_PHONE: Final = re.compile(r"\+[1-9][0-9]{9,14}")
_EMAIL: Final = re.compile(r"[a-z0-9.!#$&'*+/=?^_`{|}~-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_EVP: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_URL: Final = re.compile(r"[A-Za-z0-9.-]+\.[A-Za-z]{2,}(?::[0-9]+)?/[!-~]+")
_AMOUNT: Final = re.compile(r"([0-9]{1,10})(?:\.([0-9]{1,2}))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class PixPayload:
    """What a BR Code says.

    Attributes:
        key: the beneficiary's Pix key; empty in a dynamic code.
        url: where the payer's bank fetches the charge, without `https://`; empty in a static code.
        amount_cents: None when the code carries none.
        name: the beneficiary's.
        city: the beneficiary's.
        postal_code: digits; empty when there is none.
        txid: `***` stands for none.
        description: additional text of a static code.
        single_use: whether the code is for one payment only.
    """

    key: str
    url: str
    amount_cents: int | None
    name: str
    city: str
    postal_code: str
    txid: str
    description: str
    single_use: bool

    @property
    def is_dynamic(self) -> bool:
        """Whether the bank decides what is paid, and cancels the code with the boleto."""
        return bool(self.url)


def static_payload(
    *,
    key: str,
    name: str,
    city: str,
    amount_cents: int | None = None,
    txid: str = NO_TXID,
    description: str = "",
    postal_code: str = "",
) -> str:
    """Write a static code; on a boleto, together with `STATIC_WARNING`.

    Args:
        key: CPF (11 digits), CNPJ (14), phone (`+5511...`), e-mail in lower case, or random key.
        name: up to 25 characters once accents are folded.
        city: up to 15 characters once accents are folded.
        amount_cents: None = the payer decides.
        txid: 1 to 25 letters and digits, or `***`; it comes back in the statement.
        description: shown to the payer; shares 99 characters with the key.
        postal_code: eight digits, or empty.

    Raises:
        InvalidField: with the name of the argument.
    """
    return _payload(
        method="",
        account=_static_account(key, description),
        name=name,
        city=city,
        amount_cents=amount_cents,
        txid=txid,
        postal_code=postal_code,
    )


def dynamic_payload(
    *,
    url: str,
    name: str,
    city: str,
    amount_cents: int | None = None,
    txid: str = NO_TXID,
    postal_code: str = "",
    single_use: bool = True,
) -> str:
    """Write a dynamic code for a location that the bank gave.

    Args:
        url: the location, without `https://`, up to 77 characters.
        name: up to 25 characters once accents are folded.
        city: up to 15 characters once accents are folded.
        amount_cents: for people; what counts is what the location answers.
        txid: as the bank gave it, or `***`.
        postal_code: eight digits, or empty.
        single_use: one payment only, as for a boleto.

    Raises:
        InvalidField: with the name of the argument.
    """
    if len(url) > KEY_MAX or not _URL.fullmatch(url):
        detail = "The location is a URL without https://, of at most 77 characters."
        raise InvalidField("url", detail, code="PIX_FORMAT")
    account = _field("00", PIX_GUI) + _field("25", url)
    return _payload(
        method=_field("01", "12") if single_use else "",
        account=account,
        name=name,
        city=city,
        amount_cents=amount_cents,
        txid=txid,
        postal_code=postal_code,
    )


def read_payload(text: str, field: str = "pix") -> PixPayload:
    """Read a BR Code of a Pix, static or dynamic.

    Args:
        text: as a payer's application gets it.
        field: the name that an error carries.

    Raises:
        InvalidField: PIX_FORMAT (fields do not tile the text, one is missing or wrong), PIX_LENGTH,
            PIX_CRC, or PIX_OTHER when it is a code of another arrangement.
    """
    try:
        return _read_payload(text)
    except InvalidField as error:
        raise InvalidField(field, error.detail, code=error.code) from None


def _read_payload(text: str) -> PixPayload:
    if not 8 <= len(text) <= PAYLOAD_MAX or not (text.isascii() and text.isprintable()):
        detail = f"A Pix code is up to {PAYLOAD_MAX} printable characters of ASCII."
        raise _unreadable(detail, "PIX_LENGTH")
    fields = _split(text, "the code")
    if fields.get("00") != "01" or list(fields)[-1] != "63" or len(fields["63"]) != 4:
        raise _unreadable("A Pix code begins with 000201 and ends with its checksum.")
    if fields["63"] != crc16(text[:-4]):
        raise _unreadable("The checksum differs: a character was lost or changed.", "PIX_CRC")
    account = _pix_account(fields)
    _check_common(fields)
    key, url = account.get("01", ""), account.get("25", "")
    if bool(key) == bool(url):
        raise _unreadable("A Pix code has a key (static) or a location (dynamic).")
    additional = _split(fields["62"], "field 62") if "62" in fields else {}
    return PixPayload(
        key=key,
        url=url,
        amount_cents=_read_amount(fields.get("54")),
        name=fields["59"],
        city=fields["60"],
        postal_code=fields.get("61", ""),
        txid=additional.get("05", NO_TXID),
        description=account.get("02", ""),
        single_use=fields.get("01") == "12",
    )


def crc16(text: str) -> str:
    """Give the checksum (CRC-16/CCITT-FALSE) as four upper-case hexadecimal digits.

    Raises:
        UnicodeEncodeError: the text is not ASCII (a bug of the caller).
    """
    return f"{crc_hqx(text.encode('ascii'), 0xFFFF):04X}"


@lru_cache(maxsize=_CACHED)
def _static_account(key: str, description: str) -> str:
    """Write who is paid: the same for every code of a beneficiary."""
    _check_key(key)
    account = _field("00", PIX_GUI) + _field("01", key)
    if description:
        account += _field("02", _text("description", description, KEY_MAX))
    if len(account) > FIELD_MAX:
        detail = "Key and description together are too long for a Pix code."
        raise InvalidField("description", detail, code="PIX_LENGTH")
    return account


@lru_cache(maxsize=_CACHED)
def _holder(name: str, city: str, postal_code: str) -> str:
    """Write name and place of who is paid: the same for every code of a beneficiary."""
    if postal_code and not re.fullmatch(r"[0-9]{8}", postal_code):
        raise InvalidField("postal_code", "A postal code has 8 digits.", code="PIX_FORMAT")
    text = _field("58", "BR") + _field("59", _text("name", name, NAME_MAX))
    text += _field("60", _text("city", city, CITY_MAX))
    return text + _field("61", postal_code) if postal_code else text


def _payload(
    *,
    method: str,
    account: str,
    name: str,
    city: str,
    amount_cents: int | None,
    txid: str,
    postal_code: str,
) -> str:
    if not _TXID.fullmatch(txid):
        raise InvalidField("txid", "A txid is 1 to 25 letters and digits.", code="PIX_FORMAT")
    text = _field("00", "01") + method + _field("26", account)
    text += _field("52", "0000") + _field("53", "986")
    if amount_cents is not None:
        check_amount_cents(amount_cents)
        text += _field("54", format_decimal(amount_cents))
    text += _holder(name, city, postal_code)
    text += _field("62", _field("05", txid)) + "6304"
    return text + crc16(text)


def _field(identifier: str, value: str) -> str:
    return f"{identifier}{len(value):02d}{value}"


def _text(field: str, text: str, length_max: int) -> str:
    folded = " ".join(fold_accents(text).split())
    if not folded or len(folded) > length_max or not folded.isprintable():
        detail = f"{field} must have 1 to {length_max} characters, not {len(folded)}."
        raise InvalidField(field, detail, code="PIX_LENGTH")
    return folded


def _check_key(key: str) -> None:
    known = key.isalnum() and tax_id_kind(key) in {TaxIdKind.CPF, TaxIdKind.CNPJ}
    email = len(key) <= KEY_MAX and _EMAIL.fullmatch(key)
    if not (known or email or _PHONE.fullmatch(key) or _EVP.fullmatch(key)):
        detail = "Not a Pix key: a CPF, CNPJ, +55 phone, lower-case e-mail or random key."
        raise InvalidField("key", detail, code="PIX_FORMAT")


def _split(text: str, where: str) -> dict[str, str]:
    """Cut a row of fields; they must tile the text, each once."""
    fields: dict[str, str] = {}
    at = 0
    while at < len(text):
        head = text[at : at + 4]
        if len(head) < 4 or not head.isdigit():
            raise _unreadable(f"There is no field at character {at + 1} of {where}.")
        identifier, end = head[:2], at + 4 + int(head[2:])
        if end > len(text) or end == at + 4 or identifier in fields:
            raise _unreadable(f"Field {identifier} of {where} is cut off, empty or there twice.")
        fields[identifier] = text[at + 4 : end]
        at = end
    return fields


def _pix_account(fields: Mapping[str, str]) -> Mapping[str, str]:
    for identifier in _ACCOUNTS:
        if identifier in fields:
            account = _read_account(fields[identifier], identifier)
            if account.get("00", "").lower() == PIX_GUI:
                return account
    raise _unreadable("This code is not of the Pix arrangement.", "PIX_OTHER")


@lru_cache(maxsize=_CACHED)
def _read_account(text: str, identifier: str) -> Mapping[str, str]:
    """Cut the account of an arrangement: the same in every static code of a beneficiary."""
    return _split(text, f"field {identifier}")


def _check_common(fields: Mapping[str, str]) -> None:
    for identifier in ("52", "53", "58", "59", "60"):
        if identifier not in fields:
            raise _unreadable(f"Field {identifier} is missing.")
    if fields["53"] != "986" or fields["58"] != "BR":
        raise _unreadable("The code is not in reais and Brazil.")
    if len(fields["59"]) > NAME_MAX or len(fields["60"]) > CITY_MAX:
        raise _unreadable("Name (25) or city (15) is too long.", "PIX_LENGTH")


def _read_amount(text: str | None) -> int | None:
    if text is None:
        return None
    match = _AMOUNT.fullmatch(text)
    if match is None:
        raise _unreadable("The amount is not a number with at most two decimals.")
    return int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))


def _unreadable(detail: str, code: str = "PIX_FORMAT") -> InvalidField:
    return InvalidField("pix", detail, code=code)
