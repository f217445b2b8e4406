"""The file around a page: PDF objects, compressed once, in an order that leaves little to do.

A single slip is written so that everything but its own content comes first and never changes:

    header | fixed content | all other objects, in an object stream | cross references
           | [QR image] | content of the slip | startxref

The cross-reference stream may stand before the objects that it names. Their places are known, so
it is compressed once as well, and a slip costs one compression and one join. A book (many pages)
shares the fixed content and the fonts, and has a classic table at its end.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cobranca.domain.boleto.slip.text import FONT_NAMES, literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cobranca.domain.boleto.slip.sheet import Section

HEADER: Final = b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n"
MEDIA_BOX: Final = b"[0 0 595.28 841.89]"
_BEST: Final = 9
_KIDS_MAX: Final = 200

_OBJECTS, _REFERENCES, _FIXED, _CONTENT, _QR, _FIRST_FREE = 1, 2, 3, 4, 5, 6
_CATALOG, _INFO, _PAGES, _PAGE, _TREE, _PARENTS, _FIRST_ELEMENT = 6, 7, 8, 9, 10, 11, 12

_FONTS: Final = (
    b"<<"
    + b"".join(
        b"/%b<</Type/Font/Subtype/Type1/BaseFont/%b/Encoding/WinAnsiEncoding>>"
        % (key, name.encode())
        for key, name in FONT_NAMES.items()
    )
    + b">>"
)


def stream_object(number: int, packed: bytes, entries: bytes = b"") -> bytes:
    """Wrap compressed bytes as an object."""
    head = b"%d 0 obj<</Length %d/Filter/FlateDecode%b>>stream\n" % (number, len(packed), entries)
    return head + packed + b"\nendstream endobj\n"


def qr_object(number: int, side: int, bits: bytes) -> bytes:
    """Wrap a QR as a one-bit stencil; its bits are noise, so they are not compressed.

    A stencil, not an image: viewers smooth an enlarged image, and leave a stencil's edges sharp.
    """
    return (
        b"%d 0 obj<</Type/XObject/Subtype/Image/Width %d/Height %d/ImageMask true"
        b"/BitsPerComponent 1/Length %d>>stream\n" % (number, side, side, len(bits))
    ) + bits + b"\nendstream endobj\n"  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shell:
    """What stands before and after the content of one slip."""

    head: bytes
    tail: bytes

    def wrap(self, packed: bytes, qr: bytes = b"") -> bytes:
        """Make the file of one slip from its compressed content and its QR object."""
        return b"%b%b4 0 obj<</Length %d/Filter/FlateDecode>>stream\n%b%b" % (
            self.head,
            qr,
            len(packed),
            packed,
            self.tail,
        )


QR_OBJECT_NUMBER: Final = _QR


def make_shell(fixed: bytes, sections: list[Section], marks: int, qr_bytes: int) -> Shell:
    """Prepare the file of a slip; `qr_bytes` is the length of its QR object, 0 when it has none."""
    fixed_object = stream_object(_FIXED, zlib.compress(fixed, _BEST))
    inner = _inner_objects(sections, marks, with_qr=qr_bytes > 0)
    first, packed = _pack_objects(inner)
    count = len(inner)
    entries = b"/Type/ObjStm/N %d/First %d" % (count, first)
    objects_object = stream_object(_OBJECTS, packed, entries)

    fixed_at = len(HEADER)
    objects_at = fixed_at + len(fixed_object)
    references_at = objects_at + len(objects_object)
    # The length of the cross references decides where the content is, which they name: the second
    # pass has the right place, and a padded length field keeps its own size the same.
    content_at, references = 0, b""
    for _ in range(8):
        places = (objects_at, references_at, fixed_at, content_at + qr_bytes, content_at)
        references = _references(places, count, with_qr=qr_bytes > 0)
        if content_at == references_at + len(references):
            break
        content_at = references_at + len(references)
    head = HEADER + fixed_object + objects_object + references
    tail = b"\nendstream endobj\nstartxref\n%d\n%%%%EOF\n" % references_at
    return Shell(head, tail)


def _references(places: tuple[int, ...], inner: int, *, with_qr: bool) -> bytes:
    """Write the cross-reference stream: rows of kind, place, index, as differences of rows."""
    rows = [(0, 0, 255)]
    rows += [(1, place, 0) for place in places[: None if with_qr else _QR - 1]]
    if not with_qr:
        rows.append((0, 0, 255))
    rows += [(2, _OBJECTS, index) for index in range(inner)]
    previous = bytes(5)
    predicted = bytearray()
    for kind, place, index in rows:
        row = bytes((kind,)) + place.to_bytes(3) + bytes((index,))
        predicted += b"\x02" + bytes((a - b) % 256 for a, b in zip(row, previous, strict=True))
        previous = row
    packed = zlib.compress(bytes(predicted), _BEST)
    entries = (
        b"/Type/XRef/Size %d/W[1 3 1]/Root %d 0 R/Info %d 0 R"
        b"/DecodeParms<</Predictor 12/Columns 5>>" % (len(rows), _CATALOG, _INFO)
    )
    return stream_object(_REFERENCES, packed, entries)


def _pack_objects(inner: list[bytes]) -> tuple[int, bytes]:
    """Join objects for an object stream; give where the first begins, and the packed bytes."""
    places: list[bytes] = []
    at = 0
    for index, content in enumerate(inner):
        places.append(b"%d %d" % (_FIRST_FREE + index, at))
        at += len(content) + 1
    header = b" ".join(places) + b"\n"
    return len(header), zlib.compress(header + b"\n".join(inner) + b"\n", _BEST)


def _inner_objects(sections: list[Section], marks: int, *, with_qr: bool) -> list[bytes]:
    """Write the catalog, the page and the reading order."""
    images = b"/XObject<</Q0 %d 0 R>>" % _QR if with_qr else b""
    catalog = (
        b"<</Type/Catalog/Pages %d 0 R/Lang(pt-BR)/MarkInfo<</Marked true>>/StructTreeRoot %d 0 R"
        b"/ViewerPreferences<</DisplayDocTitle true>>>>" % (_PAGES, _TREE)
    )
    info = b"<</Title(Boleto)>>"
    pages = b"<</Type/Pages/Kids[%d 0 R]/Count 1>>" % _PAGE
    page = (
        b"<</Type/Page/Parent %d 0 R/MediaBox%b/Contents[%d 0 R %d 0 R]/StructParents 0"
        b"/Resources<</Font%b%b>>>>" % (_PAGES, MEDIA_BOX, _FIXED, _CONTENT, _FONTS, images)
    )
    return [catalog, info, pages, page, *_reading_order(sections, marks)]


def _reading_order(sections: list[Section], marks: int) -> list[bytes]:
    """Write the structure tree: a document of sections of paragraphs."""
    document = _FIRST_ELEMENT
    owners = [0] * marks
    elements: list[bytes] = []
    section_numbers: list[int] = []
    number = document + 1
    for section in sections:
        own, number = number, number + 1
        section_numbers.append(own)
        paragraphs: list[bytes] = []
        for paragraph in section.paragraphs:
            if not paragraph.marks:
                continue
            for mark in paragraph.marks:
                owners[mark] = number + len(paragraphs)
            alt = b"/Alt" + literal(paragraph.alt) if paragraph.alt else b""
            kids = b" ".join(b"%d" % mark for mark in paragraph.marks)
            paragraphs.append(
                b"<</S/%b/P %d 0 R/Pg %d 0 R/K[%b]%b>>" % (paragraph.kind, own, _PAGE, kids, alt)
            )
        title = literal(section.title)
        kids = _references_to(range(number, number + len(paragraphs)))
        elements.append(b"<</S/Sect/T%b/P %d 0 R/K[%b]>>" % (title, document, kids))
        elements += paragraphs
        number += len(paragraphs)
    tree = b"<</Type/StructTreeRoot/K %d 0 R/ParentTree %d 0 R>>" % (document, _PARENTS)
    parents = b"<</Nums[0[%b]]>>" % _references_to(owners)
    root = b"<</S/Document/P %d 0 R/K[%b]>>" % (_TREE, _references_to(section_numbers))
    return [tree, parents, root, *elements]


def _references_to(numbers: Iterable[int]) -> bytes:
    return b" ".join(b"%d 0 R" % number for number in numbers)


@dataclass(frozen=True, slots=True)
class BookPage:
    """One page of a book: which fixed stream it has, its own content, its QR images by name."""

    fixed: int
    packed: bytes
    images: tuple[tuple[int, int, bytes], ...] = ()


def book_chunks(fixed_streams: list[bytes], pages: Iterable[BookPage]) -> Iterator[bytes]:
    """Write many pages as one file, piece by piece; only the places of objects are kept."""
    writer = _BookWriter()
    yield from writer.begin(fixed_streams)
    for page in pages:
        yield from writer.page(page)
    yield from writer.end()


class _BookWriter:
    """Counts bytes and remembers where each object begins."""

    _catalog, _root, _fonts, _first_fixed = 1, 2, 3, 4

    def __init__(self) -> None:
        self._at = 0
        self._places: dict[int, int] = {}
        self._next = self._first_fixed
        self._nodes: list[tuple[int, int]] = []
        self._kids: list[int] = []
        self._node = 0

    def _keep(self, number: int, written: bytes) -> bytes:
        self._places[number] = self._at
        self._at += len(written)
        return written

    def _take(self) -> int:
        self._next += 1
        return self._next - 1

    def begin(self, fixed_streams: list[bytes]) -> Iterator[bytes]:
        self._at = len(HEADER)
        yield HEADER
        catalog = b"1 0 obj<</Type/Catalog/Pages 2 0 R/Lang(pt-BR)>>endobj\n"
        yield self._keep(self._catalog, catalog)
        yield self._keep(self._fonts, b"3 0 obj%bendobj\n" % _FONTS)
        for fixed in fixed_streams:
            number = self._take()
            yield self._keep(number, stream_object(number, zlib.compress(fixed, _BEST)))

    def page(self, page: BookPage) -> Iterator[bytes]:
        if not self._kids:
            self._node = self._take()
        number, content = self._take(), self._take()
        self._kids.append(number)
        images: list[bytes] = []
        for name, side, bits in page.images:
            image = self._take()
            images.append(b"/Q%d %d 0 R" % (name, image))
            yield self._keep(image, qr_object(image, side, bits))
        named = b"/XObject<<%b>>" % b"".join(images) if images else b""
        yield self._keep(content, stream_object(content, page.packed))
        yield self._keep(
            number,
            b"%d 0 obj<</Type/Page/Parent %d 0 R/Contents[%d 0 R %d 0 R]"
            b"/Resources<</Font %d 0 R%b>>>>endobj\n"
            % (number, self._node, self._first_fixed + page.fixed, content, self._fonts, named),
        )
        if len(self._kids) == _KIDS_MAX:
            yield self._close_node()

    def _close_node(self) -> bytes:
        self._nodes.append((self._node, len(self._kids)))
        kids = _references_to(self._kids)
        written = b"%d 0 obj<</Type/Pages/Parent %d 0 R/Count %d/Kids[%b]>>endobj\n" % (
            self._node,
            self._root,
            len(self._kids),
            kids,
        )
        self._kids = []
        return self._keep(self._node, written)

    def end(self) -> Iterator[bytes]:
        if self._kids:
            yield self._close_node()
        kids = _references_to(node for node, _ in self._nodes)
        count = sum(pages for _, pages in self._nodes)
        yield self._keep(
            self._root,
            b"%d 0 obj<</Type/Pages/MediaBox%b/Count %d/Kids[%b]>>endobj\n"
            % (self._root, MEDIA_BOX, count, kids),
        )
        rows = [b"0000000000 65535 f \n"]
        rows += [b"%010d 00000 n \n" % self._places[number] for number in range(1, self._next)]
        yield b"xref\n0 %d\n%b" % (self._next, b"".join(rows))
        yield b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (self._next, self._at)
