"""A process dies, fails or hangs at every point where that is awkward: the end is the same.

Two of each kind of process run, as in production; the one that comes first to the point crashes.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import pytest

from cobranca.domain.boleto import Account
from cobranca.infra.mailer.smtp_config import CHUNK_MAILS
from cobranca.pipeline.crashpoint import ACTIONS, POINTS
from cobranca.supervisor.embedded.nats import EmbeddedNats
from tests.conftest import new_database
from tests.support import oracle, returns
from tests.support.call_taker import taking_calls
from tests.support.crash_stage import (
    BATCH_ROWS,
    CONNECTIONS,
    HUNG_S,
    LEASE_S,
    WAIT_S,
    Stage,
)
from tests.support.product import wait_for
from tests.support.returns import Line
from tests.support.smtp_sink import read_log

pytestmark = pytest.mark.stack

ROWS = 2 * BATCH_ROWS
#: The promise: work goes on this long after the lease has run out, at the latest.
LATE_S_MAX = 5.0
DOUBTS_MAX = CONNECTIONS * CHUNK_MAILS


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What a crash at a point of the line leaves, and what a process that hung there finds."""

    #: A lease that has to run out before another worker goes on.
    leased: bool = False
    #: Mails whose outcome nobody knows.
    doubts: bool = False
    #: The kind of process that would do it first, and so has to be held up until the crash.
    without: str = ""
    #: What the process says, one of it, when it goes on after others have done its work.
    says: tuple[str, ...] = ()


#: What it was about to write is refused by the fence.
REFUSED = ("work_taken_over",)
#: It hung, with this or another connection, in a transaction that the database has ended meanwhile.
HUNG = ("work_failed",)

LINE = {
    "upload-stored": Place(says=("upload_ingested",)),
    "rows-copied": Place(),
    "upload-committed": Place(),
    "issue-claimed": Place(leased=True, says=REFUSED),
    "pdfs-rendered": Place(leased=True, says=REFUSED),
    "pdfs-stored": Place(leased=True, says=REFUSED),
    "boletos-written": Place(leased=True, says=HUNG),
    "boletos-committed": Place(says=("boletos_issued",)),
    "notify-claimed": Place(leased=True, says=REFUSED),
    "mails-noted": Place(leased=True, doubts=True, says=REFUSED + HUNG),
    "mails-answered": Place(leased=True, doubts=True, says=REFUSED + HUNG),
    "mails-settled": Place(leased=True, doubts=True, says=REFUSED + HUNG),
    "batch-notified": Place(),
    "upload-finished": Place(without="scheduler"),
    "stalled-found": Place(without="worker", says=("work_republished",)),
}
REGISTER = {
    "register-claimed": Place(leased=True, says=REFUSED),
    "remittance-stored": Place(leased=True, says=REFUSED),
    "remittance-frozen": Place(leased=True, says=HUNG),
    "remittance-committed": Place(leased=True, says=REFUSED),
    "remittance-delivered": Place(leased=True, says=REFUSED),
}
#: Whether a worker posts the file, as it is large.
RETURNS = {"return-stored": False, "return-posted": False, "return-work-posted": True}
RESEND = "mails-set-again"
INDEX = "batches-searchable"
MEND = "rejects-mended"
TELL = "webhooks-answered"
JOB = ("job-part-written", "job-part-committed")
JOB_FILE = ("job-file-written", "job-file-stored", "job-file-committed")
PURGE = ("purge-begun", "objects-removed", "batch-deleted", "file-removed")


_SEARCHABLE = "SELECT count(*) AS done FROM upload_search WHERE done_at IS NOT NULL"
_LINKS = (
    "SELECT count(*) AS links, count(*) FILTER (WHERE p.tax_id = b.tax_id AND p.name = b.name"
    " AND p.email = b.email) AS right FROM payer_billing l"
    " LEFT JOIN payer p ON p.id = l.payer_id LEFT JOIN billing b ON b.id = l.billing_id"
)


