"""A file of a few pages for a person (a carnê): tagged, so that it can be read aloud.

header | fixed contents | contents and QR images of each page
       | all other objects, in object streams | cross references | startxref
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cobranca.domain.slip.pdf_objects import (
    FONTS,
    FREE,
    HEADER,
    INFO,
    MEDIA_BOX,
    Row,
    catalog,
    cross_references,
    ending,
    object_stream,
    qr_object,
    references_to,
    stream_object,
)
from cobranca.domain.slip.structure_tags import PageTags, tag_page, tag_tree

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cobranca.domain.slip.print_file import BookPage
    from cobranca.domain.slip.sheet import Sheet

_REFERENCES, _CATALOG, _INFO, _FONTS, _PAGES, _TREE, _PARENTS, _DOCUMENT, _FIRST = range(1, 10)
_OBJECTS_A_STREAM: Final = 200
# Compressed once a file, not once a template: 0.4 % larger than at the best level, and sooner.
_LEVEL: Final = 6


def write_booklet(plates: Sequence[tuple[bytes, Sheet]], pages: Iterable[BookPage]) -> bytes:
    """Write pages as one file.

    Args:
        plates: the compressed fixed part of each kind of page, and its sheet.
        pages: name their plate by its index.
    """
    writer = _BookletWriter()
    writer.add_fixed([packed for packed, _ in plates])
    for page in pages:
        writer.add_page(page, plates[page.fixed][1])
    return writer.finish()


class _BookletWriter:
    """Gathers streams in the order of the file, and keeps the other objects for the end."""

    def __init__(self) -> None:
        self._parts = [HEADER]
        self._at = len(HEADER)
        self._rows: dict[int, Row] = {0: FREE}
        self._inner: list[tuple[int, bytes]] = []
        self._next = _FIRST
        self._fixed: list[int] = []
        self._pages: list[int] = []
        self._tags: list[PageTags] = []

    def _take(self, count: int = 1) -> int:
        self._next += count
        return self._next - count

    def _write(self, number: int, written: bytes) -> None:
        self._rows[number] = (1, self._at, 0)
        self._at += len(written)
        self._parts.append(written)

    def add_fixed(self, streams: Iterable[bytes]) -> None:
        for stream in streams:
            number = self._take()
            self._fixed.append(number)
            self._write(number, stream_object(number, stream))

    def add_page(self, page: BookPage, sheet: Sheet) -> None:
        number, content = self._take(), self._take()
        self._write(content, stream_object(content, page.packed))
        images: list[bytes] = []
        for name, side, bits in page.images:
            image = self._take()
            self._write(image, qr_object(image, side, bits))
            images.append(b"/Q%d %d 0 R" % (name, image))
        entry = (
            b"<</Type/Page/Parent %d 0 R/Contents[%d 0 R %d 0 R]/StructParents %d"
            b"/Resources<</Font %d 0 R/XObject<<%b>>>>>>"
            % (
                _PAGES,
                self._fixed[page.fixed],
                content,
                len(self._pages),
                _FONTS,
                b"".join(images),
            )
        )
        self._inner.append((number, entry))
        self._pages.append(number)
        first = self._next
        tags = tag_page(sheet.sections, sheet.marks, first=first, document=_DOCUMENT, page=number)
        self._inner += enumerate(tags.elements, start=self._take(len(tags.elements)))
        self._tags.append(tags)

    def finish(self) -> bytes:
        kids, count = references_to(self._pages), len(self._pages)
        pages = b"<</Type/Pages/MediaBox%b/Count %d/Kids[%b]>>" % (MEDIA_BOX, count, kids)
        tree = tag_tree(self._tags, tree=_TREE, parents=_PARENTS, document=_DOCUMENT)
        heads = [catalog(_PAGES, _TREE), INFO, FONTS, pages, *tree]
        inner = [*enumerate(heads, start=_CATALOG), *self._inner]
        for begin in range(0, len(inner), _OBJECTS_A_STREAM):
            group = inner[begin : begin + _OBJECTS_A_STREAM]
            number = self._take()
            self._rows |= {object_[0]: (2, number, i) for i, object_ in enumerate(group)}
            self._write(number, object_stream(number, group, _LEVEL))
        self._rows[_REFERENCES] = (1, self._at, 0)
        rows = [self._rows[number] for number in range(self._next)]
        references = cross_references(_REFERENCES, rows, _CATALOG, _INFO)
        return b"".join([*self._parts, references, ending(self._at)])
