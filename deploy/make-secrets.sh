#!/bin/sh
# Make what the containers share as secrets, once: random, kept in volumes only, a volume for each
# that has to know. Runs as root, for each file belongs to the account that reads it, and only that
# account may (0400). A certificate of your own goes into the volume `tls`, else one is made to try.
set -eu
umask 077
cd "${SECRETS:-/secrets}"

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

# Keep a secret that is there; one that is empty or blank was meant to be something.
make_once() {
  if [ -e "$1" ]; then
    [ -n "$(tr -d '[:space:]' <"$1")" ] || fail "$PWD/$1 is empty: write the secret into it, or remove it to have one made."
  else
    python3 -c 'import secrets; print(secrets.token_hex(24), end="")' >"$1.partial"
    mv "$1.partial" "$1"
  fi
}

# give FOLDER UID FILE...: put the files into a folder, for that account alone.
give() {
  folder=$1 uid=$2
  shift 2
  mkdir -p "$folder"
  for file; do
    cp "$file" "$folder/$file.partial"
    chown "$uid:$uid" "$folder/$file.partial"
    chmod 0400 "$folder/$file.partial"
    mv -f "$folder/$file.partial" "$folder/$file"
  done
  chown "$uid:$uid" "$folder"
  chmod 0500 "$folder"
}

mkdir -p made
cd made
make_once postgres_password
make_once nats_token
if [ -n "${COBRANCA_API_KEY+set}" ]; then
  [ -n "$(printf '%s' "$COBRANCA_API_KEY" | tr -d '[:space:]')" ] || fail "COBRANCA_API_KEY is set and empty: give it a value, or take it away."
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

if [ ! -e ../tls/tls.crt ]; then
  # To try it with: browsers warn. For others, put the chain and the key of a real one there.
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 365 \
    -subj "/CN=${COBRANCA_NAME:-localhost}" \
    -addext "subjectAltName=DNS:${COBRANCA_NAME:-localhost},DNS:localhost,IP:127.0.0.1" \
    -keyout tls.key -out tls.crt 2>/dev/null || fail "openssl cannot make a certificate."
  give ../tls "${PROXY_UID:-99}" tls.crt tls.key
fi
give ../product "${PRODUCT_UID:-10001}" postgres_password nats_token api_key
give ../migrate "${PRODUCT_UID:-10001}" postgres_password
give ../postgresql "${POSTGRESQL_UID:-999}" postgres_password
give ../nats "${NATS_UID:-10002}" nats.conf
if [ -d /store ]; then
  chown "${NATS_UID:-10002}:${NATS_UID:-10002}" /store
fi
