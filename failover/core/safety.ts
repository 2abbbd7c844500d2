// The last word on a decision: what the freeze and the fleet's safety rules hold back, each with the name of what holds it.
import type { RegionId } from '../../fleet/fleet.ts';
import type { Intent } from '../../fleet/records.ts';
import type { SafetyRule, SafetyRuleOf } from '../../fleet/safety-rules.ts';
import { shortfalls } from './capacity.ts';
import type { Loads } from './capacity.ts';
import type { Scene } from './decide.ts';
import { inZone, keep } from './decision.ts';
import type { Decision, Rule } from './decision.ts';
import { freezeIn } from './orders.ts';
import type { Order } from './orders.ts';

/** What a change of one region does, as far as safety rules care. */
type Effect =
  'leaves-dead' | 'stands-in' | 'leaves-ordered' | 'republishes' | 'returns' | 'gives-back';

export interface SafetyScene extends Scene {
  /** Those that stand. */
  readonly orders: readonly Order[];
  readonly loads: Loads;
}

/** A change that was not made. */
export interface Held {
  readonly region: RegionId;
  /** The rule's name; `freeze` for an order to freeze. */
  readonly by: string;
  readonly kind: SafetyRule['kind'] | 'freeze';
  readonly why: string;
}

export interface Vetted {
  readonly decisions: readonly Decision[];
  readonly held: readonly Held[];
}

const effects: Partial<Readonly<Record<Rule, Effect>>> = {
  'leave-down': 'leaves-dead',
  'raise-at-once': 'stands-in',
  'leave-order': 'leaves-ordered',
  'raise-step': 'returns',
  'publish-again': 'republishes',
  'lower-to-normal': 'gives-back',
};

/** Whoever stands in counts before anybody is left; then the dead go first, and whatever limit remains is the others'. */
const urgency: readonly Effect[] = [
  'stands-in',
  'leaves-dead',
  'leaves-ordered',
  'republishes',
  'returns',
  'gives-back',
];

/**
 * Which rule holds which change; `held` only where its own condition is not met.
 *
 * | a region is                | freeze      | gate automatic | gate returns | wait | capacity | assertAtLeast |
 * |----------------------------|-------------|----------------|--------------|------|----------|---------------|
 * | left because it is dead    | by the fleet's choice | held, unless a drain order stands | -            | -    | -        | held          |
 * | raised to stand in for one | by the fleet's choice | held | -            | -    | -        | -             |
 * | left by order              | held        | -              | -            | held | held     | held          |
 * | led to by its own addresses again | held | held          | -            | -    | -        | -             |
 * | given more, step by step   | held        | held, unless a restore order stands | held | held | held | - |
 * | given back its normal weight | held      | held           | -            | held | -        | held          |
 */
export function vetted(scene: SafetyScene, decisions: readonly Decision[]): Vetted {
  const steps = decisions
    .flatMap((decision) => {
      const effect = effectOf(scene, decision);
      return effect === null ? [] : [{ decision, effect }];
    })
    .sort((a, b) => urgency.indexOf(a.effect) - urgency.indexOf(b.effect));
  let after = scene.zone.intent;
  const held: Held[] = [];
  for (const step of steps) {
    const { region, weight, usable } = step.decision;
    const next = { ...after, [region.id]: { weight, usable } };
    const holding = holdingOf(scene, { ...step, before: after, after: next });
    if (holding === null) after = next;
    else held.push({ region: region.id, ...holding });
  }
  return {
    held,
    decisions: decisions.map((decision) => {
      const holding = held.find(({ region }) => region === decision.region.id);
      return holding === undefined ? decision : keptBy(scene, decision, holding);
    }),
  };
}

/** Null where nothing would change. */
function effectOf(scene: SafetyScene, { region, weight, usable, reason }: Decision): Effect | null {
  const now = inZone(scene, region);
  if ((weight === now.weight && usable === now.usable) || reason === null) return null;
  return effects[reason.rule] ?? null;
}

function keptBy(
  scene: SafetyScene,
  { region, weight }: Decision,
  { by, kind, why }: Held,
): Decision {
  const text = `${inZone(scene, region).weight} -> ${weight} held by ${by} (${kind}): ${why}`;
  return keep(scene, region, { rule: kind === 'freeze' ? 'held-by-freeze' : 'held-by-rule', text });
}

