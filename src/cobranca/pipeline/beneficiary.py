"""The beneficiary of the settings, as the database knows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cobranca.infra.db import Database, fetch_one
from cobranca.infra.sql import load_queries

if TYPE_CHECKING:
    from cobranca.infra.settings import BeneficiarySettings

QUERIES = load_queries("cobranca.pipeline")


class OwnBeneficiary:
    """Makes sure once that the settings' beneficiary has its row, and holds its id from then on."""

    def __init__(self, database: Database, settings: BeneficiarySettings) -> None:
        """Ask nothing yet."""
        self._database = database
        self._settings = settings
        self._id: int | None = None

    async def id(self) -> int:
        """Return its id.

        Raises:
            Transient: the database does not answer, and never did since this process began.
        """
        if self._id is not None:
            return self._id
        async with self._database.transaction() as connection:
            row = await fetch_one(
                connection,
                QUERIES["ensure_beneficiary"],
                tax_id=self._settings.tax_id,
                name=self._settings.name,
            )
        if row is None:
            raise LookupError("ensure_beneficiary")
        self._id = known = int(row["id"])
        return known
