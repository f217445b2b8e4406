#!/usr/bin/env bash
# Renew both lock files. Versions younger than a week are left out: most bad ones are found by then.
set -euo pipefail
cd "$(dirname "$0")/.."
bash scripts/setup.sh packages
young=$(date -u -d '7 days ago' +%Y-%m-%d 2>/dev/null || date -u -v-7d +%Y-%m-%d)
compile() {
  .venv/tools/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
    --no-header --upgrade --exclude-newer "$young" "$@"
}
compile pyproject.toml --group dev -o requirements.lock
compile scripts/tools.in -o scripts/tools.lock