interface Step {
  readonly decision: Decision;
  readonly effect: Effect;
  readonly before: Intent;
  readonly after: Intent;
}

function holdingOf(scene: SafetyScene, step: Step): Omit<Held, 'region'> | null {
  const frozen = whyFrozen(scene, step.effect);
  if (frozen !== null) return { by: 'freeze', kind: 'freeze', why: frozen };
  for (const rule of scene.fleet.steering.safetyRules) {
    const why = whyHeld(rule, scene, step);
    if (why !== null) return { by: rule.name, kind: rule.kind, why };
  }
  return null;
}

function whyFrozen({ fleet, orders }: SafetyScene, effect: Effect): string | null {
  const freeze = freezeIn(orders);
  const isUrgent = effect === 'leaves-dead' || effect === 'stands-in';
  if (freeze === null || (isUrgent && fleet.steering.leavesDeadWhileFrozen)) return null;
  return `frozen by ${freeze.actor}: ${freeze.reason}`;
}

function whyHeld(rule: SafetyRule, scene: SafetyScene, step: Step): string | null {
  switch (rule.kind) {
    case 'gate':
      return whyGated(rule, scene, step);
    case 'wait':
      return whyWaiting(rule, scene, step);
    case 'capacity':
      return whyShort(rule, scene, step);
    case 'assertAtLeast':
      return whyTooFew(rule, scene, step);
  }
}

export function isOn(gate: SafetyRuleOf<'gate'>, orders: readonly Order[]): boolean {
  const order = orders.find((o) => 'gate' in o && o.gate === gate.name);
  return order === undefined ? gate.usually === 'on' : order.kind === 'gate-on';
}

function whyGated(
  rule: SafetyRuleOf<'gate'>,
  { orders, standings }: SafetyScene,
  { decision, effect }: Step,
): string | null {
  if (isOn(rule, orders)) return null;
  if (rule.holds === 'returns') return effect === 'returns' ? 'no region returns' : null;
  const standing = standings[decision.region.id];
  const isOrdered =
    standing?.kind === 'drained' || (effect === 'returns' && standing?.vouched === true);
  return isOrdered ? null : 'nothing is changed that nobody has ordered';
}

function whyWaiting(
  { waitMs }: SafetyRuleOf<'wait'>,
  { state, nowMs }: SafetyScene,
  { effect }: Step,
): string | null {
  const quietMs = nowMs - state.termSinceMs;
  const waits = effect === 'leaves-ordered' || effect === 'returns' || effect === 'gives-back';
  if (!waits || quietMs >= waitMs) return null;
  return `the zone has been unchanged for ${quietMs} of ${waitMs} ms`;
}

function whyShort(
  rule: SafetyRuleOf<'capacity'>,
  { fleet, loads }: SafetyScene,
  { effect, before, after }: Step,
): string | null {
  if (effect !== 'leaves-ordered' && effect !== 'returns') return null;
  const [first] = shortfalls(fleet, rule, { before, after }, loads);
  if (first === undefined) return null;
  return `${first.region} would need ${first.needed} instances and can grow to ${first.max}`;
}

/** Where too few have a weight already, what makes them no fewer is not held. */
function whyTooFew(
  { count, regions }: SafetyRuleOf<'assertAtLeast'>,
  { zone }: SafetyScene,
  { effect, after }: Step,
): string | null {
  if (effect !== 'leaves-dead' && effect !== 'leaves-ordered' && effect !== 'gives-back')
    return null;
  const keeping = (intent: Intent) => regions.filter((id) => (intent[id]?.weight ?? 0) > 0).length;
  if (keeping(after) >= count || keeping(after) >= keeping(zone.intent)) return null;
  return `${keeping(after)} of ${regions.join(', ')} would keep a weight, and ${count} must`;
}

/** Whether records may be put right though no weight changes: an automatic change like any other. */
export const mayTouchUp = (scene: SafetyScene): boolean =>
  freezeIn(scene.orders) === null &&
  scene.fleet.steering.safetyRules.every((rule) => {
    if (rule.kind === 'gate') return rule.holds !== 'automatic' || isOn(rule, scene.orders);
    return rule.kind !== 'wait' || scene.nowMs - scene.state.termSinceMs >= rule.waitMs;
  });
