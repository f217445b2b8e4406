"""The stage of the crash tests: real processes, two of each kind, every crash point armed.

A point is set off by making its token file; then whichever process comes there first crashes, and
the others do the rest. What died is started again while they do.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Collection, Generator
from pathlib import Path
from typing import Any

import httpx
import nats
import psutil
import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.rows import dict_row

from cobranca.cli.sample_csv import SampleOptions, generate_csv
from cobranca.pipeline.crashpoint import ACTIONS, POINTS, VARIABLE
from tests.support.crash_parts import Crash, Part
from tests.support.product import first_line, free_port, wait_for

LEASE_S = 2.0
BATCH_ROWS = 100
#: Titles of one file for the bank: two thirds of a batch.
FILE_TITLES = 66
CONNECTIONS = 2
#: After this long the database ends a transaction in which nothing is done (`prepare_resources`).
HUNG_S = 5.0
#: What is waited for at most; two cores may be busy with other tests.
WAIT_S = 120.0
#: Where a child of the API dies, and not itself.
_IN_CHILD = ("rows-copied", "rejects-mended")
#: A client that gets no answer goes to the other API.
_ANSWER_S = 3.0

_TABLES = (
    "upload", "upload_due", "batch", "billing", "reject", "billing_removal", "boleto",
    "notification", "notification_attempt", "mail_in_flight", "mail_resend", "outbox_object",
    "mail_second_copy",
    "bounce", "suppressed_address", "remittance", "remittance_title", "remittance_order",
    "remittance_delivery", "remittance_series", "registration", "billing_mail",
    "return_file", "return_record", "payment", "payment_reversal", "title_event", "settlement",
    "upload_settled", "upload_settled_change", "suspense", "suspense_end",
    "payment_call", "settlement_act", "title_pix",
    "suspense_search", "title_resend", "webhook_endpoint", "webhook_secret", "webhook_delivery",
    "webhook_attempt", "job", "job_part", "job_file",
)  # fmt: skip

#: What is made of those after the line has ended.
_SEARCH_TABLES = ("payer", "payer_billing", "upload_search", "batch_due")

#: Who took a batch from whom, by the database's clock.
_CLAIM_LOG = """
CREATE TABLE IF NOT EXISTS claim_log (
    batch_id bigint, lease_until timestamptz, at timestamptz DEFAULT clock_timestamp());
CREATE OR REPLACE FUNCTION log_claim() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO claim_log (batch_id, lease_until) VALUES (OLD.subject_id, OLD.lease_until);
    RETURN NULL; END $$;
CREATE TRIGGER claims AFTER UPDATE ON work FOR EACH ROW WHEN (NEW.fence > OLD.fence)
    EXECUTE FUNCTION log_claim();
