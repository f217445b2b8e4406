"""The debtId in 25 places: what is written is what the return files' reader reads."""

from __future__ import annotations

from uuid import UUID

from hypothesis import example, given
from hypothesis import strategies as st

from cobranca.domain.cnab import company_use_of


@given(st.uuids())
@example(UUID(int=1))
@example(UUID(int=2**128 - 1))
def test_a_debt_id_fits_and_comes_back(debt_id: UUID) -> None:
    other, known = company_use_of([UUID(int=7), debt_id])
    assert other == b"7".zfill(25)
    written = known.decode()
    assert len(written) == 25
    assert written.isalnum()
    assert written == written.upper()
    assert UUID(int=int(written, 36)) == debt_id
