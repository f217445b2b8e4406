"""What people send instead of a CSV, told by its first bytes."""

from __future__ import annotations

import re
from typing import Final

_MAGIC: Final = {
    b"PK\x03\x04": "uma planilha .xlsx ou um arquivo zip",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "uma planilha .xls",
    b"%PDF-": "um PDF",
    b"\x1f\x8b": "um arquivo comprimido",
    b"7z\xbc\xaf": "um arquivo comprimido",
    b"Rar!": "um arquivo comprimido",
    b"BZh": "um arquivo comprimido",
    b"\x28\xb5\x2f\xfd": "um arquivo comprimido",
    b"\x89PNG": "uma imagem",
    b"\xff\xd8\xff": "uma imagem",
    b"GIF8": "uma imagem",
    b"{\\rtf": "um documento RTF",
    b"\xff\xfe\x00\x00": "um texto em UTF-32",
    b"\x00\x00\xfe\xff": "um texto em UTF-32",
}
_MARKUP: Final = re.compile(rb"<(?:!doctype|!--|[?/]?[a-z])", re.IGNORECASE)
_HTML: Final = re.compile(rb"(?i)<(?:!doctype html|html|head|body|table|meta|style|div)\b")
_JSON: Final = re.compile(rb"\[?\s*\{\s*[\"}]")


def kind_of(head: bytes) -> str | None:
    """Say in Portuguese what a file is that is no CSV; None when it may be one."""
    for magic, kind in _MAGIC.items():
        if head.startswith(magic):
            return kind
    text = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if _MARKUP.match(text):
        is_html = _HTML.search(text)
        return "uma página HTML (com nome de planilha)" if is_html else "um arquivo XML"
    return "um arquivo JSON" if _JSON.match(text) else None
