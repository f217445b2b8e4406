"""The account at the mail server that all workers send from: held or not, and its brake."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import orjson

from cobranca.domain.errors import Transient
from cobranca.domain.events import WorkReady
from cobranca.domain.mail_brake import ANSWERS_MAX, Answer, Mark
from cobranca.domain.mail_reply import Category, Fault, Resumption, State
from cobranca.infra.log import get_logger
from cobranca.infra.mailer.open_transport import smtp_config
from cobranca.infra.telemetry import MailHeld, MailReleased, emit
from cobranca.notifications import account_repository as repository
from cobranca.notifications import resend_repository
from cobranca.notifications.resend_repository import Chosen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cobranca.infra.bus import Bus
    from cobranca.infra.db import Connection, Database
    from cobranca.infra.mailer.smtp_config import SmtpConfig
    from cobranca.infra.mailer.transport import Chunk, Outcome
    from cobranca.infra.resources import Resources
    from cobranca.infra.settings import Settings
    from cobranca.notifications.account_repository import Hold

log = get_logger()

#: How long a quota is left alone before one more mail is tried: one of a day ends within a day.
_QUOTA_S = 3600.0
#: Batches that go on at once; more follow with the next call.
_BATCHES_MAX = 10_000
#: Of scrypt, whose salt is the account: a fast hash of a password could be guessed.
_SCRYPT_N = 2**14

_MARKS = {
    Fault.RECIPIENT: Mark.RECIPIENT,
    Fault.OURS: Mark.OURS,
    Fault.UNKNOWN: Mark.UNKNOWN,
}
_REASONS = {
    Category.RATE: "The quota of our account is spent; it is tried again by itself",
    Category.CONFIGURATION: "The mail server refuses our account or address: mend it, then go on",
    Category.POLICY: "The mail server refuses what we send: look into it, then go on",
    Category.MESSAGE: "The mail server cannot take our message: look into it, then go on",
}


class SendingAccount:
    """What one process knows of the account, and tells the others by its row."""

    def __init__(self, database: Database, bus: Bus, settings: Settings) -> None:
        """Share the process's resources; the row is made by `register`."""
        self._database = database
        self._bus = bus
        self._settings = settings
        self._name = ""
        self._mark = b""
        #: What is not written down yet.
        self._answers: list[Answer] = []

    async def register(self, config: SmtpConfig) -> None:
        """Make the account's row, once; with other settings than before, go on with its mails."""
        if self._name:
            return
        name, self._mark = identify(config, self._settings)
        async with self._database.transaction() as connection:
            was_held = await repository.register_account(connection, name, self._mark)
        self._name = name
        if was_held:
            await go_on(self._database, self._bus)

    async def find_hold(self, connection: Connection) -> Hold | None:
        """Return why mails wait now, if they do."""
        return await repository.find_hold(connection, self._name)

    async def note(self, chunk: Chunk, outcomes: Sequence[Outcome]) -> None:
        """Remember what was answered; hold the account when an answer or the brake says so."""
        for envelope, outcome in zip(chunk.envelopes, outcomes, strict=True):
            mark = _mark(outcome)
            if mark is not None:
                self._answers.append((mark, envelope.billing_id))
        stopping = next((o for o in outcomes if o.stops_account and _holds(o)), None)
        refused = any(mark is not Mark.TAKEN for mark, _ in self._answers)
        if stopping is None and not refused and len(self._answers) < ANSWERS_MAX:
            return
        answers, self._answers = self._answers, []
        try:
            await self._write(answers, stopping)
        except Transient:
            # Told with the next chunk; and what the server says of our account, it says again.
            self._answers = [*answers, *self._answers][-ANSWERS_MAX:]

    async def _write(self, new: Sequence[Answer], stopping: Outcome | None) -> None:
        async with self._database.transaction() as connection:
            answers, cause = await repository.lock_answers(connection, self._name, self._mark)
            answers = answers.add(new)
            if stopping is not None:
                cause = await self._hold(connection, stopping, cause)
            if answers.alarm and cause in {None, "QUOTA"}:
                cause = await self._brake(connection, answers.alarm)
            if cause == "BRAKE" and answers.ours:
                await _take_back(connection, answers.refused_ids)
            await repository.note_answers(connection, self._name, answers)

    async def _hold(self, connection: Connection, outcome: Outcome, held: str | None) -> str:
        """Hold all mails for what the server has said; return the cause that holds now."""
        quota = outcome.category is Category.RATE
        cause = "QUOTA" if quota else "ACCOUNT"
        changed = await repository.hold_account(
            connection,
            self._name,
            cause=cause,
            reason=reason_of(outcome),
            hold_s=_QUOTA_S if quota else None,
        )
        if changed and held != cause:
            emit(MailHeld(cause="quota" if quota else "account"))
        return cause if changed or held is None else held

    async def _brake(self, connection: Connection, alarm: str) -> str:
        reason = f"The brake has stopped all sending: {alarm}."
        reason += " Look at what the mail server answered, then go on"
        await repository.hold_account(
            connection, self._name, cause="BRAKE", reason=reason, hold_s=None
        )
        emit(MailHeld(cause="brake", alarm=alarm))
        return "BRAKE"


