"""Makes files in the official format: deterministic, of any size, in bounded memory.

Every value of row i is a hash of (seed, column, i), so that the same options give the same bytes
on every machine and version, and a longer file begins with a shorter one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from cobranca.domain.characters import fold_accents
from cobranca.domain.errors import InvalidField
from cobranca.infra.columns import Bytes, TextColumn, scatter_texts

ROWS_MAX: Final = 1 << 31

_CHUNK_ROWS: Final = 16_384
_HEADER: Final = b"name,governmentId,email,debtAmount,debtDueDate,debtId\n"
_AMOUNT_MAX: Final = 9_999

Words = npt.NDArray[np.uint64]
Int64s = npt.NDArray[np.int64]

_FIRST_NAMES: Final = (
    "Adriana", "Alice", "Ana", "André", "Antônio", "Beatriz", "Bruno", "Caio", "Camila",
    "Carlos", "Cecília", "Clara", "Cláudio", "Daniel", "Davi", "Débora", "Diego", "Eduardo",
    "Elaine", "Érica", "Estêvão", "Fábio", "Felipe", "Fernanda", "Flávia", "Gabriel", "Gonçalo",
    "Helena", "Heloísa", "Hugo", "Inês", "Isabela", "Ivo", "João", "Joaquim", "José", "Júlia",
    "Karina", "Laís", "Larissa", "Letícia", "Lívia", "Lucas", "Luís", "Luiza", "Márcia", "Maria",
    "Mateus", "Mônica", "Natália", "Otávio", "Patrícia", "Paulo", "Pedro", "Rafael", "Renata",
    "Rita", "Rosângela", "Sérgio", "Sofia", "Tânia", "Thiago", "Vítor", "Yasmin",
)  # fmt: skip
_SURNAMES: Final = (
    "Almeida", "Alves", "Amaral", "Andrade", "Araújo", "Assunção", "Barbosa", "Barros", "Batista",
    "Borges", "Brandão", "Campos", "Cardoso", "Carvalho", "Castro", "Conceição", "Cordeiro",
    "Corrêa", "Costa", "Cunha", "da Silva", "de Souza", "Dias", "dos Santos", "Duarte", "Fagundes",
    "Farias", "Fernandes", "Ferreira", "Freitas", "Gomes", "Gonçalves", "Guimarães", "Leão",
    "Lima", "Lopes", "Macêdo", "Magalhães", "Marques", "Martins", "Melo", "Mendes", "Monteiro",
    "Moraes", "Moreira", "Moura", "Nascimento", "Nogueira", "Nunes", "Oliveira", "Pereira",
    "Pinto", "Ramos", "Reis", "Ribeiro", "Rocha", "Rodrigues", "Sampaio", "Simões", "Teixeira",
    "Valença", "Vasconcelos", "Vieira", "Zanella",
)  # fmt: skip
#: (column, text) that a bad row has instead of its own.
_FAULTS: Final = (
    (0, ""),
    (0, "Nome\tcom tabulação"),
    (1, ""),
    (1, "ID#0001"),
    (2, "sem-arroba.example.com"),
    (2, "dois@@example.com"),
    (2, ""),
    (3, "0"),
    (3, "-10"),
    (3, "1.234"),
    (3, "NaN"),
    (3, "100000000.00"),
    (4, "2023-02-30"),
    (4, "amanhã"),
    (4, "1990-01-01"),
    (5, "1,12E+13"),
    (5, ""),
    (5, "1adb6ccf-ff16-467f-bea7-5f05d494280f,a mais"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleOptions:
    """What the file shall be like."""

    rows: int
    seed: int = 1
    #: Valid CPFs; else four digits, as in the official file.
    valid_cpf: bool = False
    #: Share of rows that must be refused, 0 to 1.
    bad_share: float = 0.0
    due_from: dt.date = dt.date(2022, 10, 1)
    due_to: dt.date = dt.date(2024, 10, 31)

    def __post_init__(self) -> None:
        """Refuse what cannot be made.

        Raises:
            InvalidField: rows, bad_share or due_to.
        """
        if not 0 <= self.rows <= ROWS_MAX:
            raise InvalidField("rows", f"The rows must be 0 to {ROWS_MAX}.")
        if not 0 <= self.bad_share <= 1:
            raise InvalidField("bad_share", "The share of bad rows must be 0 to 1.")
        if self.due_to < self.due_from:
            raise InvalidField("due_to", "The last due date is before the first.")


def generate_csv(options: SampleOptions) -> Iterator[bytes]:
    """Yield the file in pieces of about 1.5 MB."""
    yield _HEADER
    maker = _Maker(options)
    for first in range(0, options.rows, _CHUNK_ROWS):
        yield maker.rows(first, min(first + _CHUNK_ROWS, options.rows))


class _Maker:
    """The vocabularies of a file, and rows made of them."""

    def __init__(self, options: SampleOptions) -> None:
        self._options = options
        self._first_names = TextColumn.of(_FIRST_NAMES)
        self._surnames = TextColumn.of([f" {surname}" for surname in _SURNAMES])
        self._users = TextColumn.of([fold_accents(name).lower() for name in _FIRST_NAMES])
        self._numbers = TextColumn.of([str(number) for number in range(10_000)])
        self._four_digits = TextColumn.of([f"{number:04d}" for number in range(10_000)])
        self._domains = TextColumn.of(["@example.com", "@example.net", "@example.org"])
        days = (options.due_to - options.due_from).days + 1
        self._dates = TextColumn.of(
            [(options.due_from + dt.timedelta(days=day)).isoformat() for day in range(days)]
        )

    def rows(self, first: int, last: int) -> bytes:
        """Return rows [first, last) as CSV."""
        index = np.arange(first, last, dtype=np.uint64)
        first_name = self._pick(index, 1, len(self._first_names))
        amount = 1 + self._pick(index, 6, _AMOUNT_MAX)
        columns = [
            [
                self._first_names.take(first_name),
                self._surnames.take(self._pick(index, 2, len(self._surnames))),
            ],
            [self._tax_ids(index)],
            [
                self._users.take(first_name),
                self._numbers.take(self._pick(index, 4, 100)),
                self._domains.take(self._pick(index, 5, len(self._domains))),
            ],
            [self._numbers.take(amount)],
            [self._dates.take(self._pick(index, 7, len(self._dates)))],
            [_matrix_column(_debt_ids(_hashes(index, 8, self._options.seed)))],
        ]
        fault = self._faults(index)
        separators = TextColumn.of([b",", b"\n"])
        pieces: list[TextColumn] = []
        for number, parts in enumerate(columns):
            pieces += _with_faults(parts, number, fault)
            separator = np.full(len(index), int(number == 5), dtype=np.int64)
            pieces.append(separators.take(separator))
        return _joined(pieces)

    def _pick(self, index: Words, column: int, choices: int) -> Int64s:
        hashes = _hashes(index, column, self._options.seed)
        return (hashes % np.uint64(choices)).astype(np.int64)

    def _tax_ids(self, index: Words) -> TextColumn:
        if not self._options.valid_cpf:
            return self._four_digits.take(self._pick(index, 3, 10_000))
        return _matrix_column(_cpfs(self._pick(index, 3, 999_999_998) + 1))

    def _faults(self, index: Words) -> Int64s:
        """Return the number of each row's fault, -1 for a good row."""
        hashes = _hashes(index, 9, self._options.seed)
        bad = (hashes >> np.uint64(32)).astype(np.float64) < self._options.bad_share * 2.0**32
        fault = (hashes % np.uint64(len(_FAULTS))).astype(np.int64)
        return np.where(bad, fault, -1)