@pytest.fixture(scope="module")
def stage(servers_dir: Path, postgres_url: str) -> Iterator[Stage]:
    """Start the processes once for all cases, with events of their own."""
    folder = servers_dir / "crashpoints"
    folder.mkdir()
    with new_database(postgres_url) as database_url, EmbeddedNats(folder) as events:
        stage = Stage(folder, database_url, events.url)
        try:
            stage.start()
            yield stage
        finally:
            stage.close()


def test_every_point_is_gone_through() -> None:
    assert {
        *LINE,
        *REGISTER,
        *RETURNS,
        RESEND,
        INDEX,
        MEND,
        TELL,
        *JOB,
        *JOB_FILE,
        *PURGE,
    } == POINTS


def check(stage: Stage, accepted: int, *, doubts: bool = False) -> None:
    """Recount everything from outside."""
    oracle.check(
        stage.database_url,
        stage.read_object,
        accepted=accepted,
        mail_log=stage.mail_log,
        doubts=doubts,
        scans=2,
    )


def go_through(stage: Stage, point: str, action: str) -> None:
    """Work a file while a process crashes at a point, and recount; then let what hung go on."""
    place = LINE[point]
    stage.token(point, action).touch()
    content = stage.make_csv(ROWS)
    with stage.held_up(place.without) if place.without else nullcontext():
        answer = stage.upload(content, "smtp")
        crash = stage.wait_for_crash(point, action)
    stage.wait_for_end()
    assert (answer["accepted"], answer["duplicates"]) == (ROWS, 1)
    check(stage, ROWS, doubts=place.doubts)
    if place.leased and action != "raise":
        late_s = stage.late_s()
        assert late_s
        # Who hangs within a transaction holds its rows longer than a lease as short as this one.
        assert max(late_s) <= LATE_S_MAX + (HUNG_S - LEASE_S if action == "stop" else 0)
    if crash.stopped is not None:
        facts = stage.facts()
        stage.continue_stopped(crash, place.says)
        assert stage.facts() == facts
        check(stage, ROWS, doubts=place.doubts)


def arrived(stage: Stage) -> Counter[object]:
    """Return how often each mail has arrived, by its Message-ID."""
    return Counter(record["message_id"] for record in read_log(stage.mail_log))


@pytest.mark.parametrize("action", sorted(ACTIONS))
@pytest.mark.parametrize("point", LINE)
def test_a_crash_loses_nothing_and_doubles_nothing(stage: Stage, point: str, action: str) -> None:
    stage.reset()
    go_through(stage, point, action)
    assert max(arrived(stage).values()) == 1
    (doubts,) = stage.run("SELECT count(*) AS n FROM notification WHERE state = 'UNCERTAIN'")
    assert doubts["n"] <= DOUBTS_MAX
    if point in {"mails-noted", "mails-answered"}:
        assert doubts["n"] >= CHUNK_MAILS


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("pdfs-stored", "pdfs-rendered"),
        ("notify-claimed", "mails-answered"),
        ("mails-answered", "notify-claimed"),
    ],
)
def test_who_hung_writes_nothing_while_another_works_its_batch(
    stage: Stage, first: str, second: str
) -> None:
    """Both are in the same state of the same batch: the fence alone tells them apart."""
    stage.reset()
    stage.token(first, "stop").touch()
    stage.upload(stage.make_csv(BATCH_ROWS), "smtp")
    one = stage.wait_for_crash(first, "stop")
    stage.token(second, "stop").touch()
    other = stage.wait_for_crash(second, "stop")
    assert one.part is not other.part
    with stage.held_up("scheduler"):
        facts = stage.facts()
        stage.continue_stopped(one, REFUSED + HUNG)
        assert stage.facts() == facts
    assert other.stopped is not None
    other.stopped.resume()
    stage.wait_for_end()
    check(stage, BATCH_ROWS, doubts=True)
    assert max(arrived(stage).values()) == 1


