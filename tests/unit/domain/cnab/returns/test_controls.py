"""Controls that our remittances wrote are read back as the debtIds that they were made of."""

from __future__ import annotations

from uuid import UUID

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cobranca.domain.cnab import company_use_of
from cobranca.domain.cnab.returns import debt_ids_in


@given(debt_ids=st.lists(st.uuids(version=4) | st.uuids(version=5), min_size=1, max_size=20))
def test_control_comes_back_as_debt_id(debt_ids: list[UUID]) -> None:
    found, is_one = debt_ids_in(company_use_of(debt_ids))
    assert is_one.all()
    assert [UUID(bytes=row.tobytes()) for row in found] == debt_ids


def test_other_controls_are_no_debt_ids() -> None:
    others = [b"", b"0" * 25, b"0000000000000000000012345", b"Z" * 25, b"1" * 24, b"a" * 25]
    assert not debt_ids_in(np.array(others))[1].any()
