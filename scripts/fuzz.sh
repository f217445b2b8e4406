#!/usr/bin/env bash
# Every property test again and again, each round with new random inputs and ten times as many, until
# the minutes are over. The first that fails ends it, with the inputs and the seed that show it.
set -uo pipefail
cd "$(dirname "$0")/.."
minutes=${1:-10}
ends=$((SECONDS + minutes * 60))
round=0
while ((SECONDS < ends)); do
  round=$((round + 1))
  seed=$((RANDOM * 32768 + RANDOM))
  echo "Round $round, --hypothesis-seed=$seed"
  limit=()
  command -v timeout >/dev/null && limit=(timeout --foreground "$((ends - SECONDS))")
  ${limit[@]+"${limit[@]}"} .venv/bin/python -m pytest -m hypothesis -q -n 2 \
    --hypothesis-profile=fuzz --hypothesis-seed="$seed" --maxfail=1 --no-header
  ended=$?
  ((ended == 0 || ended == 124)) || exit "$ended"
done
echo "$round rounds in $minutes minutes found nothing."