"""


class Stage:
    """Two APIs, two workers, two schedulers and a mail server, over one database."""

    def __init__(self, folder: Path, database_url: str, nats_url: str) -> None:
        """Prepare; nothing is started yet."""
        self._folder = folder
        self.storage = folder / "data" / "storage"
        self.mail_log = folder / "sink.jsonl"
        self.delivered = folder / "delivered"
        self._nats_url = nats_url
        self.database_url = database_url
        self._database = psycopg.Connection[dict[str, Any]].connect(
            database_url, autocommit=True, row_factory=dict_row
        )
        self.run(_CLAIM_LOG)
        self.parts: dict[str, Part] = {}
        self._purges: list[Part] = []
        #: Their names and addresses.
        self._apis: list[tuple[str, str]] = []
        #: Those that may be at a call still, which nobody awaits.
        self._unanswered: set[str] = set()
        self._sink: subprocess.Popen[bytes] | None = None
        #: Processes that are known to hang, or have hung.
        self._hanging: list[psutil.Process] = []
        self._policy = "hold"
        self._env: dict[str, str] = {}
        self._seed = 0

    def run(self, query: str, *values: object) -> list[dict[str, Any]]:
        """Run a query and return its rows."""
        cursor = self._database.execute(query, values or None)  # pyright: ignore
        return cursor.fetchall() if cursor.description else []

    # ------------------------------------------------------------------ start and end

    def start(self) -> None:
        """Start everything and wait until it is ready."""
        for folder in ("tokens", "logs", "data", "delivered"):
            (self._folder / folder).mkdir()
        self._sink = subprocess.Popen(
            [sys.executable, "-m", "tests.support.smtp_sink", "--no-fsync", "--log", self.mail_log],
            stdout=subprocess.PIPE,
        )
        smtp_port = int(first_line(self._sink))
        self._env = {
            **os.environ,
            "COBRANCA_DATA_DIR": str(self._folder / "data"),
            # Who hangs within a transaction of an ingest is given up as soon as a lease is.
            "DATABASE_URL": make_conninfo(
                self.database_url,
                options=f"-c idle_in_transaction_session_timeout={int(LEASE_S * 1000)}",
            ),
            "NATS_URL": self._nats_url,
            "SMTP_URL": f"smtp://127.0.0.1:{smtp_port}?starttls=false",
            "COBRANCA_SMTP_CONNECTIONS": str(CONNECTIONS),
            "COBRANCA_LEASE_S": str(LEASE_S),
            "COBRANCA_SWEEP_S": "1",
            "COBRANCA_HOOKS__PRIVATE_ALLOWED": "true",
            "COBRANCA_HOOKS__SETTLE_S": "0",
            "COBRANCA_HOOKS__IDLE_S": "1",
            "COBRANCA_BATCH_ROWS": str(BATCH_ROWS),
            "COBRANCA_REMITTANCE__LAYOUT": "341-400",
            "COBRANCA_REMITTANCE__TITLES_MAX": str(FILE_TITLES),
            "COBRANCA_REMITTANCE__DELIVERY_URL": str(self.delivered),
            VARIABLE: ",".join(
                f"{point}:{action}:{self.token(point, action)}"
                for point in sorted(POINTS)
                for action in sorted(ACTIONS)
            ),
        }
        for number in (1, 2):
            port = free_port()
            self._add(f"api-{number}", "cobranca.api", "", COBRANCA_API_PORT=str(port))
            self._apis.append((f"api-{number}", f"http://127.0.0.1:{port}"))
            self._add(f"worker-{number}", "cobranca.worker", "worker_started")
            self._add(f"scheduler-{number}", "cobranca.scheduler", "scheduler_started")
        self._start_dead()
        self._wait_until_ready()

    def _add(self, name: str, module: str, ready_event: str, **env: str) -> None:
        self.parts[name] = Part(
            name=name,
            arguments=["-m", module],
            log=self._folder / "logs" / f"{name}.log",
            ready_event=ready_event,
            env=self._env | env,
        )

    def close(self) -> None:
        """Kill everything."""
        for part in (*self.parts.values(), *self._purges):
            part.end()
        if self._sink is not None:
            self._sink.kill()
            self._sink.communicate()
        self._database.close()

    def reset(self, *, uncertain: str = "hold") -> None:
        """Make everything run, with the workers on a policy, and forget the earlier case."""
        for token in (self._folder / "tokens").iterdir():
            token.unlink()
        self._hanging.clear()
        while self._purges:
            self._purges.pop().end()
        for part in self.parts.values():
            stopped = any(p.status() == psutil.STATUS_STOPPED for p in part.family())
            changed = "worker" in part.name and uncertain != self._policy
            if stopped or changed or part.name in self._unanswered:
                part.end()
            if "worker" in part.name:
                part.env["COBRANCA_UNCERTAIN"] = uncertain
        self._policy = uncertain
        self._unanswered.clear()
        self._start_dead()
        self._wait_until_ready()
        wait_for(self._emptied, WAIT_S, "empty tables")
        if self.mail_log.exists():
            os.truncate(self.mail_log, 0)

    def _emptied(self) -> bool:
        """Empty all tables; False where a part that is at its sweep locked them the other way."""
        tables = (*_TABLES, *_SEARCH_TABLES, "claim_log", "work", "work_group")
        try:
            self.run(f"TRUNCATE {', '.join(tables)}")
        except psycopg.errors.DeadlockDetected:
            return False
        return True

    def _start_dead(self) -> None:
        for part in self.parts.values():
            if not part.family():
                part.start()

    def _wait_until_ready(self) -> None:
        for part in self.parts.values():
            if part.ready_event:
                wait_for(
                    lambda p=part: p.ready_event in p.events(), WAIT_S, f"start of {part.name}"
                )
        for _, url in self._apis:
            wait_for(lambda url=url: _answers(url), WAIT_S, "start of the API")

    # ------------------------------------------------------------------------- crashes

    def token(self, point: str, action: str) -> Path:
        """Return the file that sets a point off while it is there."""
        return self._folder / "tokens" / f"{point}.{action}"

    def wait_for_crash(self, point: str, action: str) -> Crash:
        """Wait until a process has crashed; start it again if it has died."""
        token = self.token(point, action)
        wait_for(lambda: not token.exists(), WAIT_S, f"{action} at {point}")
        if action == "stop":
            part, stopped = wait_for(self._find_stopped, WAIT_S, "a stopped process")
            self._hanging.append(stopped)
            return Crash(part=part, stopped=stopped, events_before=len(part.events()))
        if action == "kill" and point not in _IN_CHILD:
            return Crash(part=wait_for(self._start_killed, WAIT_S, "a killed process"))
        return Crash(part=None)

    def _find_stopped(self) -> tuple[Part, psutil.Process] | None:
        for part in (*self.parts.values(), *self._purges):
            for process in part.family():
                with contextlib.suppress(psutil.NoSuchProcess):
                    if process.status() == psutil.STATUS_STOPPED and process not in self._hanging:
                        return part, process
        return None

    def _start_killed(self) -> Part | None:
        for part in self.parts.values():
            if part.process is not None and part.process.poll() == -signal.SIGKILL:
                part.start()
                return part
        return None

    def continue_stopped(self, crash: Crash, says: Collection[str]) -> None:
        """Let the process that hung go on, and wait until it is done with what it was at.

        Args:
            crash: of the action `stop`.
            says: events of which its log has one then; empty when it says nothing.
        """
        part, process = crash.part, crash.stopped
        assert part is not None
        assert process is not None
        process.resume()
        if not says:
            wait_for(lambda: _is_idle(process), WAIT_S, "a process with nothing to do")
            return
        try:
            wait_for(lambda: {*says} & {*part.events()[crash.events_before :]}, WAIT_S, "a word")
        except AssertionError as error:
            raise AssertionError(f"{part.name} has said only {part.events()}") from error

    # ---------------------------------------------------------------------------- work

    def make_csv(self, rows: int) -> bytes:
        """Return a file of debts that no other case has; some are refused, one is a duplicate."""
        self._seed += 1
        good = b"".join(generate_csv(SampleOptions(rows=rows, seed=self._seed)))
        bad = generate_csv(SampleOptions(rows=5, seed=self._seed, bad_share=1.0))
        _, *refused = b"".join(bad).splitlines(keepends=True)
        return good + b"".join(refused) + good.splitlines(keepends=True)[1]

    def upload(self, content: bytes, mail: str) -> dict[str, Any]:
        """Send a file to one API after the other until an answer comes, as a patient client."""
        return self._sent(
            "/billings/csv/upload", content, "text/csv", {"name": "debts.csv", "mail": mail}
        )

    def send_return(self, content: bytes) -> dict[str, Any]:
        """Send a return file to one API after the other until an answer comes."""
        return self._sent("/payments/returns", content, "application/octet-stream", {})

    def _sent(
        self, path: str, content: bytes, media_type: str, params: dict[str, str]
    ) -> dict[str, Any]:
        headers = {"Content-Type": media_type}
        answer = self._post(path, content=content, headers=headers, params=params)
        assert answer.is_success, answer.text
        return answer.json()

    def wait_until_posted(self) -> None:
        """Wait until every return file that came has been read."""

        def read() -> bool:
            self.run("UPDATE work SET not_before = now() WHERE not_before > now()")
            return self.run("SELECT 1 FROM return_file WHERE verdict IS NULL") == []

        wait_for(read, WAIT_S, "the reading of the return files")

    def order_all(self) -> None:
        """Let everything be registered that can be, by asking one API after the other."""
        self.run("UPDATE billing SET tax_id = '52998224725', due_date = current_date + 30")
        self.run(
            "INSERT INTO billing_detail (billing_id, street, city, state, postal_code)"
            " SELECT id, 'Rua A', 'Campinas', 'SP', '13010050' FROM billing ON CONFLICT DO NOTHING"
        )

        wait_for(
            lambda: self._post("/remittances", json={"all": True}).status_code == 202,
            WAIT_S,
            "an order taken",
        )

    def wait_until_delivered(self) -> None:
        """Wait until all files are made and delivered, and nothing is to be done any more."""

        def is_done() -> bool:
            (row,) = self.run(
                "SELECT count(*) FILTER (WHERE state <> 'DONE') AS open,"
                " count(*) FILTER (WHERE kind = 'register') AS orders FROM work"
            )
            return row["orders"] > 0 and not row["open"]

        wait_for(is_done, WAIT_S, "the files for the bank")

    def resend(self, path: str, act: str = "resend", **call: Any) -> int:
        """Ask for mails of a file or a billing to be sent again; return the answer's status."""
        return self._post(f"{path}/{act}", **call).status_code

    def ask(self, path: str, body: dict[str, Any] | None) -> dict[str, Any]:
        """Ask for a change."""
        answer = self._post(path, json=body)
        assert answer.is_success, answer.text
        return answer.json()

    def _post(self, path: str, **call: Any) -> httpx.Response:
        """Ask one API after the other, until one answers."""

        def post() -> httpx.Response | None:
            self._apis.reverse()
            name, url = self._apis[0]
            try:
                answer = httpx.post(url + path, timeout=_ANSWER_S, **call)
            except httpx.TransportError:
                self._unanswered.add(name)
                return None
            return None if answer.status_code in {500, 503} else answer

        return wait_for(post, WAIT_S, f"an answer to {path}")

    def wait_for_end(self) -> None:
        """Wait until the one upload has ended; pauses after failures are cut short."""

        def ended() -> bool:
            self.run("UPDATE work SET not_before = now() WHERE not_before > now()")
            rows = self.run("SELECT finished_at IS NOT NULL AS ended FROM upload")
            return bool(rows) and all(row["ended"] for row in rows)

        wait_for(ended, WAIT_S, "the end of the upload")

    def start_purge(self) -> subprocess.Popen[bytes]:
        """Start deleting all files that ended more than a day ago."""
        part = Part(
            name="purge",
            arguments=[
                "-c",
                "from cobranca.cli import main; main()",
                "purge",
                "--older-than",
                "1",
                "--yes",
            ],
            log=self._folder / "logs" / f"purge-{len(self._purges)}.log",
            ready_event="",
            env=self._env,
        )
        self._purges.append(part)
        part.start()
        assert part.process is not None
        return part.process

    def facts(self) -> dict[str, str]:
        """Return a digest of every table, that changes with any write; empty when the table is."""
        digest = "SELECT COALESCE(md5(string_agg(t::text, '|' ORDER BY t::text)), '') AS digest"
        return {table: self.run(f"{digest} FROM {table} t")[0]["digest"] for table in _TABLES}

    def late_s(self) -> list[float]:
        """Return how long after a lease had run out its batch was taken over, for each time."""
        rows = self.run(
            "SELECT extract(epoch FROM at - lease_until)::float AS late_s FROM claim_log"
            " WHERE lease_until IS NOT NULL"
        )
        return [row["late_s"] for row in rows]

    def read_object(self, path: str) -> bytes:
        """Return a stored object."""
        return (self.storage / path).read_bytes()

    @contextlib.contextmanager
    def held_up(self, kind: str) -> Generator[None]:
        """Let no process of a kind do anything; of what is told meanwhile, nothing is left."""
        held = [
            process
            for name, part in self.parts.items()
            if name.startswith(kind)
            for process in part.family()
        ]
        self._hanging += held
        for process in held:
            process.suspend()
        yield
        asyncio.run(self._lose_events())
        for process in held:
            process.resume()

    async def _lose_events(self) -> None:
        client = await nats.connect(self._nats_url)
        await client.jetstream().purge_stream("cobranca")
        await client.close()


def _is_idle(process: psutil.Process) -> bool:
    """Whether a process has used no time for a while; one that has ended has none to use."""
    try:
        before = process.cpu_times()
        time.sleep(0.3)
        used = process.cpu_times()
    except psutil.NoSuchProcess:
        return True
    return used.user - before.user + used.system - before.system < 0.05


def _answers(url: str) -> bool:
    with contextlib.suppress(httpx.TransportError):
        return httpx.get(f"{url}/ready", timeout=5).is_success
    return False
