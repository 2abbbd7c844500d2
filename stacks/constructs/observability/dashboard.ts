// One page for whoever is on call: each region as Route 53 sees it, how quickly it answers, who watches, and what it costs.
import type { Fleet, Region } from '../../../fleet/fleet.ts';
import { nameOf } from '../../names.ts';
import { metricNamespace, queriesMetric } from './vantage-heartbeats.ts';

type Metric = readonly (string | Readonly<Record<string, unknown>>)[];

interface Widget {
  readonly title: string;
  readonly location: string;
  readonly metrics: readonly Metric[];
  readonly stat: 'Minimum' | 'Average' | 'Maximum' | 'Sum';
  readonly periodSeconds?: number;
}

interface Sources {
  readonly checkIds: Readonly<Record<string, string>>;
  /** Where the metrics of Route 53 and of spending are. */
  readonly controlPlane: string;
}

const columns = 2;
const width = 24 / columns;
const height = 6;
const minuteSeconds = 60;
/** AWS says what was spent every six hours. */
const spendingSeconds = 6 * 3_600;

/** The body of a CloudWatch dashboard. Regions of other clouds appear by their health checks; their own metrics stay with them. */
export const dashboardBody = (fleet: Fleet, sources: Sources): string =>
  JSON.stringify({
    widgets: [
      ...healthOf(fleet, sources),
      ...fleet.regions
        .filter(({ cloud }) => cloud === 'aws')
        .flatMap((region) => machinesOf(fleet, region)),
      queriesOf(fleet, sources),
      spending(fleet, sources),
    ].map(placed),
  });

function healthOf(fleet: Fleet, { checkIds, controlPlane }: Sources): readonly Widget[] {
  const ofChecks = (metric: string) =>
    fleet.regions.map(({ id }): Metric => [
      'AWS/Route53',
      metric,
      'HealthCheckId',
      checkIds[id] ?? '',
      { label: id },
    ]);
  const common = { location: controlPlane, stat: 'Minimum' } as const;
  return [
    {
      ...common,
      title: 'Healthy by Route 53 (1 yes, 0 no)',
      metrics: ofChecks('HealthCheckStatus'),
    },
    {
      ...common,
      title: 'Children of each check that are healthy',
      metrics: ofChecks('ChildHealthCheckHealthyCount'),
    },
    {
      ...common,
      // Those of single addresses, from each place: the checks of regions only count.
      title: 'Milliseconds until the first byte, by check and place',
      metrics: [
        search(
          '{AWS/Route53,HealthCheckId,Region} MetricName="TimeToFirstByte"',
          'Average',
          'latency',
        ),
      ],
      stat: 'Average',
    },
  ];
}

const search = (terms: string, stat: string, id: string): Metric => [
  { expression: `SEARCH('${terms}', '${stat}', ${minuteSeconds})`, id },
];

function machinesOf(fleet: Fleet, { id, location }: Region): readonly Widget[] {
  const name = nameOf.aws(fleet, id);
  // Balancers are known to CloudWatch by a name and a number, of which only the words of the name are known here.
  const ofBalancer = (metric: string, stat: string, part: string) =>
    search(
      `{AWS/NetworkELB,LoadBalancer} MetricName="${metric}" ${nameOf.balancer(fleet, id).replaceAll('-', ' ')}`,
      stat,
      part,
    );
  return [
    {
      title: `${id}: machines in service and wanted`,
      location,
      metrics: ['GroupInServiceInstances', 'GroupDesiredCapacity'].map((metric): Metric => [
        'AWS/AutoScaling',
        metric,
        'AutoScalingGroupName',
        name,
      ]),
      stat: 'Average',
    },
    {
      title: `${id}: processor use of its machines, percent`,
      location,
      metrics: [['AWS/EC2', 'CPUUtilization', 'AutoScalingGroupName', name]],
      stat: 'Average',
    },
    {
      title: `${id}: TLS connections through its balancer, new and open`,
      location,
      metrics: [
        ofBalancer('NewFlowCount_TLS', 'Sum', 'opened'),
        ofBalancer('ActiveFlowCount_TLS', 'Average', 'open'),
      ],
      stat: 'Sum',
    },
    {
      title: `${id}: bytes through its balancer`,
      location,
      metrics: [ofBalancer('ProcessedBytes_TLS', 'Sum', 'bytes')],
      stat: 'Sum',
    },
  ];
}

const queriesOf = (fleet: Fleet, { controlPlane }: Sources): Widget => ({
  title: 'DNS queries a minute',
  location: controlPlane,
  metrics: [[metricNamespace(fleet), queriesMetric]],
  stat: 'Sum',
});

const spending = ({ estate }: Fleet, { controlPlane }: Sources): Widget => ({
  title: `Spent this month by the account, USD (budget ${estate.monthlyBudgetUsd})`,
  location: controlPlane,
  metrics: [['AWS/Billing', 'EstimatedCharges', 'Currency', 'USD']],
  stat: 'Maximum',
  periodSeconds: spendingSeconds,
});

const placed = (
  { title, location, metrics, stat, periodSeconds = minuteSeconds }: Widget,
  i: number,
) => ({
  type: 'metric',
  x: (i % columns) * width,
  y: Math.floor(i / columns) * height,
  width,
  height,
  properties: {
    title,
    region: location,
    metrics,
    stat,
    period: periodSeconds,
    view: 'timeSeries',
  },
});
