#!/bin/sh
# Make what the containers share as secrets, once: random, and kept in their volume only.
set -eu
umask 022 # The volume itself is what keeps others out; PostgreSQL and NATS read as users of theirs.
cd /secrets

make_once() {
  [ -s "$1" ] || python3 -c 'import secrets; print(secrets.token_hex(24), end="")' >"$1"
}

make_once postgres_password
make_once nats_token
if [ -n "${COBRANCA_API_KEY:-}" ]; then
  printf '%s' "$COBRANCA_API_KEY" >api_key
else
  make_once api_key
fi
cat >nats.conf <<END
listen: "0.0.0.0:4222"
http: "127.0.0.1:8222"
server_name: "cobranca"
authorization { token: "$(cat nats_token)" }
jetstream { store_dir: "/store", max_memory_store: 64MB, max_file_store: 2GB }
END
