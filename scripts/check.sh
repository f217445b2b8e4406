#!/usr/bin/env bash
# Every static check. All of them run; the exit code tells whether any failed.
set -uo pipefail
cd "$(dirname "$0")/.."
. scripts/node.sh

failed=()
check() {
  local name=$1
  shift
  printf '== %s\n' "$name"
  "$@" || failed+=("$name")
}

check "ruff" .venv/bin/ruff check --quiet .
check "ruff format" .venv/bin/ruff format --check --quiet .
check "import-linter" .venv/bin/lint-imports --no-cache
check "pyright" .venv/bin/pyright
check "eslint" npm --prefix web run --silent lint
check "tsc" npm --prefix web run --silent typecheck
check "licences" .venv/bin/python scripts/sbom.py
check "audit of packages" .venv/bin/python scripts/audit.py

if [ ${#failed[@]} -gt 0 ]; then
  printf 'Failed: %s\n' "$(IFS=,; echo "${failed[*]}")"
  exit 1
fi
echo "All checks passed."
