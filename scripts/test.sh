#!/usr/bin/env bash
# The page's tests, then pytest, whose closing line comes last. PYTEST_ARGS are passed on.
set -uo pipefail
cd "$(dirname "$0")/.."
. scripts/node.sh
. scripts/chromium.sh

failed=0
if [ -f web/package.json ]; then
  npm --prefix web run --silent test || failed=1
fi
# Two processes, a file's tests together: its fixtures are made once. Ten minutes are usual.
limit=()
command -v timeout >/dev/null && limit=(timeout --foreground --kill-after=60 45m) # Ctrl-C reaches the tests, too.
${limit[@]+"${limit[@]}"} .venv/bin/python -m pytest -n 2 --dist loadfile ${PYTEST_ARGS:-} || failed=$?
exit "$failed"
