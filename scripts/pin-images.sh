#!/usr/bin/env bash
# Pin the images of the compose files, the manifests and the Dockerfile by digest, as the registry
# gives it now for the version that stands there. Again renews the digests. Needs one of docker
# (buildx), skopeo or crane; whatever is not answered stays as it is, and fails the run.
set -euo pipefail
cd "${1:-$(dirname "$0")/..}"

digest_of() {
  if command -v skopeo >/dev/null; then
    timeout 60 skopeo inspect --format '{{.Digest}}' "docker://docker.io/library/$1"
  elif command -v crane >/dev/null; then
    timeout 60 crane digest "$1"
  else
    timeout 60 docker buildx imagetools inspect "$1" --format '{{.Manifest.Digest}}'
  fi
}

files=(docker-compose.yml docker-compose.proxy.yml deploy/Dockerfile deploy/kubernetes/proxy.yaml)
failed=0
# Names without a folder are the official ones; ours has no version.
for image in $(sed -nE 's/^ *(image:|- image:|FROM) ([a-z]+:[0-9][^ @]*).*/\2/p' "${files[@]}" | sort -u); do
  digest=$(digest_of "$image" 2>/dev/null || true)
  if [[ $digest =~ ^sha256:[0-9a-f]{64}$ ]]; then
    sed -E -i.bak "s|$image(@sha256:[0-9a-f]{64})?|$image@$digest|" "${files[@]}"
    echo "$image@$digest"
  else
    echo "$image: no digest; is there docker, skopeo or crane, and does the registry answer?" >&2
    failed=1
  fi
done
rm -f "${files[@]/%/.bak}"
exit "$failed"