class TestResendOnce:
    """What was in doubt is sent once more."""

    @pytest.mark.parametrize("action", sorted(ACTIONS))
    @pytest.mark.parametrize("point", ["mails-noted", "mails-answered"])
    def test_a_mail_is_doubled_only_where_that_is_recorded(
        self, stage: Stage, point: str, action: str
    ) -> None:
        stage.reset(uncertain="resend_once")
        go_through(stage, point, action)
        (counts,) = stage.run(
            "SELECT (SELECT count(*) FROM notification WHERE state = 'SENT') AS sent,"
            " (SELECT count(*) FROM notification_attempt WHERE state = 'UNCERTAIN') AS doubts"
        )
        assert counts["sent"] == ROWS == len(arrived(stage))
        assert CHUNK_MAILS <= counts["doubts"] <= DOUBTS_MAX
        if point == "mails-answered":
            assert max(arrived(stage).values()) == 2


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_mails_set_going_again_by_a_call_that_was_cut_off_are_sent_once(
    stage: Stage, action: str
) -> None:
    stage.reset()
    answer = stage.upload(stage.make_csv(ROWS), "outbox")
    stage.wait_for_end()
    stage.run("UPDATE notification SET state = 'FAILED'")
    stage.run("UPDATE batch SET failed = sent, sent = 0")
    stage.token(RESEND, action).touch()
    assert stage.resend(f"/billings/csv/uploads/{answer['upload_id']}") == 200
    crash = stage.wait_for_crash(RESEND, action)
    if crash.stopped is not None:
        stage.continue_stopped(crash, ())
    stage.wait_for_end()
    check(stage, ROWS)
    wishes = "SELECT count(*) AS n, count(DISTINCT billing_id) AS billings FROM mail_resend"
    assert stage.run(wishes) == [{"n": ROWS, "billings": ROWS}]


@pytest.mark.parametrize("act", ["resend", "second-copy/mail"])
@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_a_corrected_address_of_a_call_that_was_cut_off_is_written_to_once(
    stage: Stage, action: str, act: str
) -> None:
    """The caller hears nothing and asks again: with the instant that it saw, nothing is doubled."""
    stage.reset()
    stage.upload(stage.make_csv(ROWS), "outbox")
    stage.wait_for_end()
    (seen,) = stage.run(
        "SELECT b.debt_id, n.at FROM billing b JOIN notification n ON n.billing_id = b.id LIMIT 1"
    )
    stage.token(RESEND, action).touch()
    asked = {"until": seen["at"].isoformat()} | ({"states": "SENT"} if act == "resend" else {})
    corrected = {"email": "certa@example.com"}
    status = stage.resend(f"/billings/{seen['debt_id']}", act, params=asked, json=corrected)
    assert status == 409
    crash = stage.wait_for_crash(RESEND, action)
    if crash.stopped is not None:
        stage.continue_stopped(crash, ())
    stage.wait_for_end()
    check(stage, ROWS)
    told = (
        "SELECT m.email, m.message, r.email AS wanted FROM mail_resend r"
        " JOIN billing_mail m ON m.billing_id = r.billing_id"
    )
    once = {"email": corrected["email"], "message": 1, "wanted": corrected["email"]}
    assert stage.run(told) == [once]
    # The slip is written down with the order: whoever finds the order sends what was ordered.
    copies = (
        "SELECT count(*) AS n FROM mail_second_copy c JOIN mail_resend r USING (billing_id, at)"
        " JOIN billing_mail m ON m.billing_id = c.billing_id AND m.second_copy_at = c.at"
    )
    assert stage.run(copies) == [{"n": 0 if act == "resend" else 1}]


