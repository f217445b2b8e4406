"""A file of three debts, issued, and a client of the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.api_client import api_client
from tests.support.people import ANA, BIA, csv_of, row, send
from tests.support.works import issue_batch

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import httpx

    from cobranca.infra.resources import Resources
    from cobranca.infra.settings import Settings


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Return settings of the account that the tests' return files are of."""
    parameters = {"wallet": "109", "branch": "0057", "account": "12345"}
    beneficiary = settings.beneficiary.model_copy(
        update={"bank": "341", "bank_parameters": parameters}
    )
    return settings.model_copy(update={"beneficiary": beneficiary})


@pytest.fixture
async def upload(resources: Resources) -> dict[str, Any]:
    """Return the answer to a file of three debts of 10.00; their our numbers are 1, 2 and 3."""
    (answer,) = await send(resources, csv_of(row(ANA, 1), row(BIA, 2), row(ANA, 3)))
    while await issue_batch(resources):
        pass
    return answer


@pytest.fixture
async def client(resources: Resources, upload: dict[str, Any]) -> AsyncIterator[httpx.AsyncClient]:
    """Return a client of the API, when the debts are issued."""
    async with api_client(resources.settings) as opened:
        yield opened