async def announce(resources: Resources) -> None:
    """Tell what this installation sends with: mails that waited for a mended setting go on."""
    settings = resources.settings
    if settings.smtp_url is None:
        return
    account = SendingAccount(resources.database, resources.bus, settings)
    try:
        await account.register(smtp_config(settings))
    except Transient as error:
        log.warning("mail_not_announced", detail=error.detail)  # The first batch does it, too.


async def go_on(database: Database, bus: Bus) -> int:
    """End every hold of mails, as a person has asked; return how many batches go on."""
    async with database.transaction() as connection:
        batches = await repository.release_accounts(connection, rows_max=_BATCHES_MAX)
    await tell(bus, len(batches))
    emit(MailReleased(batches=len(batches)))
    return len(batches)


async def list_holds(database: Database) -> list[Hold]:
    """Return what mails wait for now."""
    async with database.transaction() as connection:
        return await repository.list_holds(connection)


async def tell(bus: Bus, batches: int) -> None:
    """Wake workers for batches that go on; the sweep makes up for what is lost."""
    await bus.publish([WorkReady(kind=repository.KIND)] * batches)


def reason_of(outcome: Outcome) -> str:
    """Say in a sentence why mails wait, and what a person has to do."""
    said = f"{outcome.reply_code or ''} {outcome.detail}".strip()
    reason = _REASONS.get(outcome.category) if outcome.resumption is not Resumption.SOON else None
    return f"{reason}. It said: {said}" if reason else said


def identify(config: SmtpConfig, settings: Settings) -> tuple[str, bytes]:
    """Return the name of an account, and a mark that changes with whatever a person may mend."""
    place = [config.host, config.port, config.username or "", config.mail_from or ""]
    name = "smtp:" + hashlib.blake2b(orjson.dumps(place), digest_size=12).hexdigest()
    beneficiary = settings.beneficiary
    used = [place, config.password or "", config.helo, beneficiary.name, beneficiary.email]
    mark = hashlib.scrypt(orjson.dumps(used), salt=name.encode(), n=_SCRYPT_N, r=8, p=1, dklen=16)
    return name, mark


async def _take_back(connection: Connection, billing_ids: Sequence[int]) -> None:
    """Let mails wait again whose refusal is not believed, and allow their addresses."""
    chosen = Chosen(states=[State.FAILED.value], billing_ids=billing_ids)
    for batch in await resend_repository.find_batches_of(connection, billing_ids):
        await resend_repository.allow_addresses(connection, batch, chosen)
        await resend_repository.set_mails_again(
            connection,
            batch,
            chosen,
            asked_by="brake",
            reason="Refused while our account was",
        )


def _holds(outcome: Outcome) -> bool:
    return outcome.resumption not in {Resumption.SOON, Resumption.NEVER}


def _mark(outcome: Outcome) -> Mark | None:
    """Return how an answer is remembered; a quota and what is put off for now are not."""
    if outcome.reply_code is None or outcome.category is Category.RATE:
        return None
    if outcome.state is State.SENT:
        return Mark.TAKEN
    return _MARKS.get(outcome.fault) if outcome.reply_code >= 500 else None
