// How many machines a region on Azure has, between the fleet's limits: more as soon as they are busy, fewer one at a time.
import { MonitorAutoscaleSetting } from '@cdktf/provider-azurerm/lib/monitor-autoscale-setting/index.js';
import { Construct } from 'constructs';
import { nameOf } from '../../names.ts';
import type { InferenceGroup } from './inference-group.ts';
import { within } from './region-place.ts';
import type { RegionPlace } from './region-place.ts';

interface Props {
  readonly place: RegionPlace;
  readonly group: InferenceGroup;
}

interface Step {
  readonly when: { readonly operator: 'GreaterThan' | 'LessThan'; readonly cpuPercent: number };
  readonly over: string;
  readonly by: { readonly direction: 'Increase' | 'Decrease'; readonly machines: number };
  readonly pause: string;
}

/** Another region's users come all at once and leave step by step. Out at 60 %, so that losing one zone of three leaves the others at 90 %. */
const out: Step = {
  when: { operator: 'GreaterThan', cpuPercent: 60 },
  over: 'PT5M',
  by: { direction: 'Increase', machines: 2 },
  pause: 'PT3M',
};
/** So low that the same load on one machine fewer does not reach the mark for growing: two at 25 % are one at 50 %. */
const back: Step = {
  when: { operator: 'LessThan', cpuPercent: 25 },
  over: 'PT15M',
  by: { direction: 'Decrease', machines: 1 },
  pause: 'PT10M',
};

export class GroupScaling extends Construct {
  constructor(scope: Construct, id: string, { place, group }: Props) {
    super(scope, id);
    const { fleet, region } = place;
    const { min, max } = region.instances;
    const rule = ({ when, over, by, pause }: Step) => ({
      metricTrigger: {
        metricName: 'Percentage CPU',
        metricNamespace: 'microsoft.compute/virtualmachinescalesets',
        metricResourceId: group.id,
        statistic: 'Average',
        timeAggregation: 'Average',
        timeGrain: 'PT1M',
        timeWindow: over,
        operator: when.operator,
        threshold: when.cpuPercent,
      },
      scaleAction: {
        type: 'ChangeCount',
        direction: by.direction,
        value: by.machines,
        cooldown: pause,
      },
    });
    new MonitorAutoscaleSetting(this, 'setting', {
      name: nameOf.azure(fleet, region.id),
      ...within(place),
      targetResourceId: group.id,
      profile: [
        {
          name: 'load',
          capacity: { default: min, minimum: min, maximum: max },
          rule: [rule(out), rule(back)],
        },
      ],
      notification: { email: { customEmails: [fleet.estate.alertEmail] } },
    });
  }
}
