#!/usr/bin/env bash
# Fill .venv: `packages` (Python and the locked packages), `project` (Cobrança itself); make the
# `wheel`, and from it a `product FOLDER`, as it ships.
# Needs Python 3.11 or later and the package index; uv does the work and is fetched first.
set -euo pipefail
cd "$(dirname "$0")/.."
umask 022 # Another account runs PostgreSQL when root runs Cobrança; it must read the programs.

venv=.venv
tools=$venv/tools

say() { printf '%s\n' "$*" >&2; }
fail() {
  say "$*"
  exit 1
}

find_python() {
  local candidate
  for candidate in "${PYTHON:-}" python3 python3.13 python3.12 python3.11 python3.14; do
    [ -n "$candidate" ] && command -v "$candidate" >/dev/null || continue
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$candidate"
      return
    fi
  done
  fail "Python 3.11 or later is needed and none of python3, python3.13, python3.12, python3.11 is." \
    "Install one, or name it: make setup PYTHON=/path/to/python3"
}

# Print the way to be root without a question, or fail.
root_prefix() {
  if [ "$(id -u)" = 0 ]; then
    printf 'env'
  else
    command -v sudo >/dev/null && sudo -n true 2>/dev/null && printf 'sudo -n'
  fi
}

# Install uv by pip, whichever pip there is: the system's, a virtual environment's, or apt's.
install_uv() {
  local python=$1 root
  say "Installing uv ..."
  if "$python" -m pip --version >/dev/null 2>&1; then
    pip_to_tools "$python"
  elif "$python" -m venv "$venv/pip" >/dev/null 2>&1; then
    pip_to_tools "$venv/pip/bin/python"
    rm -rf "$venv/pip"
  elif command -v apt-get >/dev/null && root=$(root_prefix); then
    rm -rf "$venv/pip"
    say "This Python has no pip; installing python3-pip with apt ..."
    $root apt-get update -qq >&2
    $root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-pip python3-venv >&2
    "$python" -m pip --version >/dev/null 2>&1 || fail "$python still has no pip. Install it."
    pip_to_tools "$python"
  else
    rm -rf "$venv/pip"
    fail "$python has neither pip nor ensurepip. On Debian and Ubuntu: apt install python3-venv"
  fi
}

pip_to_tools() {
  rm -rf "$tools"
  awk '/^[^ #]/ { keep = /^uv==/ } keep' scripts/tools.lock >"$venv/uv.txt"
  "$1" -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes \
    --target "$tools" -r "$venv/uv.txt" 2> >(grep -v '^WARNING: ' >&2)
}

uv() { VIRTUAL_ENV=$PWD/$venv "$tools/bin/uv" "$@"; }

packages() {
  local python wanted
  if [ -x $venv/bin/python ] && $venv/bin/python -c '' 2>/dev/null; then
    python=$PWD/$venv/bin/python
  else
    python=$(find_python)
  fi
  mkdir -p $venv
  wanted=$(sed -n 's/^uv==\([0-9.]*\).*/uv \1/p' scripts/tools.lock)
  case "$($tools/bin/uv --version 2>/dev/null || true) " in
    "$wanted "*) ;;
    *) install_uv "$python" ;;
  esac
  if [ "$python" != "$PWD/$venv/bin/python" ]; then
    say "Making $venv with $($python --version) ..."
    uv venv --quiet --allow-existing --python "$python" $venv
  fi
  say "Installing the locked packages ..."
  # Compiled now: five processes start at once, and may not be able to keep what they compile.
  uv pip install --quiet --compile-bytecode --require-hashes -r requirements.lock
}

project() {
  uv pip install --quiet --no-deps --build-constraints scripts/tools.lock -e .
  $venv/bin/python -m compileall -q src/cobranca
}

wheel() {
  rm -rf dist
  uv build --quiet --wheel --build-constraints scripts/tools.lock --out-dir dist
  say "Made $(ls dist/*.whl)"
}

# Make an environment of the wheel alone, at the locked versions and hashes, without our tools.
product() {
  uv venv --quiet --clear --python $venv/bin/python "$1"
  uv pip install --quiet --python "$1/bin/python" --compile-bytecode \
    --constraints requirements.lock dist/*.whl
}

case "${1:-}" in
  packages | project | wheel) "$1" ;;
  product) product "${2:?the folder}" ;;
  *) fail "usage: scripts/setup.sh packages|project|wheel|product FOLDER" ;;
esac
