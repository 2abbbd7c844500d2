// What the users of one region are told before, during and after its death under a strategy: the fleet's own record plans.
import type { Deployment, Fleet, Region, RegionId } from '../../fleet/fleet.ts';
import { peacetimeIntent, planRecords, regionName } from '../../fleet/records.ts';
import type { Intent } from '../../fleet/records.ts';
import { stageOf } from './published.ts';
import type { Stage } from './published.ts';

/** Addresses as if the fleet had been built (RFC 5737); which they are does not matter, how many there are does. */
const plannedDeployment = (fleet: Fleet): Deployment => ({
  hostedZoneId: '',
  addresses: Object.fromEntries(
    fleet.regions.map(({ id, addressCount }, r) => [
      id,
      Array.from({ length: addressCount }, (_, a) => `192.0.2.${10 * (r + 1) + a}`),
    ]),
  ),
  healthCheckIds: {},
  nameServers: [],
});

export interface Death {
  /** When the first rewritten answer is given; null: nobody ever rewrites anything. */
  readonly rewrittenAtMs: number | null;
}

/** The stages of the region's name, the first one peacetime's. */
export function strickenStages(
  fleet: Fleet,
  region: Region,
  { rewrittenAtMs }: Death,
): readonly [Stage, ...Stage[]] {
  const deployment = plannedDeployment(fleet);
  const dead = new Set(deployment.addresses[region.id]);
  const stage = (fromMs: number, intent: Intent) => {
    const records = planRecords(fleet, deployment, intent, { number: 0, by: 'prediction' });
    const name = regionName(fleet, region.id);
    const sets = records.flatMap((r) => (r.kind === 'addresses' && r.name === name ? [r] : []));
    return stageOf(fromMs, sets, (address) => !dead.has(address));
  };
  const peace = peacetimeIntent(fleet);
  const first = stage(Number.NEGATIVE_INFINITY, peace);
  if (rewrittenAtMs === null) return [first];
  const away = { ...peace, [region.id]: { weight: 0, usable: false } };
  const rewritten = stage(rewrittenAtMs, away);
  if (fleet.strategy.kind !== 'widen') return [first, rewritten];
  return [first, stage(firstMissMs(fleet, rewrittenAtMs), suspected(peace, region.id)), rewritten];
}

const suspected = (peace: Intent, id: RegionId): Intent => ({
  ...peace,
  [id]: { weight: 0, usable: true, isSuspect: true },
});

/** The misses that condemn are a beat apart, and what it takes to write is in both. */
const firstMissMs = ({ probe }: Fleet, rewrittenAtMs: number): number =>
  Math.max(0, rewrittenAtMs - (probe.failuresToDown - 1) * probe.intervalMs);