def _mixed(words: Words) -> Words:
    """Scramble words one to one (the finaliser of SplitMix64)."""
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return words ^ (words >> np.uint64(31))


def _hashes(index: Words, column: int, seed: int) -> Words:
    key = _mixed(np.array([(seed << 8 | column) & (2**64 - 1)], dtype=np.uint64))
    # One to one in the index: rows never share a hash of one column.
    return _mixed(index * np.uint64(0x9E3779B97F4A7C15) + key)


def _debt_ids(hashes: Words) -> Bytes:
    """Return random UUIDs (version 4) as text, uint8[n, 36], one to one with the hashes."""
    high = (hashes & ~np.uint64(0xF000)) | np.uint64(0x4000)
    # The four bits that the version has displaced stand at the top of the other half.
    displaced = (hashes >> np.uint64(12)) & np.uint64(0xF)
    low = (_mixed(hashes) >> np.uint64(6)) | (displaced << np.uint64(58))
    low = (low & np.uint64(2**62 - 1)) | np.uint64(1 << 63)
    both = np.stack([high, low], axis=1).astype(">u8").view(np.uint8)
    nibbles = np.empty((len(hashes), 32), dtype=np.uint8)
    nibbles[:, 0::2] = both >> 4
    nibbles[:, 1::2] = both & 15
    text = np.full((len(hashes), 36), ord("-"), dtype=np.uint8)
    digits = np.frombuffer(b"0123456789abcdef", dtype=np.uint8)[nibbles]
    at = 0
    for low_place, high_place in ((0, 8), (9, 13), (14, 18), (19, 23), (24, 36)):
        width = high_place - low_place
        text[:, low_place:high_place] = digits[:, at : at + width]
        at += width
    return text


