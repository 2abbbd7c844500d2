#!/bin/bash
# User data of the monitoring host: fetches its programs, verifies them, and has its configuration kept as the bucket has it.
set -euo pipefail
umask 022

# tool NAME ARCHIVE SHA256 URL: from the bucket when somebody has put it there, else from its makers; the checksum decides.
tool() {
  local file
  file=$(mktemp)
  aws s3 cp --only-show-errors "s3://$bucket/tools/$2" "$file" 2>/dev/null ||
    curl --fail --silent --show-error --location --proto '=https' --proto-redir '=https' \
      --retry 5 --max-time 600 --output "$file" "$4"
  echo "$3  $file" | sha256sum --check --status || {
    echo "$2 is not what its makers published" >&2
    return 1
  }
  install -d "/opt/monitoring/$1"
  tar -xzf "$file" --strip-components 1 --no-same-owner -C "/opt/monitoring/$1"
  rm -f "$file"
}

# @settings@
# @tools@

install -d -m 0755 /etc/monitoring /opt/monitoring/host
echo "BUCKET=$bucket" >/etc/monitoring.env
aws s3 cp --only-show-errors "s3://$bucket/host/renew.sh" /opt/monitoring/host/renew.sh
bash /opt/monitoring/host/renew.sh "$bucket"
