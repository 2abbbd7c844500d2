// What the monitoring host is told: whom to ask for metrics, when to say something, and how to come to its two programs.
import type { Fleet } from '../../../fleet/fleet.ts';
import { regionName } from '../../../fleet/records.ts';
import { controllerPort, vantageName } from '../../vantage-program.ts';
import { quotableTemplate } from '../terraform-text.ts';
import { rulesFile } from './alert.ts';
import { alertRules } from './alert-rules.ts';

interface Tool {
  readonly name: 'prometheus' | 'grafana';
  /** Of the archive in the tools bucket, as the deployer names it; Terraform references. */
  readonly file: string;
  readonly sha256: string;
}

const scrapeSeconds = 15;
const retentionDays = 90;

export const scrapeConfig = (fleet: Fleet) => ({
  global: {
    scrape_interval: `${scrapeSeconds}s`,
    external_labels: { environment: fleet.environment },
  },
  rule_files: ['rules.yml'],
  scrape_configs: [
    {
      job_name: 'inference',
      scheme: 'https',
      static_configs: fleet.regions.map(({ id }) => ({
        targets: [`${regionName(fleet, id)}:443`],
        labels: { region: id },
      })),
    },
    {
      job_name: 'controllers',
      static_configs: [
        { targets: fleet.vantages.map(({ id }) => `${vantageName(fleet, id)}:${controllerPort}`) },
      ],
    },
  ],
});

/** Each archive is verified before it is unpacked. Both programs listen on the machine itself only: people come by a Session Manager tunnel. */
export function monitoringProgram(fleet: Fleet, bucket: string, tools: readonly Tool[]): string {
  const lines = [
    '#!/bin/bash',
    'set -euo pipefail',
    'umask 027',
    'install -d /opt/monitoring /var/lib/prometheus /var/lib/grafana /etc/prometheus',
    'useradd --system --no-create-home monitoring || true',
    ...tools.flatMap(({ name, file, sha256 }) => [
      `aws s3 cp --only-show-errors "s3://${bucket}/tools/${file}" /tmp/${name}.tar.gz`,
      `echo "${sha256}  /tmp/${name}.tar.gz" | sha256sum --check --status`,
      `install -d /opt/monitoring/${name}`,
      `tar -xzf /tmp/${name}.tar.gz --strip-components 1 --no-same-owner -C /opt/monitoring/${name}`,
    ]),
    `echo '${encoded(JSON.stringify(scrapeConfig(fleet)))}' | base64 -d > /etc/prometheus/prometheus.yml`,
    `echo '${encoded(rulesFile(alertRules(fleet)))}' | base64 -d > /etc/prometheus/rules.yml`,
    'chown -R monitoring: /var/lib/prometheus /var/lib/grafana /etc/prometheus',
    'chmod -R a+rX /opt/monitoring',
    `systemd-run --unit prometheus --uid monitoring -p Restart=always -p ProtectSystem=strict -p ReadWritePaths=/var/lib/prometheus -p NoNewPrivileges=yes /opt/monitoring/prometheus/prometheus --config.file /etc/prometheus/prometheus.yml --storage.tsdb.path /var/lib/prometheus --storage.tsdb.retention.time ${retentionDays}d --web.listen-address 127.0.0.1:9090`,
    'systemd-run --unit grafana --uid monitoring -p Restart=always -p ProtectSystem=strict -p ReadWritePaths=/var/lib/grafana -p NoNewPrivileges=yes -p Environment="GF_SERVER_HTTP_ADDR=127.0.0.1 GF_PATHS_DATA=/var/lib/grafana GF_ANALYTICS_REPORTING_ENABLED=false" -p WorkingDirectory=/opt/monitoring/grafana /opt/monitoring/grafana/bin/grafana server',
    '',
  ];
  return quotableTemplate(lines.join('\n'));
}

const encoded = (text: string) => Buffer.from(text).toString('base64');
