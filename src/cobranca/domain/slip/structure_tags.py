"""The reading order of pages: a document of sections (receipt, form) of paragraphs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cobranca.domain.slip.pdf_objects import references_to
from cobranca.domain.slip.text import literal

if TYPE_CHECKING:
    from cobranca.domain.slip.sheet import Section


@dataclass(frozen=True, slots=True)
class PageTags:
    """The elements of one page: consecutive objects, which of them are sections, who owns marks."""

    elements: list[bytes]
    sections: list[int]
    owners: list[int]


def tag_page(
    sections: list[Section], marks: int, *, first: int, document: int, page: int
) -> PageTags:
    """Write the elements of a page; they are numbered from `first` on."""
    tags = PageTags([], [], [0] * marks)
    for section in sections:
        own = first + len(tags.elements)
        tags.sections.append(own)
        paragraphs: list[bytes] = []
        for paragraph in section.paragraphs:
            if not paragraph.marks:
                continue
            for mark in paragraph.marks:
                tags.owners[mark] = own + 1 + len(paragraphs)
            alt = b"/Alt" + literal(paragraph.alt) if paragraph.alt else b""
            kids = b" ".join(b"%d" % mark for mark in paragraph.marks)
            paragraphs.append(
                b"<</S/%b/P %d 0 R/Pg %d 0 R/K[%b]%b>>" % (paragraph.kind, own, page, kids, alt)
            )
        kids = references_to(range(own + 1, own + 1 + len(paragraphs)))
        title = literal(section.title)
        tags.elements.append(b"<</S/Sect/T%b/P %d 0 R/K[%b]>>" % (title, document, kids))
        tags.elements.extend(paragraphs)
    return tags


def tag_tree(pages: list[PageTags], *, tree: int, parents: int, document: int) -> list[bytes]:
    """Write the three objects above the pages: the tree, who owns each mark, the document."""
    owners = b"".join(b"%d[%b]" % (i, references_to(page.owners)) for i, page in enumerate(pages))
    sections = [section for page in pages for section in page.sections]
    return [
        b"<</Type/StructTreeRoot/K %d 0 R/ParentTree %d 0 R>>" % (document, parents),
        b"<</Nums[%b]>>" % owners,
        b"<</S/Document/P %d 0 R/K[%b]>>" % (tree, references_to(sections)),
    ]
