// One page for whoever is on call: each region as Route 53 sees it, how quickly it answers, and who watches.
import type { Fleet } from '../../../fleet/fleet.ts';
import { nameOf } from '../../names.ts';

type Metric = readonly (string | Readonly<Record<string, unknown>>)[];

interface Widget {
  readonly title: string;
  readonly location: string;
  readonly metrics: readonly Metric[];
  readonly stat: 'Minimum' | 'Average' | 'Maximum' | 'Sum' | 'p99';
}

interface Sources {
  readonly checkIds: Readonly<Record<string, string>>;
  /** Where Route 53's metrics are. */
  readonly controlPlane: string;
}

const columns = 2;
const width = 24 / columns;
const height = 6;

/** The body of a CloudWatch dashboard. Regions of other clouds appear by their health checks; their own metrics stay with them. */
export function dashboardBody(fleet: Fleet, { checkIds, controlPlane }: Sources): string {
  const ofCheck = (metric: string) =>
    fleet.regions.map(({ id }): Metric => [
      'AWS/Route53',
      metric,
      'HealthCheckId',
      checkIds[id] ?? '',
      { label: id },
    ]);
  const widgets: readonly Widget[] = [
    {
      title: 'Healthy by Route 53 (1 yes, 0 no)',
      location: controlPlane,
      metrics: ofCheck('HealthCheckStatus'),
      stat: 'Minimum',
    },
    {
      title: 'Children of each check that are healthy',
      location: controlPlane,
      metrics: ofCheck('ChildHealthCheckHealthyCount'),
      stat: 'Minimum',
    },
    ...fleet.regions
      .filter(({ cloud }) => cloud === 'aws')
      .flatMap((region) => machinesOf(fleet, region)),
    ...fleet.vantages
      .filter(({ cloud }) => cloud === 'aws')
      .map(({ id, location }): Widget => ({
        title: `${id}: machines in service`,
        location,
        metrics: [
          [
            'AWS/AutoScaling',
            'GroupInServiceInstances',
            'AutoScalingGroupName',
            nameOf.aws(fleet, id),
          ],
        ],
        stat: 'Minimum',
      })),
  ];
  return JSON.stringify({ widgets: widgets.map(placed) });
}

const machinesOf = (
  fleet: Fleet,
  { id, location }: Fleet['regions'][number],
): readonly Widget[] => [
  {
    title: `${id}: machines in service and wanted`,
    location,
    metrics: ['GroupInServiceInstances', 'GroupDesiredCapacity'].map((metric): Metric => [
      'AWS/AutoScaling',
      metric,
      'AutoScalingGroupName',
      nameOf.aws(fleet, id),
    ]),
    stat: 'Average',
  },
  {
    title: `${id}: processor use of its machines, percent`,
    location,
    metrics: [['AWS/EC2', 'CPUUtilization', 'AutoScalingGroupName', nameOf.aws(fleet, id)]],
    stat: 'Average',
  },
];

const placed = ({ title, location, metrics, stat }: Widget, i: number) => ({
  type: 'metric',
  x: (i % columns) * width,
  y: Math.floor(i / columns) * height,
  width,
  height,
  properties: { title, region: location, metrics, stat, period: 60, view: 'timeSeries' },
});
