// The arms as the report names and orders them, and what each publishes: from the fleet's own record plans.
import { aliveFirstShare } from '../../../failover/leap/published.ts';
import type { Stage } from '../../../failover/leap/published.ts';
import { strickenStages } from '../../../failover/leap/stricken.ts';
import { primaryOf } from '../../../fleet/fleet.ts';
import { parseStrategy } from '../../../fleet/strategy-text.ts';
import { experimentFleet } from '../lab/experiment-fleet.ts';
import { controlArm, strategyOfArm } from '../lab/round.ts';

/** Peacetime's first; then a widened one, if the arm widens; and the rewritten one, if anybody rewrites. */
export function stagesOf(
  arm: string,
  ttlSeconds: number,
  rewriteSeconds: number,
): readonly [Stage, ...Stage[]] {
  const fleet = experimentFleet(parseStrategy(strategyOfArm(arm)), ttlSeconds);
  const rewrittenAtMs = arm === controlArm ? null : 1_000 * rewriteSeconds;
  return strickenStages(fleet, primaryOf(fleet), { rewrittenAtMs });
}

/** q: of the answers in peace, those that begin with the standby. */
export const crossRegionShare = (arm: string): number => aliveFirstShare(stagesOf(arm, 60, 0)[0]);

/** Thirds are not the same thirds, added up in another order. */
const rounding = 1e-9;
const compared = (a = 0, b = 0): number => (Math.abs(a - b) < rounding ? 0 : a - b);

/** `single` is what the others of its price are held against. */
const sortName = (arm: string): string => (arm === 'single' ? '' : arm);

/** The control first, then by what they cost in peace, then by name. */
export const armsInOrder = (arms: readonly string[]): readonly string[] => {
  const place = new Map(arms.map((arm) => [arm, arm === controlArm ? -1 : crossRegionShare(arm)]));
  return arms.toSorted(
    (a, b) => compared(place.get(a), place.get(b)) || (sortName(a) < sortName(b) ? -1 : 1),
  );
};

export const isControl = (arm: string): boolean => arm === controlArm;
