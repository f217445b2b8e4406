"""One conversation with an SMTP server: opening it, and handing over mails one after another."""

from __future__ import annotations

import asyncio
import ssl
from base64 import b64encode
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from cobranca.domain.mail_reply import Category, Stage, State, classify
from cobranca.domain.mail_words import DETAIL_LENGTH_MAX, printable, redact
from cobranca.infra.mailer.smtp_config import Encryption, SmtpConfig
from cobranca.infra.mailer.smtp_wire import ConnectionLostError, Reply, Wire
from cobranca.infra.mailer.transport import Outcome

#: From this size on the content must have left before the dot is written, so that a connection
#: that dies on the way leaves no doubt.
LARGE_CONTENT_OCTETS = 65_536


class SessionRefusedError(Exception):
    """The server does not let this client in; no mail is to blame."""

    def __init__(self, stage: str, reply: Reply | None = None, detail: str = "") -> None:
        """Keep what was answered, if it was a matter of an answer."""
        self.reply = reply
        #: Whether it makes sense to try again soon.
        self.temporary = reply is not None and 400 <= reply.code < 500
        said = f"{reply.code} {reply.text}" if reply else detail
        super().__init__(printable(f"{stage}: {said}"[:DETAIL_LENGTH_MAX]))


@dataclass(slots=True, kw_only=True)
class Letter:
    """A mail ready for the wire."""

    sender: str
    recipient: str
    content: bytes
    #: Comes back in a bounce from servers that offer DSN (RFC 3461).
    envelope_id: str = ""
    #: Awaited right before the envelope is written.
    before: Callable[[], Awaitable[None]] | None = None
    #: How often a connection has died under it before it was handed over.
    lost: int = 0

    @property
    def needs_smtputf8(self) -> bool:
        """Whether an address has other than ASCII before its @."""
        return not (self.recipient.isascii() and self.sender.isascii())


@dataclass(slots=True)
class Progress:
    """What one connection has done with some letters."""

    #: None = not handed over, and free to be offered again.
    outcomes: list[Outcome | None]
    #: Letters that the server itself has answered for.
    answered: int = 0
    #: The letter whose dot has been written and not answered.
    in_doubt: int | None = None
    #: The letter that was being offered when the connection died.
    offered: int = 0


