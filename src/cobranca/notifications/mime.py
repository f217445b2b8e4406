"""How text and bytes travel in a mail: encoded words, quoted-printable and base64, made for speed.

Python's email package can do all of it at some 1,500 mails a second on one core, too few here.
The tests read every result back with that package.
"""

from __future__ import annotations

import re
from binascii import b2a_base64, b2a_qp

import numpy as np

#: A line holding an encoded word may have 76 characters (RFC 2047 section 2), the longest field
#: name before one is "Subject: ", and 12 characters frame the word: 39 octets become 52.
_WORD_OCTETS = 39
_PHRASE_LENGTH_MAX = 60
_LINE_LENGTH = 76
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/?^_`{|}~-]+)*")
_SPACED = re.compile(r"[!-~]+(?: [!-~]+)*")
_QP_PLAIN = re.compile(r"[!-<>-~](?:[ -<>-~]{0,60}[!-<>-~])?")


def encode_phrase(text: str) -> str:
    """Return a display name as a header field carries it, folded; "" for an empty one."""
    if len(text) > _PHRASE_LENGTH_MAX or not text.isascii() or "=?" in text:
        return _encode_words(text)
    if not text or _ATOMS.fullmatch(text):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def encode_unstructured(text: str) -> str:
    """Return the text of a field such as Subject, as encoded words where that is needed."""
    if len(text) <= _PHRASE_LENGTH_MAX and "=?" not in text and _SPACED.fullmatch(text):
        return text
    return _encode_words(text)


def quote_printable(text: str) -> bytes:
    """Return text (LF) as quoted-printable lines (CRLF) of at most 76 characters.

    It begins at the first column. Its last line leaves room for the `=` of a soft line break.
    """
    if _QP_PLAIN.fullmatch(text):
        return text.encode("ascii")
    encoded = b2a_qp(text.encode())
    if len(encoded) - encoded.rfind(b"\n") - 1 == _LINE_LENGTH:
        # b2a_qp fills the last line to the brim, always with a character that stands for itself.
        encoded = encoded[:-1] + b"=\n" + encoded[-1:]
    return encoded.replace(b"\n", b"\r\n")


def encode_base64(content: bytes) -> bytes:
    """Return base64 in lines of 76 characters, each but the last ended by CRLF."""
    encoded = b2a_base64(content, newline=False)
    rows = len(encoded) // _LINE_LENGTH
    whole = rows * _LINE_LENGTH
    if rows == 0:
        return encoded
    # One strided copy: slicing line by line took twice as long for a PDF of 5 KB.
    lines = np.empty((rows, _LINE_LENGTH + 2), np.uint8)
    lines[:, :_LINE_LENGTH] = np.frombuffer(encoded, np.uint8, whole).reshape(rows, _LINE_LENGTH)
    lines[:, _LINE_LENGTH] = 13
    lines[:, _LINE_LENGTH + 1] = 10
    if whole == len(encoded):
        return lines.tobytes()[:-2]
    return lines.tobytes() + encoded[whole:]


def _encode_words(text: str) -> str:
    octets = text.encode()
    words: list[str] = []
    start = 0
    while start < len(octets):
        end = min(start + _WORD_OCTETS, len(octets))
        # A word must hold whole characters: step back from a continuation octet.
        while end < len(octets) and octets[end] & 0xC0 == 0x80:
            end -= 1
        encoded = b2a_base64(octets[start:end], newline=False).decode()
        words.append(f"=?utf-8?B?{encoded}?=")
        start = end
    return "\r\n ".join(words)
