#!/bin/bash
# renew.sh BUCKET: brings units and configuration to what the bucket has, if Prometheus and Alertmanager accept it. Every five minutes.
set -euo pipefail
umask 022
readonly bucket=$1 now=/opt/monitoring/host new=/opt/monitoring/host.new

rm -rf "$new"
aws s3 sync --only-show-errors "s3://$bucket/host/" "$new"
if diff -r "$new" "$now" >/dev/null 2>&1; then exit 0; fi

/opt/monitoring/prometheus/promtool check config --syntax-only "$new/prometheus.yml"
/opt/monitoring/prometheus/promtool check rules "$new/rules.yml"
/opt/monitoring/alertmanager/amtool check-config "$new/alertmanager.yml"

cp "$new"/*.yml "$new/grafana.ini" /etc/monitoring/
rm -rf /etc/monitoring/grafana
cp -r "$new/grafana" /etc/monitoring/grafana
# Put there by hand (docs/first-deploy.md): no template has a key in it.
if [[ -d $new/tls ]]; then
  chmod 0700 "$new/tls"
  install -d -m 0700 /etc/monitoring/tls
  install -m 0600 "$new"/tls/*.pem /etc/monitoring/tls/
fi
cp "$new"/units/* /etc/systemd/system/
systemctl daemon-reload
systemctl enable --quiet prometheus alertmanager grafana monitoring-renew.timer
systemctl restart prometheus alertmanager grafana
systemctl start monitoring-renew.timer
# Last, so that a renewal that failed half-way is tried again.
rm -rf "$now"
mv "$new" "$now"