def _cpfs(numbers: Int64s) -> Bytes:
    """Return numbers of nine digits with their two check digits as text, uint8[n, 11]."""
    digits = np.empty((len(numbers), 11), dtype=np.int64)
    for place in range(9):
        digits[:, place] = numbers // 10 ** (8 - place) % 10
    for place in (9, 10):
        weights = np.arange(place + 1, 1, -1)
        rest = (digits[:, :place] * weights).sum(axis=1) % 11
        digits[:, place] = np.where(rest < 2, 0, 11 - rest)
    repeated = (digits[:, 1:] == digits[:, :1]).all(axis=1)
    digits[repeated] = np.array([5, 2, 9, 9, 8, 2, 2, 4, 7, 2, 5])
    return (digits + 48).astype(np.uint8)


def _matrix_column(texts: Bytes) -> TextColumn:
    width = texts.shape[1]
    place = np.arange(len(texts), dtype=np.int64) * width
    length = np.full(len(texts), width, dtype=np.int64)
    return TextColumn(buffer=texts.reshape(-1), start=place, length=length)


def _with_faults(parts: list[TextColumn], column: int, fault: Int64s) -> list[TextColumn]:
    """Replace a column's text where the row's fault is in it."""
    wrong = np.array([place for place, _ in _FAULTS])[np.maximum(fault, 0)] == column
    wrong &= fault >= 0
    if not wrong.any():
        return parts
    kept = [
        TextColumn(buffer=part.buffer, start=part.start, length=np.where(wrong, 0, part.length))
        for part in parts
    ]
    texts = TextColumn.of([text for _, text in _FAULTS]).take(np.maximum(fault, 0))
    length = np.where(wrong, texts.length, 0)
    return [*kept, TextColumn(buffer=texts.buffer, start=texts.start, length=length)]


def _joined(pieces: list[TextColumn]) -> bytes:
    """Write the pieces of each row one after the other, row after row."""
    size = np.zeros(len(pieces[0]), dtype=np.int64)
    for piece in pieces:
        size += piece.length
    place = np.cumsum(size)
    out = np.empty(int(place[-1]), dtype=np.uint8)
    place -= size
    for piece in pieces:
        scatter_texts(out, place, piece)
        place += piece.length
    return out.tobytes()
