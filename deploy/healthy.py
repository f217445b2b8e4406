"""Exit 0 when GET of the URL on the command line answers 200: a container's health check."""

import sys
import urllib.request

with urllib.request.urlopen(sys.argv[1], timeout=3) as answer:  # noqa: S310 - our own address
    sys.exit(answer.status != 200)
