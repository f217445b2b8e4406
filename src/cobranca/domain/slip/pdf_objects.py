"""The parts of a PDF file: streams, object streams, cross references. No ID, no date, no chance."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final

import numpy as np

from cobranca.domain.slip.text import FONT_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

HEADER: Final = b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n"
MEDIA_BOX: Final = b"[0 0 595.28 841.89]"
INFO: Final = b"<</Title(Boleto)>>"
FONTS: Final = (
    b"<<"
    + b"".join(
        b"/%b<</Type/Font/Subtype/Type1/BaseFont/%b/Encoding/WinAnsiEncoding>>"
        % (key, name.encode())
        for key, name in FONT_NAMES.items()
    )
    + b">>"
)
#: A row of the cross references: kind (0 free, 1 placed, 2 in a stream), place, index.
Row = tuple[int, int, int]
FREE: Final[Row] = (0, 0, 65535)
_BEST: Final = 9


def pack(content: bytes) -> bytes:
    """Compress what is compressed once and read a million times."""
    return zlib.compress(content, _BEST)


def stream_object(number: int, packed: bytes, entries: bytes = b"") -> bytes:
    """Wrap compressed bytes as an object."""
    head = b"%d 0 obj<</Length %d/Filter/FlateDecode%b>>stream\n" % (number, len(packed), entries)
    return head + packed + b"\nendstream endobj\n"


def qr_object(number: int, side: int, bits: bytes) -> bytes:
    """Wrap a QR as a one-bit stencil; its bits are noise, so they are not compressed.

    A stencil, not an image: viewers smooth an enlarged image, and leave a stencil's edges sharp.
    """
    head = (
        b"%d 0 obj<</Type/XObject/Subtype/Image/Width %d/Height %d/ImageMask true"
        b"/BitsPerComponent 1/Length %d>>stream\n" % (number, side, side, len(bits))
    )
    return head + bits + b"\nendstream endobj\n"


def references_to(numbers: Iterable[int]) -> bytes:
    """Write references to objects, as they stand in an array."""
    return b" ".join(b"%d 0 R" % number for number in numbers)


def catalog(pages: int, tree: int | None) -> bytes:
    """Write the catalog of a document in Portuguese, tagged when it has a tree."""
    if tree is None:
        return b"<</Type/Catalog/Pages %d 0 R/Lang(pt-BR)>>" % pages
    return (
        b"<</Type/Catalog/Pages %d 0 R/Lang(pt-BR)/MarkInfo<</Marked true>>/StructTreeRoot %d 0 R"
        b"/ViewerPreferences<</DisplayDocTitle true>>>>" % (pages, tree)
    )


def object_stream(number: int, numbered: Sequence[tuple[int, bytes]], level: int = _BEST) -> bytes:
    """Pack objects that are not streams into one that is."""
    places: list[bytes] = []
    at = 0
    for inner, content in numbered:
        places.append(b"%d %d" % (inner, at))
        at += len(content) + 1
    header = b" ".join(places) + b"\n"
    body = b"\n".join(content for _, content in numbered) + b"\n"
    entries = b"/Type/ObjStm/N %d/First %d" % (len(numbered), len(header))
    return stream_object(number, zlib.compress(header + body, level), entries)


def cross_references(number: int, rows: Sequence[Row], root: int, info: int) -> bytes:
    """Write the cross-reference stream; a row is stored as its difference to the one before."""
    table = np.array(rows, np.int64)
    octets = np.empty((len(rows), 7), np.uint8)
    octets[:, 0] = table[:, 0]
    octets[:, 1:5] = table[:, 1].astype(">u4").view(np.uint8).reshape(-1, 4)
    octets[:, 5:7] = table[:, 2].astype(">u2").view(np.uint8).reshape(-1, 2)
    predicted = np.empty((len(rows), 8), np.uint8)
    predicted[:, 0] = 2
    predicted[:, 1:] = np.diff(octets, axis=0, prepend=np.uint8(0))
    entries = (
        b"/Type/XRef/Size %d/W[1 4 2]/Root %d 0 R/Info %d 0 R"
        b"/DecodeParms<</Predictor 12/Columns 7>>" % (len(rows), root, info)
    )
    return stream_object(number, pack(predicted.tobytes()), entries)


def ending(references_at: int) -> bytes:
    """Write the end of a file whose cross references begin at a place."""
    return b"startxref\n%d\n%%%%EOF\n" % references_at
