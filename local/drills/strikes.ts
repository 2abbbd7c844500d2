// From a drill of the catalogue to what really happens in one fleet: whom, what, when, for how long. Pure.
import { InputError } from '../../fleet/errors.ts';
import type { Fleet, Region } from '../../fleet/fleet.ts';
import { primaryOf } from '../../fleet/fleet.ts';
import type { FaultKind, VantageFaultKind } from '../faults.ts';
import type { Drill, Strike } from './drill.ts';
import { ttlSecondsOf } from './limits.ts';

export type Blow =
  | { readonly on: 'region'; readonly target: string; readonly fault: FaultKind }
  | { readonly on: 'vantage'; readonly target: string; readonly fault: VantageFaultKind }
  | { readonly on: 'order'; readonly target: string; readonly fault: 'drain' }
  | { readonly on: 'flag'; readonly target: string; readonly fault: 'flag' };

export type ScheduledBlow = Blow & {
  readonly atMs: number;
  readonly forMs: number;
  readonly optional: boolean;
};

/** The region that the drill is for: the one named, or the primary. `InputError` 'unknown-region'. */
export function struckRegion(fleet: Fleet, name: string | undefined): Region {
  if (name === undefined) return primaryOf(fleet);
  const region = fleet.regions.find(({ id }) => id === name);
  if (region !== undefined) return region;
  throw new InputError('unknown-region', {
    found: `There is no region "${name}"`,
    why: 'A drill strikes one region of the fleet',
    remedy: `Use one of: ${fleet.regions.map(({ id }) => id).join(', ')}`,
  });
}

export function scheduleOf(drill: Drill, fleet: Fleet, struck: Region): readonly ScheduledBlow[] {
  const ttlMs = 1_000 * ttlSecondsOf(fleet);
  return drill.strikes
    .flatMap((strike) =>
      blowsOf(strike, fleet, struck).map((blow) => ({
        ...blow,
        atMs: strike.afterTtls * ttlMs,
        forMs: strike.forTtls * ttlMs,
        optional: strike.optional === true,
      })),
    )
    .sort((a, b) => a.atMs - b.atMs);
}

function blowsOf(strike: Strike, fleet: Fleet, struck: Region): readonly Blow[] {
  switch (strike.on) {
    case 'region': {
      const target = strike.whom === 'struck' ? struck.id : (struck.standby[0] ?? struck.id);
      return [{ on: 'region', target, fault: strike.fault }];
    }
    case 'vantage': {
      const whom = strike.whom === 'every' ? fleet.vantages : fleet.vantages.slice(0, 1);
      return whom.map(({ id }) => ({ on: 'vantage', target: id, fault: strike.fault }));
    }
    case 'order':
      return [{ on: 'order', target: struck.id, fault: 'drain' }];
    case 'flag':
      return [{ on: 'flag', target: struck.id, fault: 'flag' }];
  }
}

/** Without what only makes it harder and cannot be done here. */
export const withoutImpossible = (
  schedule: readonly ScheduledBlow[],
  isImpossible: (blow: ScheduledBlow) => boolean,
): readonly ScheduledBlow[] => schedule.filter((blow) => !(blow.optional && isImpossible(blow)));

export const endOf = (schedule: readonly ScheduledBlow[]): number =>
  Math.max(0, ...schedule.map(({ atMs, forMs }) => atMs + forMs));

/** What befalls the struck region itself, from its first blow to its last. Null when nothing does. */
export function spanOfStruck(schedule: readonly ScheduledBlow[], struck: Region) {
  const own = schedule.filter((blow) => blow.target === struck.id);
  if (own.length === 0) return null;
  return { fromMs: Math.min(...own.map((b) => b.atMs)), untilMs: endOf(own) };
}

export const blowText = ({ target, fault, forMs }: ScheduledBlow): string =>
  `${fault} strikes ${target} for ${forMs / 1_000} s`;
