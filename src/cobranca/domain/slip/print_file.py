"""A file of many pages, written piece by piece: what they share stands in it once.

header | of each page: its fixed content, where it is the first of its kind; QR images; content
       | now and then, and at the end: all other objects so far, in an object stream
       | cross references | startxref

For a person (a carnê) it is tagged, so that it can be read aloud; for a print shop it is not:
nobody listens to it, and tags would make it half as large again.
"""

from __future__ import annotations

from dataclasses import dataclass
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
    from collections.abc import Iterable, Iterator, Sequence

    from cobranca.domain.slip.page_template import PageTemplate

_REFERENCES, _CATALOG, _INFO, _FONTS, _PAGES, _TREE, _PARENTS, _DOCUMENT, _FIRST = range(1, 10)
_KIDS_MAX: Final = 200
_OBJECTS_A_STREAM: Final = 200
# A 250th larger than at the best level, and sooner.
_LEVEL: Final = 6


@dataclass(frozen=True, slots=True)
class PrintedPage:
    """One page of a file: its template, its own content, its QR images by name."""

    template: PageTemplate
    packed: bytes
    images: tuple[tuple[int, int, bytes], ...] = ()


def write_print_file(pages: Iterable[PrintedPage], *, tagged: bool) -> Iterator[bytes]:
    """Write pages as one file; only the places of objects, and tags, are kept to its end."""
    writer = PrintFileWriter(tagged=tagged)
    yield HEADER
    for page in pages:
        yield from writer.add(page)
    yield from writer.finish()


class PrintFileWriter:
    """Writes a file page by page: counts bytes, and remembers where each object begins."""

    def __init__(self, *, tagged: bool) -> None:
        """Begin a file; the first thing in it is `HEADER`."""
        self._tagged = tagged
        self._at = len(HEADER)
        self._rows: list[Row] = [FREE] * _FIRST
        self._inner: list[tuple[int, bytes]] = []
        self._fixed: dict[PageTemplate, int] = {}
        self._nodes: list[tuple[int, int]] = []
        self._kids: list[int] = []
        self._node = 0
        self._tags: list[PageTags] = []

    def add(self, page: PrintedPage) -> Iterator[bytes]:
        """Write a page's streams, and keep its other objects for the next object stream."""
        if page.template not in self._fixed:
            fixed = self._fixed[page.template] = self._take()
            yield self._placed(fixed, stream_object(fixed, page.template.packed))
        if not self._kids:
            self._node = self._take()
        number, content = self._take(), self._take()
        yield self._placed(content, stream_object(content, page.packed))
        images: list[bytes] = []
        for name, side, bits in page.images:
            image = self._take()
            images.append(b"/Q%d %d 0 R" % (name, image))
            yield self._placed(image, qr_object(image, side, bits))
        parents = b"/StructParents %d" % len(self._tags) if self._tagged else b""
        entry = (
            b"<</Type/Page/Parent %d 0 R/Contents[%d 0 R %d 0 R]%b"
            b"/Resources<</Font %d 0 R/XObject<<%b>>>>>>"
        )
        streams = (self._fixed[page.template], content)
        self._inner.append(
            (number, entry % (self._node, *streams, parents, _FONTS, b"".join(images)))
        )
        if self._tagged:
            self._add_tags(page.template, number)
        self._kids.append(number)
        if len(self._kids) == _KIDS_MAX:
            self._close_node()
        yield from self._object_streams()

    def finish(self) -> Iterator[bytes]:
        """Write what stands above the pages, and where everything is."""
        self._close_node()
        kids = references_to(node for node, _ in self._nodes)
        count = sum(pages for _, pages in self._nodes)
        root = b"<</Type/Pages/MediaBox%b/Count %d/Kids[%b]>>" % (MEDIA_BOX, count, kids)
        heads = [catalog(_PAGES, _TREE if self._tagged else None), INFO, FONTS, root]
        if self._tagged:
            heads += tag_tree(self._tags, tree=_TREE, parents=_PARENTS, document=_DOCUMENT)
        self._inner += enumerate(heads, start=_CATALOG)
        yield from self._object_streams(rest=True)
        self._rows[_REFERENCES] = (1, self._at, 0)
        yield cross_references(_REFERENCES, self._rows, _CATALOG, _INFO)
        yield ending(self._at)

    def _take(self, count: int = 1) -> int:
        """Give the next number, of `count` consecutive ones; its place is still to come."""
        self._rows += [FREE] * count
        return len(self._rows) - count

    def _placed(self, number: int, written: bytes) -> bytes:
        self._rows[number] = (1, self._at, 0)
        self._at += len(written)
        return written

    def _add_tags(self, template: PageTemplate, page: int) -> None:
        sheet, first = template.sheet, len(self._rows)
        tags = tag_page(sheet.sections, sheet.marks, first=first, document=_DOCUMENT, page=page)
        self._inner += enumerate(tags.elements, start=self._take(len(tags.elements)))
        self._tags.append(tags)

    def _close_node(self) -> None:
        """End a node of the page tree, if it has pages."""
        if not self._kids:
            return
        entry = b"<</Type/Pages/Parent %d 0 R/Count %d/Kids[%b]>>"
        count, kids = len(self._kids), references_to(self._kids)
        self._inner.append((self._node, entry % (_PAGES, count, kids)))
        self._nodes.append((self._node, count))
        self._kids = []

    def _object_streams(self, *, rest: bool = False) -> Iterator[bytes]:
        while len(self._inner) >= _OBJECTS_A_STREAM or (rest and self._inner):
            group: Sequence[tuple[int, bytes]] = self._inner[:_OBJECTS_A_STREAM]
            del self._inner[:_OBJECTS_A_STREAM]
            number = self._take()
            for index, (inner, _) in enumerate(group):
                self._rows[inner] = (2, number, index)
            yield self._placed(number, object_stream(number, group, _LEVEL))
