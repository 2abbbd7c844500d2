#!/bin/bash
# User data of every machine, on all three clouds: writes what the stack says, then runs the release. Harmless when run again.
set -euo pipefail
umask 027
readonly etc=/etc/evenkeel

# Values travel as base64, so that none of them can end a quotation or start a command here.
text() { base64 -d <<<"$1"; }

# setting FILE NAME BASE64: systemd and the shell both read "..." with a backslash before \ " $ and `.
setting() {
  local value
  value=$(text "$3" && printf .) # the dot keeps newlines at the end
  value=${value%.}
  value=${value//\\/\\\\}
  value=${value//\"/\\\"}
  value=${value//\$/\\\$}
  value=${value//\`/\\\`}
  printf '%s="%s"\n' "$2" "$value" >>"$etc/$1.new"
}

# file PATH BASE64
file() {
  install -d "$(dirname "$1")"
  text "$2" >"$1.new"
  chgrp evenkeel "$1.new"
  chmod 0640 "$1.new"
  mv "$1.new" "$1"
}

getent passwd evenkeel >/dev/null ||
  useradd --system --user-group --home-dir /var/lib/evenkeel --shell /usr/sbin/nologin evenkeel
install -d -m 0750 -g evenkeel "$etc"
rm -f "$etc"/*.env.new
touch "$etc/machine.env.new" "$etc/service.env.new"
# @settings@
# The service has them in its environment anyway, and the unit that fetches its identity runs as the service does.
chgrp evenkeel "$etc"/*.env.new
chmod 0640 "$etc"/*.env.new
for name in machine service; do mv "$etc/$name.env.new" "$etc/$name.env"; done
# @files@

cat >/usr/local/sbin/evenkeel-release.new <<'EVENKEEL_RELEASE'
# @evenkeel-release@
EVENKEEL_RELEASE
chmod 0755 /usr/local/sbin/evenkeel-release.new
mv /usr/local/sbin/evenkeel-release.new /usr/local/sbin/evenkeel-release

# @install@
