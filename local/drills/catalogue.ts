// The drills that there are, and how one is found by its name.
import { InputError } from '../../fleet/errors.ts';
import type { Drill } from './drill.ts';
import { operatorDrills } from './operator-drills.ts';
import { regionDrills } from './region-drills.ts';
import { watchDrills } from './watch-drills.ts';

export const catalogue: readonly Drill[] = [...regionDrills, ...watchDrills, ...operatorDrills];

/** `InputError` 'unknown-drill'. */
export function drillNamed(name: string): Drill {
  const drill = catalogue.find((one) => one.name === name);
  if (drill !== undefined) return drill;
  throw new InputError('unknown-drill', {
    found: `There is no drill "${name}"`,
    why: 'Each drill has its faults, its limits and its runbook in the catalogue',
    remedy: `See evenkeel drill list; the names are ${catalogue.map((one) => one.name).join(', ')}`,
  });
}
