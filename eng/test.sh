#!/usr/bin/env bash
# ./city test [dotnet test options]: installs what the tests need (as root, by apt-get), builds, runs every test;
# the last line is "N passed, N failed" and the exit code is 0 only where nothing failed.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cd "$root"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

missing=()
compgen -G "/usr/lib/postgresql/*/bin/initdb" > /dev/null || missing+=(postgresql)
{ [ -x /usr/sbin/rabbitmq-server ] || [ -x /usr/lib/rabbitmq/bin/rabbitmq-server ]; } || missing+=(rabbitmq-server)
command -v unzip > /dev/null || missing+=(unzip)
command -v npm > /dev/null || missing+=(npm)
if [ ${#missing[@]} -gt 0 ]; then
  if [ "$(id -u)" -ne 0 ]; then
    echo "Missing: ${missing[*]}. Install them (apt-get install ${missing[*]}) or run as root." >&2
    exit 1
  fi
  echo "Installing ${missing[*]} …"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  # The packages would start their servers; the tests start their own.
  printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d.pilotcity && chmod +x /usr/sbin/policy-rc.d.pilotcity
  made_policy=
  if [ ! -e /usr/sbin/policy-rc.d ]; then mv /usr/sbin/policy-rc.d.pilotcity /usr/sbin/policy-rc.d; made_policy=1; else rm /usr/sbin/policy-rc.d.pilotcity; fi
  status=0
  apt-get install -y -qq --no-install-recommends "${missing[@]}" > /dev/null || status=$?
  [ -n "$made_policy" ] && rm -f /usr/sbin/policy-rc.d
  [ "$status" -eq 0 ] || { echo "apt-get could not install ${missing[*]}" >&2; exit "$status"; }
fi

echo "Restoring and building …"
dotnet restore PilotCity.slnx --locked-mode -v quiet
dotnet build PilotCity.slnx -c Release --no-restore -v quiet -nologo

log="$(mktemp)"
trap 'rm -f "$log"' EXIT
status=0
dotnet test PilotCity.slnx -c Release --no-build -nologo -v quiet -m:1 --logger "console;verbosity=minimal" "$@" 2>&1 | tee "$log" || status=$?

# Every test project closes with a line "Failed: 1, Passed: 20, …".
passed="$(grep -oE 'Passed: +[0-9]+' "$log" | grep -oE '[0-9]+' | awk '{ s += $1 } END { print s + 0 }')"
failed="$(grep -oE 'Failed: +[0-9]+' "$log" | grep -oE '[0-9]+' | awk '{ s += $1 } END { print s + 0 }')"
if [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; then failed=1; fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
