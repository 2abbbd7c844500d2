// What the monitoring host is told: whom to ask for metrics, when to say something and to whom, and what to draw.
import { readdirSync, readFileSync } from 'node:fs';
import type { Fleet } from '../../../fleet/fleet.ts';
import { regionName } from '../../../fleet/records.ts';
import { vantageName } from '../../vantage-name.ts';
import { controllerPort } from '../../vantage-program.ts';
import { literalTemplate } from '../terraform-text.ts';
import { rulesFile } from './alert.ts';
import { alertRules } from './alert-rules.ts';
import { grafanaDashboard } from './grafana-dashboard.ts';

/** Where alerts are published: an SNS topic, and the place that it is in. */
export interface AlertTarget {
  readonly topicArn: string;
  readonly location: string;
}

/** Quick enough that each machine behind a balancer is met within the five minutes of the shortest rate. */
const scrapeInterval = '10s';
const evaluationInterval = '15s';

/** Where systemd shows them to Prometheus and to nobody else (host/units/prometheus.service). */
const credential = (name: string) => `/run/credentials/prometheus.service/${name}.pem`;

/**
 * Machines have no address of their own, so a region is asked through its balancer and one machine of it answers: which one, its
 * series say themselves (label `machine`), and shares and rates are those of a sample.
 */
export const scrapeConfig = (fleet: Fleet) => ({
  global: {
    scrape_interval: scrapeInterval,
    evaluation_interval: evaluationInterval,
    external_labels: { environment: fleet.environment },
  },
  rule_files: ['rules.yml'],
  alerting: { alertmanagers: [{ static_configs: [{ targets: ['127.0.0.1:9093'] }] }] },
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
      scheme: 'https',
      // Of the role `monitor`, which may read metrics and nothing else (evenkeel authority issue --monitor).
      tls_config: {
        ca_file: credential('authority'),
        cert_file: credential('cert'),
        key_file: credential('key'),
        min_version: 'TLS13',
      },
      // A controller names its vantage itself, by the same name.
      honor_labels: true,
      static_configs: fleet.vantages.map(({ id }) => ({
        targets: [`${vantageName(fleet, id)}:${controllerPort}`],
        labels: { vantage: id },
      })),
    },
  ],
});

/** Those who are woken hear of it within half a minute, and again each hour; tickets come once a day. */
export const alertmanagerConfig = ({ topicArn, location }: AlertTarget) => ({
  route: {
    receiver: 'topic',
    group_by: ['alertname', 'region'],
    group_wait: '30s',
    group_interval: '5m',
    repeat_interval: '24h',
    routes: [
      {
        receiver: 'topic',
        matchers: ['severity="page"'],
        group_wait: '15s',
        repeat_interval: '1h',
      },
    ],
  },
  receivers: [
    {
      name: 'topic',
      sns_configs: [{ topic_arn: topicArn, sigv4: { region: location }, send_resolved: true }],
    },
  ],
});

const datasource = {
  apiVersion: 1,
  datasources: [
    {
      name: 'Prometheus',
      uid: 'prometheus',
      type: 'prometheus',
      access: 'proxy',
      url: 'http://127.0.0.1:9090',
      isDefault: true,
    },
  ],
};

const dashboards = {
  apiVersion: 1,
  providers: [
    {
      name: 'fleet',
      type: 'file',
      allowUiUpdates: false,
      options: { path: '/etc/monitoring/grafana/dashboards' },
    },
  ],
};

const host = new URL('host/', import.meta.url);
const text = (path: string) => literalTemplate(readFileSync(new URL(path, host), 'utf8'));
/** JSON is YAML. */
const yaml = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

/** By path below `host/` in the bucket; Terraform templates, so that one may name the topic. */
export const monitoringFiles = (
  fleet: Fleet,
  target: AlertTarget,
): Readonly<Record<string, string>> => ({
  'renew.sh': text('renew.sh'),
  'grafana.ini': text('grafana.ini'),
  ...Object.fromEntries(
    readdirSync(new URL('units/', host))
      .sort()
      .map((unit) => [`units/${unit}`, text(`units/${unit}`)]),
  ),
  'prometheus.yml': literalTemplate(yaml(scrapeConfig(fleet))),
  'rules.yml': literalTemplate(rulesFile(alertRules(fleet))),
  'alertmanager.yml': yaml(alertmanagerConfig(target)),
  'grafana/datasources/prometheus.yaml': literalTemplate(yaml(datasource)),
  'grafana/dashboards/fleet.yaml': literalTemplate(yaml(dashboards)),
  'grafana/dashboards/fleet.json': literalTemplate(yaml(grafanaDashboard)),
});
