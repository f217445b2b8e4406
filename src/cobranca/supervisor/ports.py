"""Ports and addresses of this machine, as the supervisor needs them."""

from __future__ import annotations

import errno
import http.client
from urllib.parse import urlsplit

from cobranca.supervisor.embedded.child_process import StartError
from cobranca.supervisor.embedded.free_port import bound

_TAKEN = errno.EADDRINUSE
#: Addresses that mean "every interface", and where this machine reaches such a server itself.
_ANY = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 - read, not bound


def local_url(host: str, port: int) -> str:
    """Return the address at which this machine reaches a server bound to `host`."""
    near = _ANY.get(host, host)
    return f"http://[{near}]:{port}" if ":" in near else f"http://{near}:{port}"


def check_port(host: str, port: int, setting: str) -> None:
    """Raise StartError, naming the setting, when the port cannot be listened on."""
    try:
        with bound(host, port):
            return
    except PermissionError:
        reason = "needs rights that this user does not have"
    except OSError as error:
        reason = "is taken by another program" if error.errno == _TAKEN else f"fails ({error})"
    raise StartError(f"Port {port} {reason}: stop that program, or set {setting} to another port.")


def responds(url: str, key: str | None) -> bool:
    """Whether GET `url` answers 200 within two seconds."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=2.0)
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    try:
        connection.request("GET", parts.path, headers=headers)
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
