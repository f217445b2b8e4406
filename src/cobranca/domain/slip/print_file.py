"""A file of many pages for a print shop: fonts and fixed content shared, written piece by piece.

It is not tagged: nobody listens to it, and tags would make it half as large again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cobranca.domain.slip.pdf_objects import (
    FONTS,
    HEADER,
    MEDIA_BOX,
    ending,
    qr_object,
    references_to,
    stream_object,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_KIDS_MAX: Final = 200


@dataclass(frozen=True, slots=True)
class BookPage:
    """One page of a book: which fixed stream it has, its own content, its QR images by name."""

    fixed: int
    packed: bytes
    images: tuple[tuple[int, int, bytes], ...] = ()


def book_chunks(packed_streams: list[bytes], pages: Iterable[BookPage]) -> Iterator[bytes]:
    """Write many pages as one file, piece by piece; only the places of objects are kept."""
    writer = _BookWriter()
    yield from writer.begin(packed_streams)
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

    def begin(self, packed_streams: list[bytes]) -> Iterator[bytes]:
        self._at = len(HEADER)
        yield HEADER
        catalog = b"1 0 obj<</Type/Catalog/Pages 2 0 R/Lang(pt-BR)>>endobj\n"
        yield self._keep(self._catalog, catalog)
        yield self._keep(self._fonts, b"3 0 obj%bendobj\n" % FONTS)
        for packed in packed_streams:
            number = self._take()
            yield self._keep(number, stream_object(number, packed))

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
        kids = references_to(self._kids)
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
        kids = references_to(node for node, _ in self._nodes)
        count = sum(pages for _, pages in self._nodes)
        yield self._keep(
            self._root,
            b"%d 0 obj<</Type/Pages/MediaBox%b/Count %d/Kids[%b]>>endobj\n"
            % (self._root, MEDIA_BOX, count, kids),
        )
        rows = [b"0000000000 65535 f \n"]
        rows += [b"%010d 00000 n \n" % self._places[number] for number in range(1, self._next)]
        yield b"xref\n0 %d\n%b" % (self._next, b"".join(rows))
        yield b"trailer<</Size %d/Root 1 0 R>>\n" % self._next + ending(self._at)