@pytest.mark.parametrize("act", ["RESEND", "CANCEL"])
@pytest.mark.parametrize("action", sorted(ACTIONS))
@pytest.mark.parametrize("point", JOB)
def test_a_job_that_was_cut_off_is_done_once_and_whole(
    stage: Stage, point: str, action: str, act: str
) -> None:
    stage.reset()
    answer = stage.upload(stage.make_csv(ROWS), "outbox")
    stage.wait_for_end()
    stage.run("UPDATE notification SET state = 'FAILED'")
    stage.run("UPDATE batch SET failed = sent, sent = 0")
    stage.token(point, action).touch()
    seen = stage.run("SELECT count(*) AS n, sum(amount_cents)::bigint AS cents FROM billing")[0]
    asked = {"act": act, "count": seen["n"], "amount_cents": seen["cents"]}
    more = {"confirm_count": seen["n"], "reason": "REQUESTED"}
    stage.ask(f"/jobs?upload_id={answer['upload_id']}", asked | more)
    crash = stage.wait_for_crash(point, action)
    ended = "SELECT count(*) AS n FROM job WHERE ended_at IS NOT NULL"
    wait_for(lambda: stage.run(ended) == [{"n": 1}], WAIT_S, "the end of the job")
    if crash.stopped is not None:
        stage.continue_stopped(crash, HUNG if point == JOB[0] else REFUSED)
    stage.wait_for_end()
    made = "mail_resend" if act == "RESEND" else "billing_removal"
    effects = f"SELECT count(*) AS n, count(DISTINCT billing_id) AS billings FROM {made}"  # noqa: S608
    assert stage.run(effects) == [{"n": ROWS, "billings": ROWS}]
    told = (
        "SELECT count(*) AS n, count(DISTINCT id) AS billings FROM job_part"
        " CROSS JOIN LATERAL unnest(billing_ids) AS id WHERE outcome = 'DONE'"
    )
    assert stage.run(told) == [{"n": ROWS, "billings": ROWS}]
    assert stage.run("SELECT tally FROM job") == [{"tally": {"DONE": [ROWS, seen["cents"]]}}]
    if act == "RESEND":
        check(stage, ROWS)


@pytest.mark.parametrize("action", sorted(ACTIONS))
@pytest.mark.parametrize("point", JOB_FILE)
def test_the_file_of_a_job_that_was_cut_off_is_whole_and_alone(
    stage: Stage, point: str, action: str
) -> None:
    stage.reset()
    answer = stage.upload(stage.make_csv(ROWS), "outbox")
    stage.wait_for_end()
    stage.token(point, action).touch()
    seen = stage.run("SELECT count(*) AS n, sum(amount_cents)::bigint AS cents FROM billing")[0]
    asked = {"act": "EXPORT", "count": seen["n"], "amount_cents": seen["cents"], "format": "CSV"}
    job = stage.ask(f"/jobs?upload_id={answer['upload_id']}", asked)
    crash = stage.wait_for_crash(point, action)
    ended = "SELECT count(*) AS n FROM job WHERE ended_at IS NOT NULL"
    wait_for(lambda: stage.run(ended) == [{"n": 1}], WAIT_S, "the end of the job")
    if crash.stopped is not None:
        stage.continue_stopped(crash, () if point == JOB_FILE[2] else REFUSED)
    one_left = "SELECT path FROM job_file"
    wait_for(lambda: len(stage.run(one_left)) == 1, WAIT_S, "the removal of other files")
    folder = stage.storage / "exports"
    (kept,) = [path for path in folder.rglob("*") if path.is_file() and job["job_id"] in str(path)]
    assert stage.run(one_left) == [{"path": str(kept.relative_to(stage.storage))}]
    content = kept.read_bytes()
    assert content.count(b"\r\n") == ROWS + 1
    assert stage.run("SELECT size_bytes FROM job_file") == [{"size_bytes": len(content)}]
    assert stage.run("SELECT tally FROM job") == [{"tally": {"DONE": [ROWS, seen["cents"]]}}]


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_a_file_is_searchable_whole_though_a_worker_crashed(stage: Stage, action: str) -> None:
    stage.reset()
    stage.token(INDEX, action).touch()
    stage.upload(stage.make_csv(ROWS), "outbox")
    crash = stage.wait_for_crash(INDEX, action)
    wait_for(
        lambda: stage.run(_SEARCHABLE) == [{"done": 1}], WAIT_S, "the end of the search's work"
    )
    links = stage.run(_LINKS)
    assert links == [{"links": ROWS, "right": ROWS}]
    if crash.stopped is not None:
        stage.continue_stopped(crash, REFUSED)
        assert stage.run(_LINKS) == links


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_every_event_is_told_though_a_worker_crashed(stage: Stage, action: str) -> None:
    stage.reset()
    with taking_calls() as taken:
        stage.ask("/webhooks", {"url": taken.url, "events": ["billing.sent"]})
        stage.token(TELL, action).touch()
        stage.upload(stage.make_csv(BATCH_ROWS), "outbox")
        crash = stage.wait_for_crash(TELL, action)
        told = "SELECT count(*) AS n FROM webhook_delivery WHERE state = 'DELIVERED'"
        wait_for(lambda: stage.run(told) == [{"n": BATCH_ROWS}], WAIT_S, "the last delivery")
        if crash.stopped is not None:
            stage.continue_stopped(crash, REFUSED)
        assert len(set(taken.ids)) == BATCH_ROWS
        # Beside those that were tried again, those of one round of calls may have come twice.
        (tried,) = stage.run("SELECT sum(attempts)::integer AS n FROM webhook_delivery")
        assert BATCH_ROWS < len(taken.ids) <= tried["n"] + BATCH_ROWS
        assert stage.run("SELECT sum(attempts)::int AS n FROM webhook_delivery") == [
            {"n": BATCH_ROWS}
        ]
        stage.run("UPDATE webhook_endpoint SET switched_off_at = now()")


