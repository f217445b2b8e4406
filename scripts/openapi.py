"""Write the API's OpenAPI document to the file named on the command line."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from cobranca.api import create_app
from cobranca.infra.settings import Settings


def main() -> None:
    """Write the document with its keys in the API's order, so that a change shows as a diff."""
    document = create_app(Settings()).openapi()
    text = json.dumps(document, indent=2, ensure_ascii=False)
    Path(sys.argv[1]).write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
