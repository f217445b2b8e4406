"""`cobranca person`: what is held about one person, to be shown, handed over or erased."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cobranca.infra.settings import get_settings
from cobranca.supervisor.open_stack import running_database

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

    from cobranca.infra.settings import Settings
    from cobranca.privacy.archive import Archive
    from cobranca.privacy.person import Person
    from cobranca.privacy.search import Found

    Action = Callable[[Archive, Person], Awaitable[None]]

app = typer.Typer(
    help="Find, export or erase what is held about one person, for the settings' beneficiary.",
    no_args_is_help=True,
)

TaxId = Annotated[str | None, typer.Option(help="CPF or CNPJ, as it stands in the files.")]
Email = Annotated[str | None, typer.Option(help="E-mail address.")]


@app.command()
def find(tax_id: TaxId = None, email: Email = None) -> None:
    """Tell how much there is about a person, and where."""

    async def tell(archive: Archive, person: Person) -> None:
        from cobranca.privacy import service  # noqa: PLC0415

        _tell(await service.search(archive, person))

    _run(tax_id, email, tell)


@app.command()
def export(
    output: Annotated[Path, typer.Option("--output", "-o", help="The zip to write; a new file.")],
    tax_id: TaxId = None,
    email: Email = None,
) -> None:
    """Write all there is about a person to a zip that only you can read."""
    if output.exists():
        typer.echo(f"{output} is there already: name another file.", err=True)
        raise typer.Exit(1)

    async def write(archive: Archive, person: Person) -> None:
        from cobranca.privacy import service  # noqa: PLC0415

        found = await service.search(archive, person)
        _tell(found)
        await service.export(archive, found, output)
        typer.echo(f"Written to {output}.")

    _run(tax_id, email, write)


@app.command()
def erase(
    tax_id: TaxId = None,
    email: Email = None,
    with_slips: Annotated[
        bool, typer.Option("--with-slips", help="Also slips and tax ids of issued boletos.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Erase without asking.")] = False,
) -> None:
    """Erase a person for good, and tell what stays and why.

    What was not mailed yet is taken out. Works while everything runs, and goes on where it ended.
    """

    async def forget(archive: Archive, person: Person) -> None:
        from cobranca.privacy import service  # noqa: PLC0415

        found = await service.search(archive, person)
        _tell(found)
        if not yes:
            typer.confirm("Erase them for good?", abort=True)
        kept = await service.erase(archive, found, with_slips=with_slips)
        typer.echo("Erased." if not kept else "Erased. What stays:")
        for one in kept:
            typer.echo(f"- {one.count} {one.what}: {one.reason}")

    _run(tax_id, email, forget)


def _tell(found: Found) -> None:
    typer.echo(
        f"{len(found.billings)} billings, {len(found.rejects)} refused records,"
        f" {len(found.suppressed)} suppressed addresses, {len(found.uploads)} stored files,"
        f" {len(found.bounces)} kept messages."
    )
    for billing in found.billings:
        typer.echo(f"- {billing.debt_id} {billing.status}, file {billing.upload_public_id}")
    others = {billing.tax_id for billing in found.billings} - {found.person.tax_id, ""}
    others |= found.wider.emails - found.person.emails
    if others:
        typer.echo(
            f"Their billings also have: {', '.join(sorted(others))}. Look for these too: a record"
            " that has nothing else in common with them is found by its own tax id or e-mail only."
        )


def _run(tax_id: str | None, email: str | None, action: Action) -> None:
    settings = get_settings()
    with running_database(settings) as url:
        from cobranca.privacy.person import Person  # noqa: PLC0415

        asyncio.run(_act(settings, url, Person.of(tax_id=tax_id, email=email), action))


async def _act(settings: Settings, url: str, person: Person, action: Action) -> None:
    async with _opened(settings, url) as archive:
        await action(archive, person)


@asynccontextmanager
async def _opened(settings: Settings, url: str) -> AsyncGenerator[Archive]:
    from cobranca.infra.db import Database  # noqa: PLC0415 - `--help` must not wait for these.
    from cobranca.infra.log import set_up_logging  # noqa: PLC0415
    from cobranca.infra.storage import open_storage  # noqa: PLC0415
    from cobranca.pipeline.beneficiary import OwnBeneficiary  # noqa: PLC0415
    from cobranca.privacy.archive import Archive  # noqa: PLC0415

    set_up_logging(settings.log_level, "person")
    database = Database(url, connections_max=1, name="person")
    await database.open()
    try:
        yield Archive(
            database=database,
            storage=open_storage(settings),
            settings=settings,
            beneficiary_id=await OwnBeneficiary(database, settings.beneficiary).id(),
        )
    finally:
        await database.close()
