"""An SMTP server for one question: when did each envelope arrive? The kernel's answer, not ours.

A busy machine lets a reader wait; the time at which the kernel took a packet is not late with it.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from typing import Self

#: Linux: `SO_TIMESTAMPING` with software stamps of what is received, as (seconds, nanoseconds).
_SO_TIMESTAMPING, _RECEIVED, _SOFTWARE = 37, 1 << 3, 1 << 4
_SILENT_S, _PERIOD_S = 0.3, 1.5
_STAMP = struct.Struct("qq")


class StampingSink:
    """Accepts every mail; `stamps_s` are the instants of MAIL FROM, of the realtime clock.

    It answers nothing for a while now and then: whoever sends what piled up at once is found out.
    """

    def __init__(self) -> None:
        """Listen on the loopback address."""
        self.stamps_s: list[float] = []
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=[connection], daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        flags = _RECEIVED | _SOFTWARE
        connection.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPING, flags)
        with connection, contextlib.suppress(OSError):
            connection.sendall(b"220 sink\r\n")
            text, in_content = b"", False
            while True:
                piece, ancillary, _, _ = connection.recvmsg(65536, 256)
                if not piece:
                    return
                text += piece
                answers = b""
                while (end := text.find(b"\r\n.\r\n" if in_content else b"\r\n")) >= 0:
                    line, text = text[:end], text[end + (5 if in_content else 2) :]
                    if not in_content and line.startswith(b"MAIL"):
                        self.stamps_s.append(_instant_s(ancillary))
                    in_content = not in_content and line == b"DATA"
                    answers += b"354 go\r\n" if in_content else b"250 PIPELINING\r\n"
                time.sleep(max(0.0, _SILENT_S - time.monotonic() % _PERIOD_S))
                connection.sendall(answers)


def _instant_s(ancillary: list[tuple[int, int, bytes]]) -> float:
    """Return when a packet came; the kernel may leave the first ones of all without a stamp."""
    if not ancillary:
        return time.time()
    seconds, nanoseconds = _STAMP.unpack_from(ancillary[0][2])
    return seconds + nanoseconds / 1e9
