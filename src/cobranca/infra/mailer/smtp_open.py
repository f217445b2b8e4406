"""Opens a conversation with an SMTP server: TLS, EHLO and login, up to the first mail."""

from __future__ import annotations

import asyncio
import ssl
from base64 import b64encode

from cobranca.domain.mail_reply import Category, Fault, Resumption, Stage, State, Verdict
from cobranca.domain.mail_words import DETAIL_LENGTH_MAX, printable
from cobranca.infra.mailer.smtp_config import Encryption, SmtpConfig
from cobranca.infra.mailer.smtp_session import SmtpSession, verdict_of
from cobranca.infra.mailer.smtp_wire import ConnectionLostError, Reply, Wire

#: What we do not do without a person: send without TLS, or to a server that is not proven.
_OUR_RULE = Verdict(
    fault=Fault.OURS,
    state=State.DEFERRED,
    category=Category.CONFIGURATION,
    resumption=Resumption.BY_PERSON,
)


class SessionRefusedError(Exception):
    """The server does not let this client in; no mail is to blame."""

    def __init__(self, stage: str, reply: Reply | None = None, detail: str = "") -> None:
        """Judge what was answered, if it was a matter of an answer."""
        self.verdict = _OUR_RULE if reply is None else verdict_of(reply, Stage.SESSION)
        said = f"{reply.code} {reply.text}" if reply else detail
        super().__init__(printable(f"{stage}: {said}")[:DETAIL_LENGTH_MAX])


async def open_session(config: SmtpConfig, tls: ssl.SSLContext | None) -> SmtpSession:
    """Connect and come to the point where a mail can be offered.

    Raises:
        ConnectionLostError: there is no server, or it went away.
        SessionRefusedError: the server, or our own rule, does not allow it.
    """
    wire = await _connect(config, tls if config.encryption is Encryption.IMPLICIT else None)
    session = SmtpSession(wire, config)
    try:
        greeting = await wire.reply(config.timeouts.greeting_s)
        if greeting.code != 220:
            raise SessionRefusedError("greeting", greeting)
        await _greet(session)
        if config.encryption in {Encryption.REQUIRED, Encryption.OFFERED}:
            await _encrypt(session, tls)
        if config.username is not None:
            await _authenticate(session, config.username, config.password or "")
    except BaseException:
        wire.abort()
        raise
    return session


async def _connect(config: SmtpConfig, tls: ssl.SSLContext | None) -> Wire:
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(config.timeouts.connect_s):
            _, wire = await loop.create_connection(
                Wire,
                config.host,
                config.port,
                ssl=tls,
                server_hostname=config.host if tls is not None else None,
            )
    except ssl.SSLCertVerificationError as error:
        raise SessionRefusedError("TLS", detail=error.verify_message) from error
    except TimeoutError as error:
        raise ConnectionLostError("no connection in time") from error
    except OSError as error:
        raise ConnectionLostError(f"no connection ({type(error).__name__})") from error
    return wire


async def _greet(session: SmtpSession) -> None:
    name = session.config.helo or _address_literal(session.wire)
    reply = await _ask(session, f"EHLO {name}")
    if reply.code // 100 == 5:
        # A server of before 1995: no extensions.
        reply = await _ask(session, f"HELO {name}")
    if reply.code != 250:
        raise SessionRefusedError("EHLO", reply)
    session.extensions = {}
    for line in reply.text.split("\n")[1:]:
        keyword, _, parameters = line.partition(" ")
        session.extensions[keyword.upper()] = parameters


async def _encrypt(session: SmtpSession, tls: ssl.SSLContext | None) -> None:
    config, wire = session.config, session.wire
    if "STARTTLS" not in session.extensions:
        if config.encryption is Encryption.REQUIRED:
            raise SessionRefusedError("STARTTLS", detail="not offered, and starttls=require")
        return
    reply = await _ask(session, "STARTTLS")
    if reply.code != 220:
        raise SessionRefusedError("STARTTLS", reply)
    if not wire.quiet or wire.transport is None or tls is None:
        # Plain text after the 220 would be taken for the server's encrypted word.
        raise SessionRefusedError("STARTTLS", detail="the server said more before the handshake")
    try:
        upgraded = await asyncio.get_running_loop().start_tls(
            wire.transport,
            wire,
            tls,
            server_hostname=config.host,
            ssl_handshake_timeout=config.timeouts.connect_s,
        )
    except ssl.SSLCertVerificationError as error:
        raise SessionRefusedError("TLS", detail=error.verify_message) from error
    except OSError as error:
        raise ConnectionLostError(f"TLS failed ({type(error).__name__})") from error
    if upgraded is None:
        raise ConnectionLostError("closed during the TLS handshake")
    wire.connection_made(upgraded)
    await _greet(session)


async def _authenticate(session: SmtpSession, username: str, password: str) -> None:
    transport = session.wire.transport
    encrypted = transport is not None and transport.get_extra_info("ssl_object") is not None
    if not encrypted and session.config.encryption is not Encryption.NONE:
        detail = "the password is not sent without TLS; starttls=false allows it"
        raise SessionRefusedError("AUTH", detail=detail)
    offered = session.extensions.get("AUTH", "").upper().split()
    if "PLAIN" in offered:
        token = b64encode(f"\0{username}\0{password}".encode()).decode()
        reply = await _ask(session, f"AUTH PLAIN {token}")
    elif "LOGIN" in offered:
        reply = await _ask(session, "AUTH LOGIN")
        for answer in (username, password):
            if reply.code == 334:
                reply = await _ask(session, b64encode(answer.encode()).decode())
    else:
        raise SessionRefusedError("AUTH", detail="the server offers neither PLAIN nor LOGIN")
    if reply.code != 235:
        raise SessionRefusedError("AUTH", reply)


async def _ask(session: SmtpSession, line: str) -> Reply:
    session.wire.queue(line.encode() + b"\r\n")
    return await session.wire.reply(session.config.timeouts.session_s)


def _address_literal(wire: Wire) -> str:
    name = wire.transport.get_extra_info("sockname") if wire.transport is not None else None
    host = str(name[0]) if name else "127.0.0.1"
    return f"[IPv6:{host}]" if ":" in host else f"[{host}]"
