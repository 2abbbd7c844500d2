// The fleet on one page of Grafana: what the controllers see and do, and what the regions' machines are busy with.

interface Panel {
  readonly title: string;
  readonly unit: 'short' | 's' | 'percentunit' | 'reqps';
  /** PromQL, and the legend of each of its series. */
  readonly queries: readonly (readonly [expr: string, legend: string])[];
}

const seconds = 'http_server_request_duration_seconds';

export const panels: readonly Panel[] = [
  {
    title: 'Regions as each vantage sees them (1 up, 0 down, -1 unknown)',
    unit: 'short',
    queries: [['failover_opinion', '{{region}} by {{vantage}}']],
  },
  {
    title: 'Weights in the zone',
    unit: 'short',
    queries: [['max by (region) (failover_weight{view="zone"})', '{{region}}']],
  },
  {
    title: 'Golden reading, 95th percentile',
    unit: 's',
    queries: [
      [
        'histogram_quantile(0.95, sum by (region, le) (rate(failover_probe_seconds_bucket{probe="golden"}[5m])))',
        '{{region}}',
      ],
    ],
  },
  {
    title: 'Changes of the zone by outcome',
    unit: 'short',
    queries: [['sum by (outcome) (increase(failover_changes_total[10m]))', '{{outcome}}']],
  },
  {
    title: 'Time until a change is served, 90th percentile',
    unit: 's',
    queries: [
      [
        'histogram_quantile(0.9, sum by (le) (rate(failover_settle_seconds_bucket[1h])))',
        'all vantages',
      ],
    ],
  },
  {
    title: 'Requests of the machine that answered, by status',
    unit: 'reqps',
    queries: [[`sum by (region, status) (rate(${seconds}_count[5m]))`, '{{region}} {{status}}']],
  },
  {
    title: 'Uploads, 95th percentile',
    unit: 's',
    queries: [
      [
        `histogram_quantile(0.95, sum by (region, le) (rate(${seconds}_bucket{method="POST",route="/v1/studies"}[5m])))`,
        '{{region}}',
      ],
    ],
  },
  {
    title: 'Waiting for a worker, and workers at work',
    unit: 'short',
    queries: [
      ['max by (region) (inference_queue_length)', '{{region}} waiting'],
      ['max by (region) (inference_running)', '{{region}} running'],
    ],
  },
];

const columns = 2;
const width = 24 / columns;
const height = 8;

export const grafanaDashboard = {
  uid: 'evenkeel-fleet',
  title: 'Evenkeel',
  timezone: 'utc',
  editable: false,
  refresh: '10s',
  time: { from: 'now-3h', to: 'now' },
  schemaVersion: 39,
  panels: panels.map(({ title, unit, queries }, i) => ({
    id: i + 1,
    type: 'timeseries',
    title,
    datasource: { type: 'prometheus', uid: 'prometheus' },
    gridPos: { x: (i % columns) * width, y: Math.floor(i / columns) * height, w: width, h: height },
    fieldConfig: { defaults: { unit }, overrides: [] },
    targets: queries.map(([expr, legendFormat], q) => ({
      refId: String.fromCodePoint('A'.charCodeAt(0) + q),
      expr,
      legendFormat,
    })),
  })),
};
