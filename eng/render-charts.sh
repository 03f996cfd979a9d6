#!/usr/bin/env bash
# Renders the chart with each committed value set, so that a change of the chart shows in review as what it does.
#
#   eng/render-charts.sh [FOLDER]     FOLDER: where to write, charts/pilot-city/rendered if not given
#
# default.yaml comes from values.yaml alone, NAME.yaml from examples/NAME.yaml on top of it.
# The Kubernetes version is fixed: the output depends on nothing but the chart.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
chart="$root/charts/pilot-city"
out="${1:-$chart/rendered}"
helm="${HELM:-}"
[ -n "$helm" ] || helm=$("$root/eng/install-helm.sh" | tail -n 1)

render() { # NAME [helm arguments]
  local name=$1
  shift
  "$helm" template pilot-city "$chart" --namespace pilot-city --kube-version 1.34.0 "$@" > "$out/$name.yaml.new"
  mv "$out/$name.yaml.new" "$out/$name.yaml"
}

mkdir -p "$out"
rm -f "$out"/*.yaml
render default
for values in "$chart"/examples/*.yaml; do
  render "$(basename "$values" .yaml)" --values "$values"
done
