"""Whatever the bytes are: an answer, never an exception, and nothing of a refused file."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cobranca.domain.cnab.returns import Verdict, read_return
from cobranca.domain.cnab.returns.explain import explain
from tests.unit.domain.cnab.returns.golden import file_bytes, files

NAMES = [row["file"] for row in files()]
HEADS = [file_bytes(name)[:300] for name in NAMES]
pieces = st.one_of(
    st.binary(max_size=900),
    st.sampled_from(HEADS),
    st.sampled_from([b"\r\n", b"\n", b"\x1a", b" " * 400, b"0" * 400, b"9".ljust(400)]),
)


def _check(data: bytes) -> None:
    found = read_return(data)
    records = list(found.records())
    assert found.verdict in set(Verdict)
    if found.verdict is Verdict.REFUSE:
        assert found.refusal is not None
        assert found.refusal.message
        assert not records
    else:
        assert found.refusal is None
    assert sum(1 for _ in explain(data, {})) >= found.line_count


@given(st.binary(max_size=2_000))
def test_any_bytes(data: bytes) -> None:
    _check(data)


@given(st.lists(pieces, max_size=12).map(b"".join))
def test_pieces_of_files(data: bytes) -> None:
    _check(data)


@given(
    name=st.sampled_from(NAMES),
    changes=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), max_size=6),
)
def test_changed_files(name: str, changes: list[tuple[int, int]]) -> None:
    data = bytearray(file_bytes(name))
    for place, byte in changes:
        if data:
            data[place % len(data)] = byte
    _check(bytes(data))
