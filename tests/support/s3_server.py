"""A real S3 server, SeaweedFS from its wheel, in a folder of its own."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Self

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from cobranca.supervisor.embedded.child_process import end, open_log, spawn
from tests.support.product import free_port, wait_for

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Sequence

ACCESS_KEY, SECRET_KEY = "test-key", "test-secret"
_ACTIONS = ["Admin", "Read", "Write", "List", "Tagging"]
_SERVICES = ("master", "volume", "filer", "s3")
_PORTS = [f"{name}.port{kind}" for name in _SERVICES for kind in ("", ".grpc")]
_START_TIMEOUT_S = 60
_TO_LOG = ("-logtostderr=true",)
_OFF = {
    "master.electionTimeout": "1s",
    "master.telemetry": "false",
    "s3.iam": "false",
    "s3.port.iceberg": 0,
    "s3.port.lance": 0,
}


class S3Server:
    """One server and one bucket. Use as a context manager, or call `start` and `stop`.

    A server that was killed and is started again has the same address and the same objects.
    """

    def __init__(
        self,
        folder: Path,
        *,
        host: str = "127.0.0.1",
        bucket: str = "cobranca",
        inside: Sequence[str] = (),
    ) -> None:
        """Prepare; `inside` stands before the command (`ip netns exec NAME`)."""
        self._folder = folder.absolute()
        self._host = host
        self._inside = tuple(inside)
        self._ports = dict(zip(_PORTS, _distinct_ports(len(_PORTS)), strict=True))
        self._process: subprocess.Popen[bytes] | None = None
        self.bucket = bucket

    @property
    def url(self) -> str:
        """The endpoint."""
        return f"http://{self._host}:{self._ports['s3.port']}"

    @property
    def env(self) -> dict[str, str]:
        """What a process needs to keep its objects here."""
        return {"COBRANCA_STORAGE_URL": f"s3://{self.bucket}/test", **self.access(self.url)}

    @staticmethod
    def access(endpoint: str) -> dict[str, str]:
        """Return the provider's own variables, for this server or for a proxy before it."""
        return {
            "AWS_ENDPOINT": endpoint,
            "AWS_ALLOW_HTTP": "true",
            "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        }

    def store(self, prefix: str | None = "test") -> S3Store:
        """Return the product's objects, as a test reads them."""
        return S3Store(
            self.bucket,
            prefix=prefix,
            endpoint=self.url,
            access_key_id=ACCESS_KEY,
            secret_access_key=SECRET_KEY,
            region="us-east-1",
            client_options={"allow_http": True},
            retry_config={"max_retries": 0},
        )

    def read(self, path: str) -> bytes:
        """Return an object of the product."""
        return bytes(obstore.get(self.store(), path).bytes())

    def __enter__(self) -> Self:
        """Start the server."""
        self.start()
        return self

    def __exit__(self, *exc: object) -> None:
        """Stop the server."""
        self.stop()

    def start(self) -> None:
        """Start, and wait until an object was stored; the bucket is made on the way."""
        self._folder.mkdir(parents=True, exist_ok=True)
        identity = {
            "name": "test",
            "credentials": [{"accessKey": ACCESS_KEY, "secretKey": SECRET_KEY}],
            "actions": _ACTIONS,
        }
        identities = self._folder / "identities.json"
        identities.write_text(json.dumps({"identities": [identity]}))
        options = {"ip": self._host, "dir": self._folder, "s3.config": identities}
        given = {**options, **_OFF, **self._ports}
        flags = ["-filer", "-s3", *(f"-{name}={value}" for name, value in given.items())]
        with open_log(self._folder / "server.log") as log:
            self._process = spawn(
                [*self._inside, Path(sys.executable).with_name("weed"), *_TO_LOG, "server", *flags],
                account=None,
                env={**os.environ, "HOME": str(self._folder)},
                cwd=self._folder,
                output=log,
                death_signal=signal.SIGKILL,
            )
        wait_for(self._stores, _START_TIMEOUT_S, f"S3 to store, see {self._folder}/server.log")

    def kill(self) -> None:
        """Kill without a chance to clean up."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(timeout=10)

    def stop(self) -> None:
        """Stop at once, with the sockets that it keeps outside of its folder."""
        if self._process is not None:
            end(self._process, ())
        for port in self._ports.values():
            for left in Path("/tmp").glob(f"seaweedfs-*-{port}.sock"):  # noqa: S108
                left.unlink(missing_ok=True)

    def _stores(self) -> bool:
        try:
            obstore.put(self.store(prefix=None), "started", b"yes")
        except (BaseError, OSError):
            return False
        return True


def _distinct_ports(count: int) -> set[int]:
    ports: set[int] = set()
    while len(ports) < count:
        ports.add(free_port())
    return ports
