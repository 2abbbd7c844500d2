// The decision: from what the vantages see, what the zone says and what people ordered, to what the zone should say.
import type { Fleet, RegionId } from '../../fleet/fleet.ts';
import type { Observation } from '../../fleet/health.ts';
import type { Intent } from '../../fleet/records.ts';
import type { Loads } from './capacity.ts';
import { decide } from './decide.ts';
import type { Reason } from './decision.ts';
import { withForcedVerdicts } from './forced-verdict.ts';
import { standingOrders } from './orders.ts';
import type { Order } from './orders.ts';
import { phaseOf } from './phase.ts';
import type { Phase } from './phase.ts';
import { mayTouchUp, vetted } from './safety.ts';
import type { Held, SafetyScene } from './safety.ts';
import { standingsOf } from './standing.ts';
import type { Standings } from './standing.ts';
import { budgetLeft, nextState } from './steer-state.ts';
import type { SteerState } from './steer-state.ts';

export interface SteerInput {
  readonly fleet: Fleet;
  readonly state: SteerState;
  /** The zone as last read: controllers that share nothing converge because each starts from this. */
  readonly zone: {
    readonly intent: Intent;
    readonly term: number;
    /** Whether some authoritative server still answers with an older term. */
    readonly pending: boolean;
  };
  readonly observations: readonly Observation[];
  readonly orders: readonly Order[];
  /** As measured; what nobody has measured is left out. */
  readonly loads: Loads;
  /** Monotonic. No wall clock enters here: a clock that jumps changes nothing (I9). */
  readonly nowMs: number;
}

export interface SteerOutput {
  readonly state: SteerState;
  readonly intent: Intent;
  readonly standings: Standings;
  readonly phases: Readonly<Record<RegionId, Phase>>;
  readonly reasons: readonly Reason[];
  /** What the freeze and the safety rules held back. */
  readonly held: readonly Held[];
  /**
   * Whether records may be put right though the intent already stands in the zone (another strategy, a change by hand).
   * Paced like a return: two controllers of different releases would otherwise undo each other every second.
   */
  readonly mayRepair: boolean;
}

/**
 * Decides one tick. Any number of controllers may do so at once, each with a state of its own: what one has written,
 * the others read back as their starting point, and whoever planned from an older zone is fenced.
 */
export function steer(input: SteerInput): SteerOutput {
  const { fleet, nowMs, observations, zone } = input;
  const orders = standingOrders(input.orders, fleet, nowMs);
  const seen = standingsOf(fleet, zone.intent, observations, orders);
  const standings = withForcedVerdicts(seen, orders, nowMs);
  const state = nextState(input.state, fleet, { term: zone.term, standings }, nowMs);
  const scene: SafetyScene = { ...input, orders, state, standings };
  const { decisions, held } = vetted(scene, decide(scene));
  const phases = fleet.regions.map((region): [RegionId, Phase] => [
    region.id,
    phaseOf({ ...input, orders, standings }, region),
  ]);
  return {
    state,
    standings,
    phases: Object.fromEntries(phases),
    intent: Object.fromEntries(
      decisions.map(({ region, weight, usable }) => [region.id, { weight, usable }]),
    ),
    reasons: [...decisions.flatMap(({ reason }) => reason ?? []), ...suspensions(scene)],
    held,
    mayRepair:
      mayTouchUp(scene) &&
      nowMs - state.termSinceMs >= fleet.steering.restoreStepMs &&
      budgetLeft(state, fleet).other > 0,
  };
}

const suspensions = ({ fleet, standings }: SafetyScene): readonly Reason[] =>
  fleet.regions.flatMap(({ id }): Reason[] => {
    const order = standings[id]?.suspended ?? null;
    if (order === null) return [];
    const text = `the drain by ${order.actor} (${order.reason}) is not obeyed: no other region is up with users to spare`;
    return [{ region: id, rule: 'order-suspended', text }];
  });
