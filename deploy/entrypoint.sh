#!/bin/sh
# Turn the files of /secrets into the settings, unless the environment gives them, then run.
set -eu

folder=${SECRETS:-/secrets}

# Print a secret. One that is there and cannot be used is a slip, not a wish to do without it.
secret() {
  if [ ! -r "$folder/$1" ]; then
    echo "$folder/$1 cannot be read by uid $(id -u): give it to that account, with mode 0400." >&2
    exit 1
  fi
  if [ -z "$(tr -d '[:space:]' <"$folder/$1")" ]; then
    echo "$folder/$1 is empty: write the secret into it, or remove the file." >&2
    exit 1
  fi
  cat "$folder/$1"
}

if [ -z "${DATABASE_URL:-}" ] && [ -n "${COBRANCA_DATABASE_HOST:-}" ]; then
  word=$(secret postgres_password)
  DATABASE_URL="postgresql://cobranca:$word@$COBRANCA_DATABASE_HOST/cobranca"
  export DATABASE_URL
fi
if [ -z "${NATS_URL:-}" ] && [ -n "${COBRANCA_NATS_HOST:-}" ]; then
  word=$(secret nats_token)
  NATS_URL="nats://$word@$COBRANCA_NATS_HOST"
  export NATS_URL
fi
# A key in the environment, an empty one too, is judged by the product itself.
if [ -z "${COBRANCA_API_KEY+set}" ] && [ -e "$folder/api_key" ]; then
  COBRANCA_API_KEY=$(secret api_key)
  export COBRANCA_API_KEY
fi
unset -v word COBRANCA_DATABASE_HOST COBRANCA_NATS_HOST # They are no settings.
exec "$@"
