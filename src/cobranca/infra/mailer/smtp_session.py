"""One open conversation with an SMTP server: hands over mails one after another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from cobranca.domain.mail_reply import (
    Category,
    Fault,
    Resumption,
    Stage,
    State,
    Verdict,
    classify,
)
from cobranca.domain.mail_words import redact
from cobranca.infra.mailer.smtp_config import SmtpConfig
from cobranca.infra.mailer.smtp_wire import ConnectionLostError, Reply, Wire
from cobranca.infra.mailer.transport import Outcome, Turn

#: From this size on the content must have left before the dot is written, so that a connection
#: that dies on the way leaves no doubt.
LARGE_CONTENT_OCTETS = 65_536


@dataclass(slots=True, kw_only=True)
class Letter:
    """A mail ready for the wire."""

    sender: str
    recipient: str
    content: bytes
    #: Comes back in a bounce from servers that offer DSN (RFC 3461).
    envelope_id: str = ""
    #: Who gets the same mail; one that the server refuses is left out of it.
    copies: tuple[str, ...] = ()
    #: How often a connection has died under it before it was handed over.
    lost: int = 0


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
    #: An answer about our account or quota: further letters would get the same.
    stopping: Outcome | None = None

    def settle(self, number: int, outcome: Outcome) -> None:
        """Note what the server has answered of a letter."""
        self.outcomes[number] = outcome
        self.answered += 1
        if outcome.stops_account:
            self.stopping = outcome


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

    async def send(self, letters: Sequence[Letter], turn: Turn | None = None) -> Progress:
        """Hand over letters in order until all are answered or the connection is lost.

        Never raises for what a server does. After a loss the session's wire is aborted; what the
        server says of our account ends it too.

        Args:
            letters: the mails, in order.
            turn: awaited right before each envelope is written.
        """
        progress = Progress(outcomes=[None] * len(letters))
        try:
            for number, letter in enumerate(letters):
                if progress.stopping is not None:
                    break
                progress.offered = number
                if turn is not None:
                    # The mail before it must not wait with it.
                    await self._settle(progress, letters)
                    await turn()
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
        # Not with copies: a refused recipient must end it before a copy's DATA is under way.
        if "PIPELINING" in self.extensions and not letter.copies:
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
        progress.settle(number, outcome_of(reply, letter, stage))
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
        refused_at = Stage.MESSAGE
        for stage, timeout_s in (
            (Stage.SENDER, timeouts.mail_s),
            (Stage.RECIPIENT, timeouts.rcpt_s),
        ):
            reply = await self._next_reply(timeout_s, refusal)
            if refusal is None and reply.code // 100 != 2:
                refusal, refused_at = reply, stage
            if reply.code == 421:
                return reply, Stage.SESSION
        data = await self._next_reply(timeouts.data_s, refusal)
        self.dirty = refusal is not None or data.code != 354
        if refusal is None:
            return data, Stage.MESSAGE
        if data.code == 354:
            # The server wants a message though nobody is to get it (RFC 2920 section 3.1).
            self.wire.queue(b".\r\n")
            await self._next_reply(timeouts.dot_s, refusal)
        return refusal, refused_at

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
        for copy in letter.copies:
            self.wire.queue(f"RCPT TO:<{copy}>\r\n".encode())
            reply = await self.wire.reply(timeouts.rcpt_s)
            if reply.code == 421:
                return reply, Stage.SESSION
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
        outcome = outcome_of(reply, letters[number], Stage.MESSAGE)
        progress.settle(number, outcome)
        if outcome.state is State.UNCERTAIN or reply.code == 421:
            raise ConnectionLostError("out of step")

    async def _expect_reset(self) -> None:
        reply = await self.wire.reply(self.config.timeouts.session_s)
        if reply.code // 100 != 2:
            raise ConnectionLostError("RSET refused")
        self.dirty = False

    def _mail(self, letter: Letter) -> bytes:
        extra = ""
        if "SIZE" in self.extensions:
            extra += f" SIZE={len(letter.content)}"
        if "DSN" in self.extensions and letter.envelope_id:
            extra += f" RET=HDRS ENVID={letter.envelope_id}"
        return f"MAIL FROM:<{letter.sender}>{extra}\r\n".encode()

    def _rcpt(self, letter: Letter) -> bytes:
        extra = ""
        if "DSN" in self.extensions:
            extra = f" ORCPT=rfc822;{_xtext(letter.recipient)}"
        return f"RCPT TO:<{letter.recipient}>{extra}\r\n".encode()

    def _cannot_carry(self, letter: Letter) -> Outcome | None:
        """Return why this server can never take the letter, or None."""
        limit = self.extensions.get("SIZE", "")
        if limit.isdigit() and 0 < int(limit) < len(letter.content):
            return Outcome(
                state=State.DEFERRED,
                fault=Fault.OURS,
                category=Category.MESSAGE,
                resumption=Resumption.BY_PERSON,
                detail=f"the message has {len(letter.content)} octets, the server takes {limit}",
            )
        return None


def outcome_of(reply: Reply, letter: Letter, stage: Stage) -> Outcome:
    """Return what an answer means for a letter, with the address taken out of its text."""
    verdict = verdict_of(reply, stage)
    return Outcome(
        state=verdict.state,
        fault=verdict.fault,
        category=verdict.category,
        resumption=verdict.resumption,
        reply_code=reply.code,
        enhanced_code=reply.enhanced_code,
        detail=redact(reply.text, letter.recipient),
        recipient_refused=stage is Stage.RECIPIENT,
    )


def verdict_of(reply: Reply, stage: Stage) -> Verdict:
    return classify(reply.code, reply.enhanced_code, reply.text, stage=stage)


def _xtext(text: str) -> str:
    """Return ASCII as a parameter carries it (RFC 3461 section 4)."""
    return "".join(c if "!" <= c <= "~" and c not in "+=" else f"+{ord(c):02X}" for c in text)
