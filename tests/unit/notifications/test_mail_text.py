"""What a payer's mail client sees, read back with Python's own email package."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Callable
from dataclasses import replace
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr
from html import escape
from html.parser import HTMLParser

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cobranca.domain.boleto import format_digitable_line
from cobranca.domain.errors import InvalidField
from cobranca.domain.text_format import format_brl, format_date
from cobranca.infra.mailer.mail import Mail
from cobranca.notifications.mail_text import attachment_name, compose, subject
from cobranca.notifications.template import load_template, split_template
from tests.unit.infra.mailer.mails import DEBT_ID, make_mail

PDF = b"%PDF-1.4\n" + bytes(range(256)) * 20

names = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Zl", "Zp", "Zs")) | st.just(" "),
    min_size=1,
    max_size=120,
).map(lambda name: " ".join(name.split(" ")).strip() or "x")


def parse(mail: Mail, pdf: bytes = PDF) -> EmailMessage:
    message = email.message_from_bytes(compose(mail, pdf), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert isinstance(part, EmailMessage)
    return part.get_content().replace("\r\n", "\n")


def filled(name: str, mail: Mail, escaped: Callable[[str], str]) -> str:
    """Fill a template straight from the mail: what every decoded part must be equal to."""
    greeting = f"Olá, {mail.recipient_name}!" if mail.recipient_name else "Olá!"
    values = {field: str(getattr(mail, field) or "") for field in Mail.__dataclass_fields__} | {
        "greeting": greeting,
        "amount": format_brl(mail.amount_cents),
        "due_date": format_date(mail.due_date),
        "digitable_line": format_digitable_line(mail.digitable_line),
    }
    present = {field for field in Mail.__dataclass_fields__ if getattr(mail, field)}
    (whole,) = split_template(load_template(name), values, present, escaped)
    return whole


def display_name(message: EmailMessage, field: str) -> str:
    """Return a name as RFC 2047 joins its words.

    The modern parser of Python 3.11 to 3.13 leaves the space between two encoded words of an
    address, against section 6.2, so the older one is asked.
    """
    raw = dict(message.raw_items())[field]
    name, _ = parseaddr(str(raw).replace("\r\n", ""))
    return str(make_header(decode_header(name)))


def defects(message: EmailMessage) -> list[object]:
    found: list[object] = []
    for part in message.walk():
        found += part.defects
        for header in part.values():
            found += header.defects
    return found


def test_structure_is_text_and_html_and_one_pdf() -> None:
    message = parse(make_mail())
    kinds = [part.get_content_type() for part in message.walk()]
    assert kinds == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "application/pdf",
    ]
    assert defects(message) == []


def test_attachment_is_the_pdf_byte_for_byte() -> None:
    (attachment,) = parse(make_mail()).iter_attachments()
    assert attachment.get_content() == PDF
    assert attachment.get_filename() == f"boleto-{DEBT_ID}.pdf"


@pytest.mark.parametrize("size", [0, 1, 56, 57, 58, 113, 114, 115, 5000])
def test_attachment_of_any_length_comes_back(size: int) -> None:
    pdf = bytes(index % 251 for index in range(size))
    (attachment,) = parse(make_mail(), pdf).iter_attachments()
    assert attachment.get_content() == pdf


def test_head_says_who_to_whom_and_what() -> None:
    message = parse(make_mail(reply_to="financeiro@aurora.example"))
    assert message["From"].addresses[0].display_name == "Escola Aurora"
    assert message["From"].addresses[0].addr_spec == "cobranca@aurora.example"
    assert message["To"].addresses[0].display_name == "Maria Souza"
    assert message["To"].addresses[0].addr_spec == "maria@exemplo.com.br"
    assert message["Reply-To"] == "financeiro@aurora.example"
    assert message["Subject"] == "Boleto de Escola Aurora - vencimento 01/12/2026 - R$ 1.234,56"
    assert message["Date"].datetime == make_mail().date
    assert message["Message-ID"] == f"<{DEBT_ID}.0@aurora.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["MIME-Version"] == "1.0"


def test_a_notice_of_a_debt_has_no_list_unsubscribe_by_itself() -> None:
    message = parse(make_mail())
    assert message["List-Unsubscribe"] is None
    assert message["Precedence"] is None


def test_list_unsubscribe_is_one_field_and_changes_nothing_else() -> None:
    with_field = compose(make_mail(unsubscribe_url="mailto:parar@aurora.example"), b"pdf")
    field = b"List-Unsubscribe: <mailto:parar@aurora.example>\r\n"
    assert with_field.replace(field, b"") == compose(make_mail(), b"pdf")


@pytest.mark.parametrize("kind", ["plain", "html"])
def test_both_bodies_tell_all_a_payer_needs(kind: str) -> None:
    mail = make_mail(
        pix_payload="00020126580014br.gov.bcb.pix", beneficiary_tax_id="11.222.333/0001-81"
    )
    text = body(parse(mail), kind)
    for needed in (
        "Olá, Maria Souza!",
        "R$ 1.234,56",
        "01/12/2026",
        "00190.00009 02670.001003 00000.000174 1 38600000004000",
        "Escola Aurora",
        "11.222.333/0001-81",
        "109/00000001-2",
        DEBT_ID,
        "00020126580014br.gov.bcb.pix",
        "fraudes",
        "não pague",
        "pagou?",
    ):
        assert needed.lower() in text.lower(), needed


@pytest.mark.parametrize("kind", ["plain", "html"])
def test_demonstration_is_marked_and_only_then(kind: str) -> None:
    assert "DEMONSTRAÇÃO" in body(parse(make_mail(demonstration=True)), kind)
    assert "DEMONSTRAÇÃO" not in body(parse(make_mail(demonstration=False)), kind)


@pytest.mark.parametrize("kind", ["plain", "html"])
def test_what_replaces_another_boleto_says_which_to_pay(kind: str) -> None:
    assert "Pague somente este" in body(parse(make_mail(replaces=True)), kind)
    assert "Pague somente este" not in body(parse(make_mail()), kind)


def test_nothing_is_left_of_the_template_language() -> None:
    for mail in (make_mail(), make_mail(demonstration=True, pix_payload="x", bank_name="Itaú")):
        content = compose(mail, PDF)
        assert b"{{" not in content
        assert b"\x00" not in content
        assert b"\x01" not in content
        assert "«".encode() not in content


def test_same_mail_and_pdf_give_the_same_bytes() -> None:
    assert compose(make_mail(), PDF) == compose(make_mail(), PDF)


def test_another_message_id_gives_another_boundary() -> None:
    mail = make_mail()
    other = replace(mail, message_id="<other@aurora.example>")
    assert parse(mail).get_boundary() != parse(other).get_boundary()


def test_empty_recipient_name_leaves_a_greeting_and_a_bare_address() -> None:
    message = parse(make_mail(recipient_name=""))
    assert message["To"].addresses[0].display_name == ""
    assert message["To"].addresses[0].addr_spec == "maria@exemplo.com.br"
    assert body(message, "plain").startswith("Olá!\n")


def test_markup_in_a_name_is_shown_not_obeyed() -> None:
    name = "<script>alert('x')</script> & \"Filhos\""
    mail = make_mail(recipient_name=name, beneficiary_name=name)
    page = body(parse(mail), "html")
    assert "<script" not in page
    assert _visible_text(page).count("<script>alert('x')</script> & \"Filhos\"") == 3 + 1


def _visible_text(page: str) -> str:
    pieces: list[str] = []

    class Reader(HTMLParser):
        def handle_data(self, data: str) -> None:
            pieces.append(data)

    Reader(convert_charrefs=True).feed(page)
    return "".join(pieces)


def test_braces_and_marks_of_the_template_in_a_name_are_plain_text() -> None:
    name = "{{amount}} {to} «from» {{#pix_payload}} =_m"
    mail = make_mail(recipient_name=name, beneficiary_name=name, sender_name=name)
    message = parse(mail)
    assert display_name(message, "To") == name
    assert message["Subject"].startswith(f"Boleto de {name} - ")
    assert f"Olá, {name}!" in body(message, "plain")
    assert defects(message) == []


@settings(deadline=None)
@given(recipient=names, beneficiary=names, sender=names)
def test_any_printable_names_come_back(recipient: str, beneficiary: str, sender: str) -> None:
    mail = make_mail(recipient_name=recipient, beneficiary_name=beneficiary, sender_name=sender)
    content = compose(mail, PDF)
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    assert message["Subject"] == subject(mail)
    assert display_name(message, "To") == recipient
    assert display_name(message, "From") == sender
    assert message["To"].addresses[0].addr_spec == mail.recipient_address
    assert len(message["To"].addresses) == 1
    assert body(message, "plain") == filled("boleto.txt", mail, str)
    assert body(message, "html") == filled("boleto.html", mail, escape)
    assert defects(message) == []


@settings(deadline=None)
@example(recipient="00000¡¡¡¡𐀀𐀀𐀀", beneficiary="0")
@given(recipient=names, beneficiary=names)
def test_lines_are_short_ascii_and_end_in_crlf(recipient: str, beneficiary: str) -> None:
    mail = make_mail(
        recipient_name=recipient, beneficiary_name=beneficiary, pix_payload="0002" + "A" * 500
    )
    content = compose(mail, PDF)
    assert content.isascii()
    assert content.endswith(b"\r\n")
    lines = content.split(b"\r\n")
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    assert max(len(line) for line in lines) <= 76


@pytest.mark.parametrize("position", ["recipient_name", "sender_name", "beneficiary_name"])
@pytest.mark.parametrize("evil", ["\r\nBcc: x@y.example", "\n", "\r", "\x00", "\u2028", "\u202e"])
def test_no_name_can_begin_another_header(position: str, evil: str) -> None:
    with pytest.raises(InvalidField):
        make_mail(**{position: f"Maria{evil}"})


def test_longest_address_and_name_stay_within_the_hard_limit() -> None:
    domain = ".".join(["d" * 60] * 3)
    mail = make_mail(recipient_name="a" * 255, recipient_address=f"{'l' * 64}@{domain}")
    message = parse(mail)
    assert message["To"].addresses[0].addr_spec == mail.recipient_address
    assert max(len(line) for line in compose(mail, PDF).split(b"\r\n")) <= 998


def test_file_name_holds_harmless_characters_only() -> None:
    assert attachment_name(make_mail(debt_id='../..\\"x"; é')) == "boleto-.._..__x____.pdf"


def test_page_is_whole_and_says_its_language() -> None:
    mail = make_mail(demonstration=True, pix_payload="0002", bank_name="Itaú")
    page = body(parse(mail), "html")
    assert '<html lang="pt-BR">' in page
    opened: list[str] = []

    class Balance(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            if tag not in {"meta", "br"}:
                opened.append(tag)

        def handle_endtag(self, tag: str) -> None:
            assert opened.pop() == tag

    Balance().feed(page)
    assert opened == []
