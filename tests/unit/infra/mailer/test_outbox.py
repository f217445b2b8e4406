"""The outbox keeps mails small, finds one again, and is harmless to write twice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cobranca.domain.errors import InvalidField, NotFound
from cobranca.domain.mail_reply import State
from cobranca.infra.mailer.mail import Mail, message_id
from cobranca.infra.mailer.outbox import (
    OutboxTransport,
    encode_mails,
    find,
    object_path,
    records,
)
from cobranca.infra.mailer.transport import Envelope, Outcome
from cobranca.notifications.mail_text import compose
from tests.unit.infra.mailer.mails import make_mail
from tests.unit.infra.mailer.smtp_fixtures import Watched, deliver

PDF = b"%PDF-1.4\n" + bytes(range(256)) * 20


def numbered(count: int) -> list[Mail]:
    return [
        make_mail(debt_id=f"d{number}", recipient_address=f"p{number}@x.example")
        for number in range(count)
    ]


def never_composed() -> bytes:
    raise AssertionError("the outbox composes nothing")


def envelopes(mails: Sequence[Mail]) -> list[Envelope]:
    return [
        Envelope(billing_id=number, mail=mail, compose=never_composed)
        for number, mail in enumerate(mails)
    ]


class Store:
    """Keeps objects in memory, as storage keeps them at paths."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    async def put(self, path: str, content: bytes) -> None:
        self.objects[path] = content


short_names = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), max_size=40)
mails = st.builds(
    make_mail,
    debt_id=st.uuids().map(str),
    recipient_name=st.text(
        st.characters(codec="utf-8", exclude_categories=("C", "Z")), max_size=40
    ),
    amount_cents=st.integers(1, 9_999_999_999),
    due_date=st.dates(date(2022, 1, 1), date(2049, 10, 13)),
    date=st.datetimes(datetime(2020, 1, 1), datetime(2050, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    demonstration=st.booleans(),
    pix_payload=st.none() | st.just("0002\u00e1\\\"'"),
    reply_to=st.none() | st.just("r@x.example"),
)


@settings(deadline=None)
@given(st.lists(mails, max_size=6))
def test_what_is_written_is_read(some: list[Mail]) -> None:
    assert list(records(encode_mails(some))) == some


@settings(deadline=None)
@given(st.lists(mails, min_size=1, max_size=6, unique_by=lambda mail: mail.debt_id))
def test_one_mail_is_found_among_others(some: list[Mail]) -> None:
    content = encode_mails(some)
    for mail in some:
        assert find(content, mail.debt_id) == mail


def test_opening_a_mail_gives_the_bytes_that_smtp_would_have_carried() -> None:
    mail = make_mail(recipient_name="José <b>", pix_payload="0002", demonstration=True)
    kept = find(encode_mails([*numbered(3), mail]), mail.debt_id)
    assert compose(kept, PDF) == compose(mail, PDF)


def test_mail_that_is_not_there_is_not_found() -> None:
    content = encode_mails(numbered(12))
    for absent in ("d12", "d", "", "debt_id", 'd1","'):
        with pytest.raises(NotFound):
            find(content, absent)


@pytest.mark.parametrize("content", [b"x\n", b"{}\n", b"[]\n", b"1\n", b"\n", b"\xff\n"])
def test_other_bytes_are_refused(content: bytes) -> None:
    with pytest.raises(InvalidField):
        list(records(content))
    with pytest.raises(InvalidField):
        find(content, "d1")


def test_mail_takes_less_than_a_kilobyte_even_with_pix_and_long_names() -> None:
    some = [
        make_mail(
            debt_id=f"1adb6ccf-ff16-467f-bea7-{number:012d}",
            recipient_name="Ção " * 25,
            recipient_address=f"{'a' * 50}{number}@{'b' * 40}.example",
            pix_payload="0" * 300,
        )
        for number in range(100)
    ]
    assert len(encode_mails(some)) / len(some) <= 1024


def test_usual_mail_takes_less_than_250_bytes() -> None:
    assert len(encode_mails(numbered(1000))) / 1000 <= 250


def test_lines_are_json_that_others_can_read() -> None:
    head, first, *_ = encode_mails(numbered(2)).splitlines()
    columns = orjson.loads(head)["columns"]
    assert dict(zip(columns, orjson.loads(first), strict=True))["debt_id"] == "d0"


async def test_each_chunk_is_one_object_and_every_outcome_names_it() -> None:
    store = Store()
    transport = OutboxTransport(store.put, mails_per_object=4)
    some = numbered(10)
    outcomes = await deliver(transport, envelopes(some), key="batch-7")
    assert len(store.objects) == 3
    assert [outcome.state for outcome in outcomes] == [State.SENT] * 10
    for mail, outcome in zip(some, outcomes, strict=True):
        assert outcome.location is not None
        assert outcome.location.startswith("outbox/batch-7/")
        assert find(store.objects[outcome.location], mail.debt_id) == mail


async def test_delivering_again_changes_nothing() -> None:
    store = Store()
    transport = OutboxTransport(store.put, mails_per_object=4)
    first = await deliver(transport, envelopes(numbered(10)), key="batch-7")
    before = dict(store.objects)
    again = await deliver(transport, envelopes(numbered(10)), key="batch-7")
    assert (again, store.objects) == (first, before)


async def test_the_rest_of_a_batch_does_not_overwrite_its_beginning() -> None:
    store = Store()
    transport = OutboxTransport(store.put, mails_per_object=4)
    some = numbered(4)
    await deliver(transport, envelopes(some[:2]), key="batch-7")
    await deliver(transport, envelopes(some[2:]), key="batch-7")
    kept = [mail for content in store.objects.values() for mail in records(content)]
    assert sorted(mail.debt_id for mail in kept) == ["d0", "d1", "d2", "d3"]


async def test_nothing_is_stored_before_the_caller_has_committed() -> None:
    store = Store()
    events: list[str] = []

    async def put(path: str, content: bytes) -> None:
        events.append("put")
        await store.put(path, content)

    async def before(chunk: Sequence[Envelope]) -> None:
        events.append(f"before {len(chunk)}")

    async def report(chunk: Sequence[Envelope], outcomes: Sequence[Outcome]) -> None:
        events.append(f"report {len(chunk)} {len(outcomes)}")

    transport = OutboxTransport(put, mails_per_object=2)
    await deliver(transport, envelopes(numbered(3)), Watched(before=before, report=report))
    assert events == ["before 2", "put", "report 2 2", "before 1", "put", "report 1 1"]


async def test_storage_that_fails_is_not_sent() -> None:
    async def put(path: str, content: bytes) -> None:
        raise OSError(path)

    reported: list[Outcome] = []

    async def report(chunk: Sequence[Envelope], outcomes: Sequence[Outcome]) -> None:
        reported.extend(outcomes)

    with pytest.raises(OSError, match="outbox/k/"):
        await deliver(OutboxTransport(put), envelopes(numbered(2)), Watched(report=report))
    assert reported == []


def test_path_depends_on_the_work_and_on_the_mails() -> None:
    some = numbered(3)
    path = object_path("outbox", "k", some)
    assert path == object_path("outbox", "k", some)
    assert path != object_path("outbox", "k", some[:2])
    assert path != object_path("outbox", "other", some)
    other = make_mail(debt_id="d0", message_id=message_id("d0", "aurora.example", 1))
    assert path != object_path("outbox", "k", [other, *some[1:]])
