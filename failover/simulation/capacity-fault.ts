// Judges a batch by the work that there truly is: whoever was given users by choice can grow to carry them (I13).
import type { Fleet } from '../../fleet/fleet.ts';
import type { Intent } from '../../fleet/records.ts';

export interface CapacityScene {
  readonly fleet: Fleet;
  readonly before: Intent;
  readonly after: Intent;
  /** In instances. */
  readonly work: number;
}

/** Instances are whole, and what is measured is a minute's mean. */
const tolerance = 1.1;

/** Null where nothing is wrong, and where no rule asks. Changes for a dead region's sake are not judged here. */
export function capacityFault({ fleet, before, after, work }: CapacityScene): string | null {
  const rule = fleet.steering.safetyRules.find(({ kind }) => kind === 'capacity');
  if (rule?.kind !== 'capacity') return null;
  const total = (intent: Intent) =>
    fleet.regions.reduce((sum, { id }) => sum + (intent[id]?.weight ?? 0), 0);
  const workAt = (id: keyof Intent, intent: Intent) =>
    (work * (intent[id]?.weight ?? 0)) / Math.max(1, total(intent));
  const busiest = Math.max(
    ...fleet.regions.map(({ id, instances }) => workAt(id, before) / instances.max),
  );
  for (const { id, instances } of fleet.regions) {
    const carried = workAt(id, after);
    const isGiven = carried > workAt(id, before) * tolerance;
    const isRelief = carried / instances.max <= busiest * tolerance;
    if (isGiven && !isRelief && carried > instances.max * rule.utilisationMax * tolerance)
      return `${id} was given ${carried.toFixed(1)} instances of work and grows to ${instances.max}`;
  }
  return null;
}
