"""Migrating a database for a person, who is told what is wrong and not where in the code."""

from __future__ import annotations

from cobranca.domain.errors import CobrancaError
from cobranca.supervisor.embedded.child_process import StartError


def apply_migrations(database_url: str) -> list[str]:
    """Bring a database to the newest schema and return the names of the files applied.

    Raises:
        StartError: what is wrong and what to do about it.
    """
    import psycopg  # noqa: PLC0415 - `--help` must not wait for these.

    from cobranca.infra.migrations import migrate  # noqa: PLC0415

    try:
        return migrate(database_url)
    except CobrancaError as error:
        raise StartError(error.detail) from error
    except psycopg.OperationalError as error:
        raise StartError(
            f"The database of DATABASE_URL cannot be migrated: {str(error).strip()}"
        ) from error
