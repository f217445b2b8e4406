"""`cobranca remittance`: files that register titles at the bank, shown, made and downloaded."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, Final, NoReturn, cast

import httpx
import typer

from cobranca.infra.settings import get_settings
from cobranca.supervisor.embedded.child_process import StartError
from cobranca.supervisor.stack import running_stack

app = typer.Typer(
    help="Register titles at the bank by files, for the settings' beneficiary.",
    no_args_is_help=True,
)

_POLL_S: Final = 0.2
#: A preview reads everything that is not registered yet.
_READ_TIMEOUT_S: Final = 600.0
_ENDED: Final = {"DONE", "STOPPED"}

Upload = Annotated[
    str | None, typer.Option("--upload", help="Id of one upload; all of them when not given.")
]


@app.command()
def preview(upload: Upload = None) -> None:
    """Tell what would be registered now, and what is held back and why."""

    def tell(client: httpx.Client) -> None:
        asked = {"upload": upload} if upload else {}
        seen = _checked(client.get("/remittances/preview", params=asked))
        for warning in seen["warnings"]:
            typer.echo(warning, err=True)
        typer.echo(
            f"{seen['titles']} titles of R$ {_money(seen['amount_cents'])} and"
            f" {seen['write_offs']} to write off, in {seen['files']} files of {seen['layout']}."
        )
        _tell_held(seen["held_back"])

    _run(tell)


@app.command()
def create(upload: Upload = None) -> None:
    """Make the files of what is ready, and wait until they are there."""

    def make(client: httpx.Client) -> None:
        wish: dict[str, Any] = {"upload": upload} if upload else {"all": True}
        order = _checked(client.post("/remittances", json=wish))
        while order["state"] not in _ENDED:
            time.sleep(_POLL_S)
            order = _checked(client.get(f"/remittances/orders/{order['id']}"))
        for file in reversed(order["remittances"]):
            _tell_file(file)
        if order["state"] == "STOPPED":
            _fail(f"Stopped: {order['last_error']}. Mend it, and run the same again.")
        if not order["remittances"]:
            typer.echo("Nothing was ready.")
        _tell_held(order["held_back"] or [])

    _run(make)


@app.command("list")
def list_files(
    limit: Annotated[int, typer.Option(min=1, max=100, help="How many, newest first.")] = 50,
) -> None:
    """List the files that were made, newest first."""

    def tell(client: httpx.Client) -> None:
        for file in _checked(client.get("/remittances", params={"limit": limit}))["records"]:
            _tell_file(file)

    _run(tell)


@app.command()
def download(
    remittance_id: Annotated[str, typer.Argument(help="Id of a file, as `list` shows it.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="A new file (default: the bank's name).")
    ] = None,
) -> None:
    """Write a file's bytes, the same each time."""

    def write(client: httpx.Client) -> None:
        file = _checked(client.get(f"/remittances/{remittance_id}"))
        path = output or Path(cast("str", file["name"]))
        if path.exists():
            _fail(f"{path} is there already: name another file.")
        with client.stream("GET", f"/remittances/{remittance_id}/file") as answer:
            if not answer.is_success:
                answer.read()
                _checked(answer)
            with path.open("xb") as local:
                for piece in answer.iter_bytes():
                    local.write(piece)
        typer.echo(f"Written to {path}: {file['titles']} titles, SHA-256 {file['sha256']}.")

    _run(write)


def _run(act: Callable[[httpx.Client], None]) -> None:
    settings = get_settings()
    key = settings.api_key
    headers = {"Authorization": f"Bearer {key.get_secret_value()}"} if key else {}
    try:
        with (
            running_stack(settings, ui=False, say=lambda text: typer.echo(text, err=True)) as at,
            httpx.Client(base_url=at.api_url, headers=headers, timeout=_READ_TIMEOUT_S) as client,
        ):
            act(client)
    except (StartError, httpx.TransportError) as error:
        _fail(str(error) or type(error).__name__)


def _checked(response: httpx.Response) -> dict[str, Any]:
    if response.is_success:
        return cast("dict[str, Any]", response.json())
    try:
        problem = response.json()
        _fail(f"{problem['detail']} ({problem['code']})")
    except (ValueError, KeyError):
        _fail(f"The server answered {response.status_code}")


def _fail(text: str) -> NoReturn:
    typer.echo(text, err=True)
    raise typer.Exit(1)


def _tell_file(file: Mapping[str, Any]) -> None:
    typer.echo(
        f"{file['id']}  {file['name']}  {file['titles']} titles"
        f"  R$ {_money(file['amount_cents'])}  {file['delivery']}"
    )


def _tell_held(held_back: list[dict[str, Any]]) -> None:
    for held in held_back:
        field = f" {held['field']}:" if held["field"] else ""
        typer.echo(f"Held back: {held['titles']} {held['code']}{field} {held['detail']}")
        for code in held["examples"]:
            typer.echo(f"    {code}")


def _money(cents: int) -> str:
    whole, rest = divmod(cents, 100)
    return f"{whole:,}.{rest:02d}"
