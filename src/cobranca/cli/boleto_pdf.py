"""`cobranca boleto pdf`: JSON in, PDF out, without a server or a database."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final, cast

import orjson
import typer
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cobranca.domain.boleto import Account, bank, make_boleto
from cobranca.domain.characters import unprintable
from cobranca.domain.due_date import parse_due_date
from cobranca.domain.errors import InvalidField
from cobranca.domain.slip import (
    SlipBeneficiary,
    SlipData,
    SlipGuarantor,
    SlipTemplate,
    second_copy,
)

_CARNE: Final = typer.Option("--carne", help="Three slips a page, for instalments.")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PartyInput(_Strict):
    """Who pays, is paid, or stands behind the debt."""

    name: str
    tax_id: str = ""
    address: tuple[str, ...] = ()


class LateInput(_Strict):
    """For a second copy: the day of payment, and what lateness costs."""

    paid_on: date
    fine_basis_points: int = Field(default=0, ge=0)
    interest_basis_points_month: int = Field(default=0, ge=0)


class SlipInput(_Strict):
    """One slip: `boleto` has the keys of `cobranca boleto numbers`."""

    boleto: dict[str, Any]
    beneficiary: PartyInput
    payer: PartyInput
    guarantor: PartyInput | None = None
    document_number: str = ""
    issued: date
    instructions: tuple[str, ...] = ()
    messages: tuple[str, ...] = ()
    pix_payload: str | None = None
    second_copy: LateInput | None = None
    demonstration: bool = False


def pdf(
    out: Annotated[Path, typer.Option("--out", "-o", help="File to write; - is stdout.")],
    file: Annotated[Path | None, typer.Argument(help="JSON lines; stdin when not given.")] = None,
    carne: Annotated[bool, _CARNE] = False,
) -> None:
    """Print slips: a JSON object a line in, one PDF out, a page for each (docs/boleto.md).

    What a slip cannot say whole (a Pix code that is none or pays something else, more instructions
    than the paper has room for) is refused with exit code 1; what it has no letters for is warned
    of on stderr.
    """
    content = file.read_bytes() if file else sys.stdin.buffer.read()
    try:
        slips = [_slip(line, in_carne=carne) for line in _objects(content)]
        if not slips:
            raise InvalidField("line", "There is no slip in the input.", code="FIELD_MISSING")
        template = slips[0][0]
        if any(other != template for other, _ in slips):
            detail = "All slips of one PDF have the same beneficiary, account and instructions."
            raise InvalidField("beneficiary", detail)
        data = [slip for _, slip in slips]
        document = template.render_carne(data) if carne else template.render_print_file(data)
    except InvalidField as error:
        typer.echo(f"{error.field}: {error.detail} ({error.code})", err=True)
        raise typer.Exit(1) from None
    if out == Path("-"):
        sys.stdout.buffer.write(document)
    else:
        out.write_bytes(document)


def _objects(content: bytes) -> list[bytes]:
    """Take one object over several lines, or an object a line."""
    try:
        orjson.loads(content)
    except orjson.JSONDecodeError:
        return [line for line in content.splitlines() if line.strip()]
    return [content]


def _slip(line: bytes, *, in_carne: bool) -> tuple[SlipTemplate, SlipData]:
    try:
        given = SlipInput.model_validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        raise InvalidField(".".join(map(str, first["loc"])) or "line", first["msg"]) from None
    _warn(given)
    account, data = _boleto(given)
    template = _template(given, account)
    template.check_room(data, in_carne=in_carne)
    return template, data


def _warn(given: SlipInput) -> None:
    """Say what the slip's fonts have nothing for; it is printed as a question mark."""
    for field, text in _texts(given.model_dump(), ""):
        if lost := unprintable(text):
            detail = f"the slip cannot print {lost!r}"
            typer.echo(f"warning: {field}: {detail} (TEXT_UNPRINTABLE)", err=True)


def _texts(value: object, name: str) -> Iterator[tuple[str, str]]:
    """Yield every text of the input with the path of its field."""
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, dict):
        for key, inner in cast("dict[str, object]", value).items():
            yield from _texts(inner, f"{name}.{key}" if name else key)
    elif isinstance(value, tuple):
        for inner in cast("tuple[object, ...]", value):
            yield from _texts(inner, name)


def _boleto(given: SlipInput) -> tuple[Account, SlipData]:
    title = dict(given.boleto)
    our_number = _text(title, "our_number")
    amount_cents, due_date = title.pop("amount_cents", None), _text(title, "due_date")
    if type(amount_cents) is not int:
        raise InvalidField("boleto.amount_cents", "must be a whole number of cents")
    account = Account(bank=_text(title, "bank"), parameters=cast("Mapping[str, str]", title))
    due = parse_due_date(due_date)
    numbers = make_boleto(account, our_number, amount_cents, due)
    data = SlipData(
        digitable_line=numbers.digitable_line,
        barcode=numbers.barcode,
        our_number=numbers.our_number,
        document_number=given.document_number or our_number,
        amount_cents=amount_cents,
        due_date=due,
        issued=given.issued,
        payer_name=given.payer.name,
        payer_tax_id=given.payer.tax_id,
        payer_address=given.payer.address,
        messages=given.messages,
    )
    if given.second_copy is not None:
        data = second_copy(data, **given.second_copy.model_dump())
    # Last, as it must pay what is owed.
    return account, replace(data, pix_payload=given.pix_payload)


def _template(given: SlipInput, account: Account) -> SlipTemplate:
    issuer = bank(account.bank)
    guarantor = given.guarantor
    return SlipTemplate(
        beneficiary=SlipBeneficiary(
            name=given.beneficiary.name,
            tax_id=given.beneficiary.tax_id,
            address=" - ".join(given.beneficiary.address),
        ),
        bank_code=issuer.code,
        bank_digit=issuer.printed_digit,
        bank_name=issuer.name,
        branch_account_text=account.beneficiary_code,
        wallet=account.parameters.get("wallet", ""),
        instructions=given.instructions,
        guarantor=SlipGuarantor(name=guarantor.name, tax_id=guarantor.tax_id)
        if guarantor
        else None,
        demonstration=given.demonstration,
    )


def _text(title: dict[str, Any], name: str) -> str:
    value = title.pop(name, None)
    if not isinstance(value, str) or not value:
        raise InvalidField(f"boleto.{name}", "is missing, or is no text", code="FIELD_MISSING")
    return value
