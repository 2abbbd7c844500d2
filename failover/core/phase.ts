// The state machine of one region: the phase it is in, from what is believed of it, what the zone gives it, and what is ordered.
import type { Fleet, Region } from '../../fleet/fleet.ts';
import type { Intent } from '../../fleet/records.ts';
import { freezeIn } from './orders.ts';
import type { Order } from './orders.ts';
import type { Standing, Standings } from './standing.ts';

export const phases = [
  'HEALTHY',
  'SUSPECT',
  'DOWN',
  'DRAINING',
  'DRAINED',
  'PROBATION',
  'RESTORING',
  'ADMIN_DRAINED',
  'FROZEN',
  'FAIL_STATIC',
] as const;
export type Phase = (typeof phases)[number];

/** All that a phase depends on. */
export interface PhaseFacts {
  /** Whether any region of the fleet is up by quorum. */
  readonly anyUp: boolean;
  readonly standing: Standing['kind'];
  /** Some vantage says down, whatever the quorum says. */
  readonly doubted: boolean;
  /** Its weight in the zone against its normal one; unpublished is none. */
  readonly weight: 'none' | 'some' | 'all';
  /** The zone's last change is not served everywhere yet: Route 53 calls it PENDING. */
  readonly pending: boolean;
  /** A freeze stands, and holds this region too. */
  readonly frozen: boolean;
}

type Condition = {
  readonly [Fact in keyof PhaseFacts]?: readonly PhaseFacts[Fact][];
};

/** Anything beside fail static and a freeze. */
const steered = { anyUp: [true], frozen: [false] } as const;

/**
 * Every combination of facts fits exactly one row; `-` is any value.
 *
 * | any up | frozen | standing | doubted | weight     | pending | phase         |
 * |--------|--------|----------|---------|------------|---------|---------------|
 * | no     | -      | -        | -       | -          | -       | FAIL_STATIC   |
 * | yes    | yes    | -        | -       | -          | -       | FROZEN        |
 * | yes    | no     | down     | -       | some, all  | -       | DOWN          |
 * | yes    | no     | down     | -       | none       | yes     | DRAINING      |
 * | yes    | no     | down     | -       | none       | no      | DRAINED       |
 * | yes    | no     | drained  | -       | some, all  | -       | DRAINING      |
 * | yes    | no     | drained  | -       | none       | yes     | DRAINING      |
 * | yes    | no     | drained  | -       | none       | no      | ADMIN_DRAINED |
 * | yes    | no     | unknown  | -       | -          | -       | SUSPECT       |
 * | yes    | no     | up       | yes     | -          | -       | SUSPECT       |
 * | yes    | no     | up       | no      | none       | -       | PROBATION     |
 * | yes    | no     | up       | no      | some       | -       | RESTORING     |
 * | yes    | no     | up       | no      | all        | -       | HEALTHY       |
 *
 * FAIL_STATIC is named for what the controller does: it keeps what it last did. It does not fail open, which would give
 * everybody their weight back; Route 53 does that by itself, when every health check of the zone fails.
 */
export const phaseRows: readonly (readonly [Phase, Condition])[] = [
  ['FAIL_STATIC', { anyUp: [false] }],
  ['FROZEN', { anyUp: [true], frozen: [true] }],
  ['DOWN', { ...steered, standing: ['down'], weight: ['some', 'all'] }],
  ['DRAINING', { ...steered, standing: ['down'], weight: ['none'], pending: [true] }],
  ['DRAINED', { ...steered, standing: ['down'], weight: ['none'], pending: [false] }],
  ['DRAINING', { ...steered, standing: ['drained'], weight: ['some', 'all'] }],
  ['DRAINING', { ...steered, standing: ['drained'], weight: ['none'], pending: [true] }],
  ['ADMIN_DRAINED', { ...steered, standing: ['drained'], weight: ['none'], pending: [false] }],
  ['SUSPECT', { ...steered, standing: ['unknown'] }],
  ['SUSPECT', { ...steered, standing: ['up'], doubted: [true] }],
  ['PROBATION', { ...steered, standing: ['up'], doubted: [false], weight: ['none'] }],
  ['RESTORING', { ...steered, standing: ['up'], doubted: [false], weight: ['some'] }],
  ['HEALTHY', { ...steered, standing: ['up'], doubted: [false], weight: ['all'] }],
];

export const fits = (facts: PhaseFacts, condition: Condition): boolean =>
  (Object.keys(condition) as (keyof PhaseFacts)[]).every((fact) =>
    (condition[fact] as readonly unknown[] | undefined)?.includes(facts[fact]),
  );

export function phaseIn(facts: PhaseFacts): Phase {
  const row = phaseRows.find(([, condition]) => fits(facts, condition));
  if (row === undefined) throw new Error(`no phase for ${JSON.stringify(facts)}`);
  return row[0];
}

export interface PhaseScene {
  readonly fleet: Fleet;
  readonly zone: { readonly intent: Intent; readonly pending: boolean };
  readonly standings: Standings;
  readonly orders: readonly Order[];
}

export const phaseOf = (scene: PhaseScene, region: Region): Phase =>
  phaseIn(factsOf(scene, region));

export function factsOf(
  { fleet, zone, standings, orders }: PhaseScene,
  region: Region,
): PhaseFacts {
  const standing = standings[region.id];
  const kind = standing?.kind ?? 'unknown';
  const holdsThis = standing?.condemned !== true || !fleet.steering.leavesDeadWhileFrozen;
  return {
    anyUp: Object.values<Standing>(standings).some((s) => s.kind === 'up'),
    standing: kind,
    doubted: standing?.doubted === true,
    weight: weightIn(zone.intent[region.id], region),
    pending: zone.pending,
    frozen: holdsThis && freezeIn(orders) !== null,
  };
}

/** A region without a normal weight, a cold standby, has all it should have when it is published. */
function weightIn(published: Intent[string & Region['id']] | undefined, { weight }: Region) {
  if (published === undefined || !published.usable || (published.weight === 0 && weight > 0))
    return 'none';
  return published.weight >= weight ? 'all' : 'some';
}
