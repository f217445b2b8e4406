"""Runs pycobranca in a Python of its own: JSON in, its figures as a line of JSON and a file out.

It is started by `other_writer` with a Python that has that library, and none of this project.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
import time
import warnings


def main() -> None:
    """Write the remittance, or read the return file, that standard input asks for."""
    warnings.simplefilter("ignore")
    wish = json.load(sys.stdin)
    begun = time.process_time()
    written = b""
    if "read" in wish:
        from pycobranca.cnab import Retorno  # pyright: ignore[reportMissingImports]

        count = len(Retorno.ler(wish["read"]))
    else:
        from pycobranca import cnab  # pyright: ignore[reportMissingImports]

        titles = [cnab.Pagamento(**_dated(title)) for title in wish["titles"]]
        begun = time.process_time()
        file = getattr(cnab, wish["class"])(pagamentos=titles, **_dated(wish["account"]))
        written = file.gera_arquivo().encode("latin-1")
        count = len(titles)
    seconds = time.process_time() - begun
    head = json.dumps({"count": count, "seconds": seconds}).encode()
    sys.stdout.buffer.write(head + b"\n" + written)


def _dated(values: dict[str, object]) -> dict[str, object]:
    """Turn the values of dates into dates."""
    return {
        name: dt.date.fromisoformat(str(value))
        if value and name.startswith("data_") and not name.endswith("_fixa")
        else value
        for name, value in values.items()
    }


if __name__ == "__main__":
    main()
