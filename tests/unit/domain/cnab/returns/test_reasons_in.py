"""Reasons read in columns are those of the records."""

from __future__ import annotations

import pytest

from cobranca.domain.cnab.returns import read_return, reasons_in, records_of
from tests.unit.domain.golden import GOLDEN

FILES = sorted((GOLDEN / "return_files").iterdir())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_reasons_are_those_of_the_records(path: object) -> None:
    file = read_return(path.read_bytes())  # type: ignore[attr-defined]
    for titles in file.titles():
        reasons = [" ".join(record.reasons) for record in records_of(titles)]
        assert reasons_in(titles).tolist() == [text.encode() for text in reasons]


def test_files_have_reasons() -> None:
    files = [read_return(path.read_bytes()) for path in FILES]
    found = [
        reasons
        for file in files
        for titles in file.titles()
        for reasons in reasons_in(titles).tolist()
    ]
    assert sum(map(bool, found)) > 30
