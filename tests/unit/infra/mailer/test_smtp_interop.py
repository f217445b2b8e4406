"""Delivery to a server that this project did not write."""

from __future__ import annotations

import asyncio
import email
import email.policy
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, Session
from aiosmtpd.smtp import Envelope as ServerEnvelope

from cobranca.domain.mail_reply import State
from cobranca.infra.mailer.smtp import SmtpTransport
from cobranca.infra.mailer.smtp_config import SmtpConfig
from cobranca.infra.mailer.transport import Envelope
from cobranca.notifications.mail_text import compose
from tests.unit.infra.mailer.mails import make_mail
from tests.unit.infra.mailer.smtp_fixtures import deliver, states

PDF = b"%PDF-1.4\n" + bytes(range(256)) * 20


class Inbox:
    """Keeps what arrives; refuses one address."""

    def __init__(self) -> None:
        self.arrived: list[tuple[list[str], bytes]] = []

    async def handle_RCPT(  # noqa: N802 - the server's own name
        self,
        server: SMTP,
        session: Session,
        envelope: ServerEnvelope,
        address: str,
        options: list[str],
    ) -> str:
        if address.startswith("nobody"):
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: ServerEnvelope
    ) -> str:
        content = envelope.original_content
        assert content is not None
        self.arrived.append((envelope.rcpt_tos, content))
        return "250 2.0.0 kept"


@asynccontextmanager
async def server(inbox: Inbox) -> AsyncIterator[int]:
    """Serve on a free port of this machine, and give the port."""
    listener = await asyncio.get_running_loop().create_server(
        lambda: SMTP(inbox, hostname="aiosmtpd", enable_SMTPUTF8=True), "127.0.0.1", 0
    )
    try:
        yield listener.sockets[0].getsockname()[1]
    finally:
        listener.close()  # Waiting for its end would be waiting for whoever is still connected.


async def test_messages_arrive_whole_and_can_be_read() -> None:
    inbox = Inbox()
    mails = [
        make_mail(debt_id=f"d{number}", recipient_name=f"José {number}", recipient_address=address)
        for number, address in enumerate(
            ["a@x.example", "nobody@x.example", "b@xn--educao-7ta5a.example", "d@x.example"]
        )
    ]
    async with server(inbox) as port:
        transport = SmtpTransport(SmtpConfig.from_url(f"smtp://127.0.0.1:{port}"))
        outcomes = await deliver(
            transport,
            [
                Envelope(billing_id=number, mail=mail, compose=lambda mail=mail: compose(mail, PDF))
                for number, mail in enumerate(mails)
            ],
        )
        await transport.aclose()
    assert states(outcomes) == [State.SENT, State.FAILED, State.SENT, State.SENT]
    assert outcomes[1].suppress
    assert [content for _, content in inbox.arrived] == [
        compose(mail, PDF) for mail in mails if "nobody" not in mail.recipient_address
    ]
    message = email.message_from_bytes(inbox.arrived[0][1], policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    assert message["To"].addresses[0].display_name == "José 0"