@pytest.mark.parametrize("action", sorted(ACTIONS))
@pytest.mark.parametrize("point", REGISTER)
def test_a_crash_loses_no_number_and_enters_no_title_twice(
    stage: Stage, point: str, action: str
) -> None:
    stage.reset()
    stage.upload(stage.make_csv(ROWS), "simulate")
    stage.wait_for_end()
    stage.token(point, action).touch()
    stage.order_all()
    crash = stage.wait_for_crash(point, action)
    stage.wait_until_delivered()
    check_registered(stage)
    if crash.stopped is not None:
        facts = stage.facts()
        stage.continue_stopped(crash, REGISTER[point].says)
        assert stage.facts() == facts
        check_registered(stage)


def check_registered(stage: Stage) -> None:
    """Every title stands in one file, and files are numbered without a gap."""
    files = stage.run("SELECT * FROM remittance ORDER BY sequence")
    assert [file["sequence"] for file in files] == list(range(1, len(files) + 1))
    assert sum(file["titles"] for file in files) == ROWS
    titles: Counter[bytes] = Counter()
    for file in files:
        content = stage.read_object(file["storage_path"])
        assert hashlib.sha256(content).digest() == file["sha256"]
        assert (stage.delivered / file["name"]).read_bytes() == content
        titles.update(line[37:62] for line in content.split(b"\r\n") if line[:1] == b"1")
    assert set(titles.values()) == {1}
    assert len(titles) == ROWS
    (written,) = stage.run("SELECT count(*) AS n FROM remittance_title")
    assert written["n"] == ROWS


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_rejects_mended_by_a_call_that_was_cut_off_are_billed_once(
    stage: Stage, action: str
) -> None:
    stage.reset()
    header = b"name,governmentId,email,debtAmount,debtDueDate,debtId\n"
    bad = b"Ana,52998224725,ana@example.com,none,2030-01-02,CTR-%d\n"
    upload = stage.upload(header + bad % 1 + bad % 2, "outbox")
    stage.token(MEND, action).touch()
    rows = [{"line": line, "cells": {"debtAmount": "10.00"}} for line in (2, 3)]
    path = f"/billings/csv/uploads/{upload['upload_id']}/rejects/corrections"
    answer = stage.ask(path, {"rows": rows})
    crash = stage.wait_for_crash(MEND, action)
    if crash.stopped is not None:
        stage.continue_stopped(crash, ())
    stage.wait_for_end()
    assert answer["accepted"] + answer["mended_before"] == 2
    assert answer["rejected_open"] == 0
    (counts,) = stage.run(
        "SELECT (SELECT count(*) FROM billing) AS billings, (SELECT count(*) FROM upload) AS files,"
        " (SELECT count(*) FROM reject WHERE mended_by IS NULL) AS open,"
        " (SELECT sum(rejects_mended) FROM upload)::int AS mended"
    )
    assert counts == {"billings": 2, "files": 2, "open": 0, "mended": 2}


