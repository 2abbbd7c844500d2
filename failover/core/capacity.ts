// Whether those who take users over can carry them: measured work, shared out by the weights that are planned (I13).
import type { Fleet, Region, RegionId } from '../../fleet/fleet.ts';
import type { Intent } from '../../fleet/records.ts';
import type { SafetyRuleOf } from '../../fleet/safety-rules.ts';

/** What a region was measured to do: of how many machines, and what share of their workers' time was spent. */
export interface RegionLoad {
  readonly machines: number;
  /** 0..1; what waits in queues is not in it, so that it says the least there is to do. */
  readonly utilisation: number;
}

export type Loads = Readonly<Partial<Record<RegionId, RegionLoad>>>;

export interface Shortfall {
  readonly region: RegionId;
  /** Instances it would need at the utilisation that is allowed, with those to spare. */
  readonly needed: number;
  readonly max: number;
}

interface Plan {
  readonly before: Intent;
  readonly after: Intent;
}

/**
 * The work of the whole fleet, in instances that have nothing else to do. Instances count alike in every cloud, which is
 * how their sizes were chosen. What is not measured counts as nothing: the rule only holds what surely does not fit.
 */
export const workOf = ({ regions }: Fleet, loads: Loads): number =>
  regions.reduce((sum, { id, instances }) => {
    const load = loads[id];
    if (load === undefined) return sum;
    // Behind a balancer not every machine is met, and fewer than these never run.
    return sum + load.utilisation * Math.max(load.machines, instances.min);
  }, 0);

/** Instances that a region needs for its share of the work. */
export const neededFor = (
  work: number,
  { utilisationMax, spareInstances }: SafetyRuleOf<'capacity'>,
): number => Math.ceil(work / utilisationMax) + spareInstances;

/**
 * Who would be given more than it can grow to carry.
 *
 * | its share   | it needs    | busier than anybody is before | short                                       |
 * |-------------|-------------|-------------------------------|---------------------------------------------|
 * | not greater | any         | any                           | no: nothing is taken over                   |
 * | greater     | <= its max  | any                           | no                                          |
 * | greater     | > its max   | no                            | no: it relieves somebody who is worse off   |
 * | greater     | > its max   | yes                           | yes                                         |
 */
export function shortfalls(
  fleet: Fleet,
  rule: SafetyRuleOf<'capacity'>,
  { before, after }: Plan,
  loads: Loads,
): readonly Shortfall[] {
  const work = workOf(fleet, loads);
  const utilisation = (region: Region, intent: Intent) =>
    (work * shareOf(fleet, intent, region)) / region.instances.max;
  const busiest = Math.max(...fleet.regions.map((region) => utilisation(region, before)));
  return fleet.regions.flatMap((region): Shortfall[] => {
    const share = shareOf(fleet, after, region);
    const needed = neededFor(work * share, rule);
    const isShort =
      share > shareOf(fleet, before, region) &&
      needed > region.instances.max &&
      utilisation(region, after) > busiest;
    return isShort ? [{ region: region.id, needed, max: region.instances.max }] : [];
  });
}

function shareOf({ regions }: Fleet, intent: Intent, { id }: Region): number {
  const weightOf = (region: RegionId) => intent[region]?.weight ?? 0;
  const total = regions.reduce((sum, region) => sum + weightOf(region.id), 0);
  return total === 0 ? 0 : weightOf(id) / total;
}
