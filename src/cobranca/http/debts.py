"""How a call names a debt: by its UUID, or by the code that its beneficiary gave it."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Path

from cobranca.domain.debt_code import debt_id_of
from cobranca.domain.errors import InvalidField
from cobranca.http.parameters import SearchText
from cobranca.http.state import SettingsDep


def _debt_id(
    settings: SettingsDep,
    debt_id: Annotated[
        str,
        Path(
            description="The debt: its UUID, or its code as the file has it, percent-encoded.",
            min_length=1,
            max_length=320,
        ),
    ],
) -> UUID:
    """Return the UUID of the debt of the path.

    Raises:
        InvalidField: it is neither a UUID nor a code.
    """
    return debt_id_of(debt_id, settings.beneficiary.tax_id)


def _searched_debt(settings: SettingsDep, search: SearchText = None) -> UUID | None:
    """Return the UUID that the text would be, were it a debt; None for what cannot be one."""
    try:
        return debt_id_of(search, settings.beneficiary.tax_id) if search else None
    except InvalidField:
        return None


#: The debt that a path names.
DebtDep = Annotated[UUID, Depends(_debt_id)]
#: The debt that a search may mean.
SearchedDebtDep = Annotated[UUID | None, Depends(_searched_debt)]