@pytest.mark.parametrize("action", sorted(ACTIONS))
@pytest.mark.parametrize("point", RETURNS)
def test_a_return_file_is_posted_whole_and_once(stage: Stage, point: str, action: str) -> None:
    stage.reset()
    stage.upload(stage.make_csv(ROWS), "simulate")
    stage.wait_for_end()
    content = paying_all(stage, others=6000 if RETURNS[point] else 0)
    stage.token(point, action).touch()
    stage.send_return(content)
    crash = stage.wait_for_crash(point, action)
    stage.wait_until_posted()
    if crash.stopped is not None:
        stage.continue_stopped(crash, HUNG if RETURNS[point] else ())
    stage.send_return(content)
    stage.wait_until_posted()
    verdicts = stage.run(
        "SELECT verdict, min(message) AS message, count(*) AS n FROM return_file GROUP BY 1"
    )
    assert {"verdict": "accept", "message": None, "n": 1} in verdicts
    (paid,) = stage.run(
        "SELECT (SELECT count(*) FROM payment) AS payments,"
        " (SELECT count(*) FROM billing_status WHERE status = 'PAID') AS paid"
    )
    assert paid == {"payments": ROWS, "paid": ROWS}


def paying_all(stage: Stage, *, others: int) -> bytes:
    """Make a return file that pays all billings, and tells of further titles that are not ours."""
    (profile,) = stage.run("SELECT content->'bank_parameters' AS parameters FROM profile LIMIT 1")
    account = Account(bank="341", parameters=profile["parameters"])
    rows = stage.run(
        "SELECT o.our_number, b.amount_cents FROM boleto o JOIN billing b ON b.id = o.billing_id"
    )
    lines = [Line(number=row["our_number"], cents=row["amount_cents"], fee=0) for row in rows]
    lines += [Line(number=10**7 + n, occurrence="09") for n in range(others)]
    return returns.file_of(*lines, account=account)


@pytest.mark.parametrize("action", sorted(ACTIONS))
@pytest.mark.parametrize("point", PURGE)
def test_a_purge_that_was_cut_off_is_ended_by_the_next(
    stage: Stage, point: str, action: str
) -> None:
    stage.reset()
    stage.upload(stage.make_csv(ROWS), "outbox")
    stage.wait_for_end()
    stage.run("UPDATE upload SET finished_at = now() - interval '9 days'")
    paths = stage.run(
        "SELECT object_path AS path FROM batch UNION SELECT path FROM outbox_object"
        " UNION SELECT storage_path FROM upload"
    )
    stage.token(point, action).touch()
    first = stage.start_purge()
    crash = stage.wait_for_crash(point, action) if action == "stop" else None
    if crash is None:
        assert first.wait(WAIT_S) != 0
    assert stage.start_purge().wait(WAIT_S) == 0
    check_purged(stage, [row["path"] for row in paths])
    if crash is not None:
        facts = stage.facts()
        stage.continue_stopped(crash, ())
        # Who hung inside a transaction finds it ended by the server, and says so.
        assert first.wait(WAIT_S) == (1 if point == "file-removed" else 0)
        assert stage.facts() == facts


def check_purged(stage: Stage, paths: list[str]) -> None:
    """Nothing is left of the file but its row and its batches' counts."""
    facts = stage.facts()
    left = {table for table, digest in facts.items() if digest}
    assert left == {"upload", "batch"}
    assert stage.run("SELECT purged_at IS NOT NULL AS purged FROM upload") == [{"purged": True}]
    for table in ("payer", "payer_billing", "upload_search", "batch_due"):
        assert stage.run(f"SELECT count(*) AS n FROM {table}") == [{"n": 0}]  # noqa: S608
    assert not [path for path in paths if (stage.storage / path).exists()]
