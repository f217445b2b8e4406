#!/bin/sh
# Turn the files of /secrets into the settings, unless the environment gives them, then run.
set -eu

secret() { [ -r "/secrets/$1" ] && cat "/secrets/$1"; }

if [ -z "${DATABASE_URL:-}" ] && [ -n "${COBRANCA_DATABASE_HOST:-}" ]; then
  DATABASE_URL="postgresql://cobranca:$(secret postgres_password)@$COBRANCA_DATABASE_HOST/cobranca"
  export DATABASE_URL
fi
if [ -z "${NATS_URL:-}" ] && [ -n "${COBRANCA_NATS_HOST:-}" ]; then
  NATS_URL="nats://$(secret nats_token)@$COBRANCA_NATS_HOST"
  export NATS_URL
fi
if [ -z "${COBRANCA_API_KEY:-}" ]; then
  unset COBRANCA_API_KEY
  if key=$(secret api_key); then
    export COBRANCA_API_KEY="$key"
  fi
fi
# An empty value in the compose file means "not set".
[ -n "${SMTP_URL:-}" ] || unset SMTP_URL
exec "$@"
