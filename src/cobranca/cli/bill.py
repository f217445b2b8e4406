"""`cobranca bill FILE`: the main job without a browser, from the file to every payer's mail."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import nullcontext
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, cast

import httpx
import orjson
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from cobranca.infra.settings import get_settings
from cobranca.supervisor.embedded.child_process import StartError
from cobranca.supervisor.stack import running_stack

_CHUNK_BYTES = 1024 * 1024
_POLL_S = 0.1
_ENDED = {"SENT", "ATTENTION", "REMOVED"}
#: Reading a very large file takes its time; the server gives up before the client does.
_INGEST_TIMEOUT_S = 3600.0
_UNAVAILABLE = 503


class Mail(StrEnum):
    """What becomes of the mails."""

    simulate = "simulate"
    outbox = "outbox"
    smtp = "smtp"


class BillError(Exception):
    """The server refused, or went away; the message says what to do."""


def bill(
    file: Annotated[
        Path,
        typer.Argument(exists=True, dir_okay=False, readable=True, help="CSV or workbook of debts"),
    ],
    mail: Annotated[
        Mail | None,
        typer.Option(
            help="simulate: number boletos, make no PDF and no mail (default: COBRANCA_MAIL)"
        ),
    ] = None,
    sheet: Annotated[
        str | None,
        typer.Option(help="Sheet of a workbook (default: the first that has a header)"),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object")] = False,
) -> None:
    """Bill a file: make the boletos, write to the payers, and wait until all is done."""
    console = Console(stderr=True, quiet=json)
    started = time.monotonic()
    try:
        with (
            running_stack(get_settings(), ui=False, say=console.print) as addresses,
            _client(addresses.api_url) as client,
        ):
            summary = _bill(client, file, mail, sheet, console)
    except (StartError, BillError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        typer.echo("Stopped. What was accepted goes on at the next start.", err=True)
        raise typer.Exit(130) from None
    if json:
        typer.echo(orjson.dumps(summary).decode())
    else:
        console.print(
            f"Done, starting and stopping included, in {time.monotonic() - started:.1f} s."
        )
        _print_summary(summary)
    if summary["statuses"].get("SENT", 0) != summary["accepted"] and not summary["repeated"]:
        raise typer.Exit(2)


def _client(api_url: str) -> httpx.Client:
    key = get_settings().api_key
    headers = {"Authorization": f"Bearer {key.get_secret_value()}"} if key else {}
    timeout = httpx.Timeout(30.0, read=_INGEST_TIMEOUT_S, write=_INGEST_TIMEOUT_S)
    return httpx.Client(base_url=api_url, headers=headers, timeout=timeout)


def _bill(
    client: httpx.Client, file: Path, mail: Mail | None, sheet: str | None, console: Console
) -> dict[str, Any]:
    started = time.monotonic()
    answer = _send(client, file, mail, sheet, console)
    ingest_s = time.monotonic() - started
    upload = _follow(client, answer["upload_id"], console)
    return {
        "upload_id": answer["upload_id"],
        "repeated": answer["repeated"],
        "records": answer["records"],
        "accepted": answer["accepted"],
        "rejected": answer["rejected"],
        "duplicates": answer["duplicates"],
        "warnings": answer["warnings"],
        "sheet": answer["sheet"],
        "statuses": {name: count for name, count in upload["statuses"].items() if count},
        "seconds": {"ingest": round(ingest_s, 3), "total": round(time.monotonic() - started, 3)},
    }


def _send(
    client: httpx.Client, file: Path, mail: Mail | None, sheet: str | None, console: Console
) -> dict[str, Any]:
    chosen = {"mail": mail.value if mail else None, "sheet": sheet}
    parameters = {"name": file.name} | {key: value for key, value in chosen.items() if value}
    size = file.stat().st_size
    with (
        console.status(f"Sending and reading {file.name} ...")
        if sys.stderr.isatty()
        else nullcontext()
    ):
        try:
            response = client.post(
                "/billings/csv/upload",
                params=parameters,
                content=_chunks(file),
                headers={"Content-Type": "application/octet-stream", "Content-Length": str(size)},
            )
        except httpx.TransportError as error:
            raise BillError(
                f"The connection broke while sending ({type(error).__name__}). Run the same command"
                " again: nothing is billed twice."
            ) from error
    return _checked(response)


def _chunks(file: Path) -> Iterator[bytes]:
    with file.open("rb") as source:
        while chunk := source.read(_CHUNK_BYTES):
            yield chunk


def _follow(client: httpx.Client, upload_id: str, console: Console) -> dict[str, Any]:
    """Wait until the upload has ended, showing how far it is."""
    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %  {task.fields[rate]:>9,.0f} rows/s"),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    )
    started = time.monotonic()
    with progress:
        task = progress.add_task("Billing", total=1.0, rate=0.0)
        while True:
            upload = _poll(client, upload_id)
            done = upload["progress"] * upload["accepted"]
            rate = done / max(time.monotonic() - started, 0.001)
            progress.update(task, completed=upload["progress"], rate=rate)
            if upload["status"] in _ENDED:
                return upload
            time.sleep(_POLL_S)


def _poll(client: httpx.Client, upload_id: str) -> dict[str, Any]:
    """Ask for the upload; a server that restarts is waited for."""
    for attempt in range(60):
        try:
            response = client.get(f"/billings/csv/uploads/{upload_id}", timeout=30.0)
        except httpx.TransportError:
            time.sleep(min(0.25 * (attempt + 1), 2.0))
            continue
        if response.status_code == _UNAVAILABLE:
            time.sleep(1.0)
            continue
        return _checked(response)
    raise BillError(
        "The server went away; start it again with `cobranca up`: it goes on by itself."
    )


def _checked(response: httpx.Response) -> dict[str, Any]:
    if response.is_success:
        return cast("dict[str, Any]", response.json())
    try:
        problem = response.json()
        raise BillError(f"{problem['detail']} ({problem['code']})")
    except (ValueError, KeyError):
        raise BillError(f"The server answered {response.status_code}") from None


def _print_summary(summary: dict[str, Any]) -> None:
    table = Table(show_header=False, box=None)
    for name in ("records", "accepted", "rejected", "duplicates"):
        table.add_row(name, f"{summary[name]:,}")
    for name, count in (summary["warnings"] | summary["statuses"]).items():
        table.add_row(name, f"{count:,}")
    table.add_row("ingest", f"{summary['seconds']['ingest']:.2f} s")
    table.add_row("total", f"{summary['seconds']['total']:.2f} s")
    if summary["sheet"] is not None:
        table.add_row("sheet", summary["sheet"])
    Console().print(table)
    if summary["repeated"]:
        Console().print("This file was billed before: nothing was added.")
    if summary["rejected"]:
        Console().print("Refused records: open the page, or GET /billings/csv/uploads/ID/rejects.")