@dataclass(slots=True)
class SmtpSession:
    """An open connection, past EHLO, STARTTLS and AUTH."""

    wire: Wire
    config: SmtpConfig
    extensions: dict[str, str] = field(default_factory=dict[str, str])
    #: A transaction was begun and refused; RSET before the next.
    dirty: bool = False
    #: Letters have gone through it before; the server may have closed it meanwhile.
    used: bool = False
    idle_since_s: float = 0.0

    async def send(self, letters: Sequence[Letter]) -> Progress:
        """Hand over letters in order until all are answered or the connection is lost.

        Never raises for what a server does. After a loss the session's wire is aborted.
        """
        progress = Progress(outcomes=[None] * len(letters))
        try:
            for number, letter in enumerate(letters):
                progress.offered = number
                await self._send_one(number, letter, progress, letters)
            await self._settle(progress, letters)
        except ConnectionLostError as error:
            if progress.in_doubt is not None and not self.wire.dropped:
                progress.outcomes[progress.in_doubt] = Outcome(
                    state=State.UNCERTAIN, detail=f"no answer to the final dot: {error}"
                )
            self.wire.abort()
        self.used = True
        return progress

    async def quit(self) -> None:
        """Say goodbye and close."""
        self.wire.queue(b"QUIT\r\n")
        try:
            await self.wire.reply(self.config.timeouts.quit_s)
        except ConnectionLostError:
            return
        finally:
            self.wire.abort()

    async def _send_one(
        self, number: int, letter: Letter, progress: Progress, letters: Sequence[Letter]
    ) -> None:
        refusal = self._cannot_carry(letter)
        if refusal is not None:
            progress.outcomes[number] = refusal
            return
        if letter.before is not None:
            # The mail before it must not wait with it.
            await self._settle(progress, letters)
            await letter.before()
        if "PIPELINING" in self.extensions:
            reply, stage = await self._offer_at_once(letter, progress, letters)
        else:
            await self._settle(progress, letters)
            reply, stage = await self._offer_step_by_step(letter)
        if reply.code == 354:
            await self._queue_content(letter.content)
            progress.in_doubt = number
            return
        if reply.code < 400:
            raise ConnectionLostError("out of step")
        if reply.code == 421 and self.used and number == 0:
            raise ConnectionLostError("closed by the server while it was idle")
        progress.outcomes[number] = outcome_of(reply, letter, stage)
        progress.answered += 1
        if reply.code == 421:
            progress.offered = number + 1
            raise ConnectionLostError("closed by the server (421)")

    async def _offer_at_once(
        self, letter: Letter, progress: Progress, letters: Sequence[Letter]
    ) -> tuple[Reply, Stage]:
        """Write the envelope in one go; return the 354, or the refusal that decides.

        Returns:
            The answer, and what it is an answer to.
        """
        timeouts = self.config.timeouts
        resetting = self.dirty
        reset = b"RSET\r\n" if resetting else b""
        self.wire.queue(reset + self._mail(letter) + self._rcpt(letter) + b"DATA\r\n")
        await self._settle(progress, letters)
        if resetting:
            await self._expect_reset()
        refusal: Reply | None = None
        refused = Stage.MESSAGE
        for stage, timeout_s in (
            (Stage.SENDER, timeouts.mail_s),
            (Stage.RECIPIENT, timeouts.rcpt_s),
        ):
            reply = await self._next_reply(timeout_s, refusal)
            if refusal is None and reply.code // 100 != 2:
                refusal, refused = reply, stage
            if reply.code == 421:
                return reply, stage
        data = await self._next_reply(timeouts.data_s, refusal)
        self.dirty = refusal is not None or data.code != 354
        if refusal is None:
            return data, Stage.MESSAGE
        if data.code == 354:
            # The server wants a message though nobody is to get it (RFC 2920 section 3.1).
            self.wire.queue(b".\r\n")
            await self._next_reply(timeouts.dot_s, refusal)
        return refusal, refused

    async def _next_reply(self, timeout_s: float, refusal: Reply | None) -> Reply:
        """Return the next reply; when the connection is lost, the refusal that came before."""
        try:
            return await self.wire.reply(timeout_s)
        except ConnectionLostError:
            if refusal is None:
                raise
            return refusal

    async def _offer_step_by_step(self, letter: Letter) -> tuple[Reply, Stage]:
        """Write command by command; the same answer as `_offer_at_once`."""
        timeouts = self.config.timeouts
        if self.dirty:
            self.wire.queue(b"RSET\r\n")
            await self._expect_reset()
        for stage, command, timeout_s in (
            (Stage.SENDER, self._mail(letter), timeouts.mail_s),
            (Stage.RECIPIENT, self._rcpt(letter), timeouts.rcpt_s),
        ):
            self.wire.queue(command)
            reply = await self.wire.reply(timeout_s)
            if reply.code // 100 != 2:
                self.dirty = True
                return reply, stage
        self.wire.queue(b"DATA\r\n")
        reply = await self.wire.reply(timeouts.data_s)
        self.dirty = reply.code != 354
        return reply, Stage.MESSAGE

    async def _queue_content(self, content: bytes) -> None:
        if b"\r\n." in content:
            content = content.replace(b"\r\n.", b"\r\n..")
        if content.startswith(b"."):
            content = b"." + content
        self.wire.queue(content)
        if len(content) >= LARGE_CONTENT_OCTETS:
            await self.wire.drain(self.config.timeouts.content_s)
        self.wire.queue(b".\r\n" if content.endswith(b"\r\n") else b"\r\n.\r\n")

    async def _settle(self, progress: Progress, letters: Sequence[Letter]) -> None:
        """Read the answer to the dot that is open, if one is."""
        number = progress.in_doubt
        if number is None:
            return
        reply = await self.wire.reply(self.config.timeouts.dot_s)
        progress.in_doubt = None
        outcome = progress.outcomes[number] = outcome_of(reply, letters[number])
        progress.answered += 1
        if outcome.state is State.UNCERTAIN or reply.code == 421:
            raise ConnectionLostError("out of step")

    async def _expect_reset(self) -> None:
        reply = await self.wire.reply(self.config.timeouts.session_s)
        if reply.code // 100 != 2:
            raise ConnectionLostError("RSET refused")
        self.dirty = False

    def _mail(self, letter: Letter) -> bytes:
        extra = " SMTPUTF8" if letter.needs_smtputf8 else ""
        if "SIZE" in self.extensions:
            extra += f" SIZE={len(letter.content)}"
        if "DSN" in self.extensions and letter.envelope_id:
            extra += f" RET=HDRS ENVID={letter.envelope_id}"
        return f"MAIL FROM:<{letter.sender}>{extra}\r\n".encode()

    def _rcpt(self, letter: Letter) -> bytes:
        extra = ""
        if "DSN" in self.extensions and letter.recipient.isascii():
            extra = f" ORCPT=rfc822;{_xtext(letter.recipient)}"
        return f"RCPT TO:<{letter.recipient}>{extra}\r\n".encode()

    def _cannot_carry(self, letter: Letter) -> Outcome | None:
        """Return why this server can never take the letter, or None."""
        limit = self.extensions.get("SIZE", "")
        if limit.isdigit() and 0 < int(limit) < len(letter.content):
            detail = f"the message has {len(letter.content)} octets, the server takes {limit}"
            return Outcome(state=State.FAILED, category=Category.MESSAGE, detail=detail)
        if letter.needs_smtputf8 and "SMTPUTF8" not in self.extensions:
            detail = "the address is not ASCII before its @ and the server has no SMTPUTF8"
            return Outcome(state=State.FAILED, category=Category.MESSAGE, detail=detail)
        return None


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


def outcome_of(reply: Reply, letter: Letter, stage: Stage = Stage.MESSAGE) -> Outcome:
    """Return what an answer means for a letter, with the address taken out of its text."""
    meaning = classify(reply.code, reply.enhanced_code, reply.text, stage=stage)
    return Outcome(
        state=meaning.state,
        category=meaning.category,
        fault=meaning.fault,
        resumption=meaning.resumption,
        reply_code=reply.code,
        enhanced_code=reply.enhanced_code,
        detail=redact(reply.text, letter.recipient),
        recipient_refused=stage is Stage.RECIPIENT,
    )


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


def _xtext(text: str) -> str:
    """Return ASCII as a parameter carries it (RFC 3461 section 4)."""
    return "".join(c if "!" <= c <= "~" and c not in "+=" else f"+{ord(c):02X}" for c in text)


def _address_literal(wire: Wire) -> str:
    name = wire.transport.get_extra_info("sockname") if wire.transport is not None else None
    host = str(name[0]) if name else "127.0.0.1"
    return f"[IPv6:{host}]" if ":" in host else f"[{host}]"
