"""The file of a single slip, written so that nearly all of it is the same for every slip:

    header | fixed content | all other objects, in an object stream | cross references
           | [QR image] | content of the slip | startxref

The cross-reference stream may stand before the objects that it names. Their places are known, so
it is compressed once as well, and a slip costs one compression and one join.
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
    stream_object,
)
from cobranca.domain.slip.structure_tags import tag_page, tag_tree

if TYPE_CHECKING:
    from cobranca.domain.slip.sheet import Section

_OBJECTS, _REFERENCES, _FIXED, _CONTENT, QR_OBJECT_NUMBER = 1, 2, 3, 4, 5
_CATALOG, _INFO, _PAGES, _PAGE, _TREE, _PARENTS, _DOCUMENT, _FIRST_ELEMENT = range(6, 14)
# Room for the cross references to grow a little when they are told their own places.
_SLACK_BYTES: Final = 4


@dataclass(frozen=True, slots=True)
class SingleSlipFile:
    """The file of one slip but for its content: what stands before and after that."""

    head: bytes
    tail: bytes

    def around(self, packed: bytes, qr: bytes = b"") -> bytes:
        """Make the file of one slip from its compressed content and its QR object."""
        return b"%b%b4 0 obj<</Length %d/Filter/FlateDecode>>stream\n%b%b" % (
            self.head,
            qr,
            len(packed),
            packed,
            self.tail,
        )


def lay_out_file(
    packed: bytes, sections: list[Section], marks: int, qr_bytes: int
) -> SingleSlipFile:
    """Prepare the file of a slip.

    Args:
        packed: the compressed fixed part of the page.
        sections: the page's reading order, of `marks` marks.
        qr_bytes: the length of the slip's QR object, 0 when it has none.
    """
    inner = _inner_objects(sections, marks, with_qr=qr_bytes > 0)
    fixed_object = stream_object(_FIXED, packed)
    objects_object = object_stream(_OBJECTS, list(enumerate(inner, start=_CATALOG)))
    objects_at = len(HEADER) + len(fixed_object)
    references_at = objects_at + len(objects_object)

    def references(content_at: int) -> bytes:
        rows: list[Row] = [FREE, (1, objects_at, 0), (1, references_at, 0), (1, len(HEADER), 0)]
        rows.append((1, content_at + qr_bytes, 0))
        rows.append((1, content_at, 0) if qr_bytes else FREE)
        rows += [(2, _OBJECTS, index) for index in range(len(inner))]
        return cross_references(_REFERENCES, rows, _CATALOG, _INFO)

    # How long the cross references are decides where the content is, which they name.
    room = len(references(references_at)) + _SLACK_BYTES
    while len(written := references(references_at + room)) > room:
        room = len(written)
    head = HEADER + fixed_object + objects_object + written.ljust(room, b"\n")
    return SingleSlipFile(head, b"\nendstream endobj\n" + ending(references_at))


def _inner_objects(sections: list[Section], marks: int, *, with_qr: bool) -> list[bytes]:
    """Write what is no stream: the catalog, the page, the reading order."""
    images = b"/XObject<</Q0 %d 0 R>>" % QR_OBJECT_NUMBER if with_qr else b""
    page = (
        b"<</Type/Page/Parent %d 0 R/MediaBox%b/Contents[%d 0 R %d 0 R]/StructParents 0"
        b"/Resources<</Font%b%b>>>>" % (_PAGES, MEDIA_BOX, _FIXED, _CONTENT, FONTS, images)
    )
    tags = tag_page(sections, marks, first=_FIRST_ELEMENT, document=_DOCUMENT, page=_PAGE)
    return [
        catalog(_PAGES, _TREE),
        INFO,
        b"<</Type/Pages/Kids[%d 0 R]/Count 1>>" % _PAGE,
        page,
        *tag_tree([tags], tree=_TREE, parents=_PARENTS, document=_DOCUMENT),
        *tags.elements,
    ]
