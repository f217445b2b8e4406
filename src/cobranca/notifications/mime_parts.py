"""Takes a stranger's message apart, with a bound on every count and length.

Python's `email` follows whatever a message says, parts in parts without end among it. Of a message
that came back only a few things matter: the fields of the heads, the texts, the delivery status,
the head of the mail that it returns. This reads those, in time that grows with the bytes.
"""

from __future__ import annotations

import binascii
import quopri
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Of a message. What lies beyond is not read.
MESSAGE_BYTES_MAX = 2 * 1024 * 1024
HEAD_BYTES_MAX = 64 * 1024
FIELDS_MAX = 300
FIELD_CHARS_MAX = 4000
PARTS_MAX = 50
DEPTH_MAX = 6
#: Of the text of one part.
TEXT_BYTES_MAX = 64 * 1024

_BOUNDARY = re.compile(r"boundary(?:\*\d{0,2}\*?)?\s?=\s?(?:\"([^\"]{0,200})\"|([^\s;\"]{1,200}))")
_CHARSET = re.compile(
    r"charset(?:\*\d?\*?)?\s?=\s?\"?(?:[\w-]{0,30}'\w{0,10}')?([\w.:-]{1,40})", re.IGNORECASE
)
_ENCODED = re.compile(r"=\?([\w.:-]{1,40})(?:\*[\w-]{1,20})?\?([bBqQ])\?([^?\s]{0,1000})\?=")
_BETWEEN = re.compile(r"(\?=)[ \t]{1,10}(?==\?)")
_TAG = re.compile(r"<[^<>]{0,500}>")
_ENTITIES = {"&nbsp;": " ", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "&amp;": "&"}
#: Decoders that only map bytes. Others of Python's unpack archives or take quadratic time.
_CHARSETS = re.compile(
    r"utf-?(?:8|16(?:le|be)?)|(?:us-)?ascii|iso-?8859-?\d{1,2}|latin-?\d|windows-?125\d|cp\d{3,4}"
    r"|koi8-[ru]|gb(?:2312|k|18030)|big5|shift[_-]?jis|euc-(?:jp|kr)|iso-2022-jp|macintosh"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a message, with the fields of its head."""

    #: Such as text/plain, in lower case.
    kind: str
    #: By their name in lower case, the first of each name; encoded words decoded.
    fields: dict[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""

    def field(self, name: str) -> str:
        """Return a field's value in one line, or an empty text."""
        return self.fields.get(name.lower(), "")

    @property
    def text(self) -> str:
        """What the part says, decoded as far as it can be, with LF at line ends."""
        text = decoded(self.content(TEXT_BYTES_MAX), self.field("content-type"))
        return _plain(text) if self.kind == "text/html" else text

    def content(self, bytes_max: int) -> bytes:
        """Return the bytes that the part stands for, at most so many."""
        encoding = self.field("content-transfer-encoding").strip().lower()
        if encoding == "base64":
            return _from_base64(self.body[: bytes_max * 3 // 2])[:bytes_max]
        if encoding == "quoted-printable":
            return quopri.decodestring(self.body[: bytes_max * 3])[:bytes_max]
        return self.body[:bytes_max]


def read_parts(content: bytes) -> list[Part]:
    """Return the message itself and the parts in it, in their order, as far as the bounds reach.

    A mail that the message returns is one part, and is not looked into.
    """
    whole = content[:MESSAGE_BYTES_MAX].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    found: list[Part] = []
    _collect(whole, found, depth=0)
    return found


def read_fields(head: bytes) -> dict[str, str]:
    """Return the fields of a head: the first of each name, unfolded and decoded."""
    fields: dict[str, str] = {}
    for name, value in _raw_fields(head):
        if name not in fields:
            fields[name] = decode_words(" ".join(value.split()))
    return fields


def read_groups(body: bytes, groups_max: int = PARTS_MAX) -> list[dict[str, str]]:
    """Return the groups of fields of a delivery status, which blank lines part."""
    groups = re.split(rb"\n[ \t]{0,20}\n", body[:TEXT_BYTES_MAX], maxsplit=groups_max)
    return [fields for group in groups[:groups_max] if (fields := read_fields(group.strip()))]


def decode_words(value: str) -> str:
    """Return a field's value with its encoded words (RFC 2047) decoded."""
    if "=?" not in value:
        return value
    return _ENCODED.sub(_decode_word, _BETWEEN.sub(r"\1", value))


def decoded(octets: bytes, content_type: str = "") -> str:
    """Return a text in the charset that its type names, or in the likeliest."""
    named = _CHARSET.search(content_type)
    charsets = [named[1].lower()] if named and _CHARSETS.fullmatch(named[1].lower()) else []
    for charset in (*charsets, "utf-8"):
        try:
            return octets.decode(charset)
        except (UnicodeDecodeError, LookupError):
            continue
    multibyte = bool(charsets) and not re.match(
        r"iso-?8859|latin|windows|us-|ascii|utf-?8", charsets[0]
    )
    return octets.decode(charsets[0] if multibyte else "cp1252", "replace")


def _collect(content: bytes, found: list[Part], *, depth: int) -> None:
    head, body = _split_head(content)
    fields = read_fields(head)
    declared = fields.get("content-type", "")
    kind = declared.partition(";")[0].strip().lower() or "text/plain"
    found.append(Part(kind=kind, fields=fields, body=body))
    boundary = _boundary(declared) if kind.startswith("multipart/") else b""
    if not boundary or depth >= DEPTH_MAX:
        return
    pieces = _pieces(body, boundary)
    if not pieces:
        # Cut off, or cut wrongly: what is there is read as a text.
        found.append(Part(kind="text/plain", body=body))
    for piece in pieces:
        if len(found) >= PARTS_MAX:
            return
        _collect(piece, found, depth=depth + 1)


def _split_head(content: bytes) -> tuple[bytes, bytes]:
    if content.startswith(b"\n"):
        return b"", content[1:]
    head, _, body = content.partition(b"\n\n")
    return head[:HEAD_BYTES_MAX], body


def _boundary(content_type: str) -> bytes:
    """Return the boundary, also when RFC 2231 has cut it into pieces."""
    pieces = [quoted or bare for quoted, bare in _BOUNDARY.findall(content_type[:FIELD_CHARS_MAX])]
    return "".join(pieces[:10]).encode("utf-8", "replace").rstrip()


def _pieces(body: bytes, boundary: bytes) -> list[bytes]:
    """Return what lies between the boundaries, the last one also when its end is missing."""
    # One boundary may begin as another one, inside, does.
    line = rb"\n--" + re.escape(boundary) + rb"(?=--|[ \t]{0,20}(?:\n|\Z))"
    pieces = re.split(line, b"\n" + body, maxsplit=PARTS_MAX + 1)[1:]
    kept: list[bytes] = []
    for piece in pieces:
        if piece.startswith(b"--"):
            break
        kept.append(piece.partition(b"\n")[2])
    return kept


def _raw_fields(head: bytes) -> Iterator[tuple[str, str]]:
    name, value = "", ""
    for line in head[:HEAD_BYTES_MAX].split(b"\n", FIELDS_MAX)[:FIELDS_MAX]:
        text = decoded(line[:FIELD_CHARS_MAX])
        if text[:1] in {" ", "\t"}:
            if len(value) < FIELD_CHARS_MAX:
                value += f" {text}"
            continue
        if name:
            yield name, value[:FIELD_CHARS_MAX]
        name, colon, value = text.partition(":")
        name = name.strip().lower() if colon else ""
    if name:
        yield name, value[:FIELD_CHARS_MAX]


def _decode_word(word: re.Match[str]) -> str:
    charset, encoding, text = word[1], word[2].lower(), word[3]
    if encoding == "b":
        octets = _from_base64(text.encode("ascii", "replace"))
    else:
        octets = quopri.decodestring(text.replace("_", " ").encode("ascii", "replace"), header=True)
    return decoded(octets, f"charset={charset}")


def _from_base64(text: bytes) -> bytes:
    clean = re.sub(rb"[^A-Za-z0-9+/]", b"", text)
    try:
        return binascii.a2b_base64(clean[: len(clean) // 4 * 4] + _rest(clean))
    except binascii.Error:
        return b""


def _rest(clean: bytes) -> bytes:
    """Return the last letters with the padding that makes them whole."""
    rest = clean[len(clean) // 4 * 4 :]
    return rest + b"=" * (4 - len(rest)) if len(rest) > 1 else b""


def _plain(html: str) -> str:
    """Return the words of HTML; what it is set in does not matter."""
    text = _TAG.sub(" ", html)
    for entity, character in _ENTITIES.items():
        text = text.replace(entity, character)
    return text
