# Sourced: make sure that there is a Chromium for the browser test, by apt when this user may.
# COBRANCA_TEST_CHROMIUM names it; when it stays empty the browser test says why it is skipped.
find_chromium() {
  local name
  for name in "${COBRANCA_TEST_CHROMIUM:-}" chromium chromium-browser google-chrome; do
    [ -n "$name" ] && command -v "$name" && return
  done
  return 1
}

apt_as_root() {
  if [ "$(id -u)" = 0 ]; then
    env DEBIAN_FRONTEND=noninteractive apt-get "$@"
  else
    sudo -n env DEBIAN_FRONTEND=noninteractive apt-get "$@"
  fi
}

if ! find_chromium >/dev/null && command -v apt-get >/dev/null; then
  if [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; then
    echo "Installing Chromium for the browser test ..."
    apt_as_root update -qq && apt_as_root install -y -qq chromium >/dev/null ||
      echo "Chromium could not be installed."
  fi
fi
COBRANCA_TEST_CHROMIUM=$(find_chromium || true)
if [ -z "$COBRANCA_TEST_CHROMIUM" ]; then
  echo "There is no Chromium and this user may not install it: the browser test is skipped."
fi
export COBRANCA_TEST_CHROMIUM
