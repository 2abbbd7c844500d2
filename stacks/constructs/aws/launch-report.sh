#!/bin/bash
# Tells the autoscaling group at each boot how it went: a machine that became ready is used or kept warm, any other is replaced.
set -uo pipefail
# @settings@
# shellcheck disable=SC2154 # they stand there
readonly metadata=http://169.254.169.254/latest attempts_max=4

# cloud-init runs this before the program of the first boot, and waits for it.
if [[ ${1-} != watch ]]; then
  exec systemd-run --quiet --collect --unit=evenkeel-launch-report "$(readlink -f "$0")" watch
fi

ask() { curl --noproxy '*' -fsS --max-time 5 "$@"; }

# The certificate is the machine's own and names no loopback address.
ready() { ask -k -o /dev/null "https://127.0.0.1:$port/readyz" 2>/dev/null; }

about() { ask -H "X-aws-ec2-metadata-token: $token" "$metadata/meta-data/$1"; }

report() { # RESULT
  token=$(ask -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' "$metadata/api/token") &&
    instance=$(about instance-id) && region=$(about placement/region) &&
    aws autoscaling complete-lifecycle-action --region "$region" --instance-id "$instance" \
      --auto-scaling-group-name "$group" --lifecycle-hook-name "$hook" --lifecycle-action-result "$1"
}

result=ABANDON
deadline=$((SECONDS + seconds_max))
while ((SECONDS < deadline)); do
  if ready; then
    result=CONTINUE
    break
  fi
  sleep 1
done
echo "evenkeel: $result" >&2
# After a restart that the group knows nothing of, it waits for no answer and refuses this one.
for ((attempt = 1; attempt <= attempts_max; attempt++)); do
  report "$result" && exit
  sleep $((2 ** attempt))
done
exit 1
