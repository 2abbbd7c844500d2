// The decision for each region before any safety rule is asked: leave, stand in, return, or keep.
import type { Fleet, Region } from '../../fleet/fleet.ts';
import type { Intent } from '../../fleet/records.ts';
import { nextWeight } from '../../fleet/restore-steps.ts';
import type { Decision, Reason, Rule } from './decision.ts';
import { inZone, keep } from './decision.ts';
import type { Standings } from './standing.ts';
import { budgetLeft, freshTrack } from './steer-state.ts';
import type { SteerState } from './steer-state.ts';

/** What a decision is made from. */
export interface Scene {
  readonly fleet: Fleet;
  readonly state: SteerState;
  readonly zone: { readonly intent: Intent };
  readonly standings: Standings;
  readonly nowMs: number;
}

/**
 * | standing      | weight in the zone | next                                                                     |
 * |---------------|--------------------|--------------------------------------------------------------------------|
 * | nobody is up  | any                | everything kept: more likely our own network than every region (I1)      |
 * | down, drained | any                | 0 and unpublished at once, within the change budget                      |
 * | unknown       | any                | kept                                                                     |
 * | up            | below normal       | one step up, after hold-off and after the step time since any change     |
 * | up            | 0, but nobody who is up would have any | its full weight at once                              |
 * | up            | normal             | kept                                                                     |
 * | up            | above normal       | back to normal once every region that is up has its own                  |
 */
export function decide(scene: Scene): readonly Decision[] {
  const { fleet, standings } = scene;
  if (fleet.regions.every(({ id }) => standings[id]?.kind !== 'up')) return failStatic(scene);
  const left = fleet.regions.map((region) => leaveIfGone(scene, region));
  const rescuer = rescuerOf(scene, left);
  return left.map((decision) => {
    if (decision.region === rescuer) return raiseAtOnce(scene, rescuer);
    return standings[decision.region.id]?.kind === 'up' ? towardsNormal(scene, decision) : decision;
  });
}

function failStatic(scene: Scene): readonly Decision[] {
  const text = 'no region is up by quorum, so the zone keeps what it has';
  return scene.fleet.regions.map((region) =>
    keep(scene, region, {
      rule: 'fail-static',
      text: `${text}; ${scene.standings[region.id]?.because ?? 'not watched'}`,
    }),
  );
}

function leaveIfGone(scene: Scene, region: Region): Decision {
  const standing = scene.standings[region.id];
  const { weight, usable } = inZone(scene, region);
  const because = standing?.because ?? 'not watched';
  if (standing?.kind === 'up') return keep(scene, region, null);
  if (standing === undefined || standing.kind === 'unknown')
    return keep(scene, region, { rule: 'keep-unknown', text: `weight ${weight} kept; ${because}` });
  if (weight === 0 && !usable)
    return keep(scene, region, { rule: 'stay-away', text: `stays at 0; ${because}` });
  const left = budgetLeft(scene.state, scene.fleet);
  const allowed = standing.condemned ? left.leaving : left.other;
  if (allowed === 0) return keep(scene, region, waitForBudget(scene, `leaving (${because})`));
  const rule = standing.condemned ? 'leave-down' : 'leave-order';
  const reason: Reason = { region: region.id, rule, text: `${weight} -> 0; ${because}` };
  return { region, weight: 0, usable: false, reason };
}

function waitForBudget({ state, fleet }: Scene, what: string): Omit<Reason, 'region'> {
  const { changesMax, changesReservedForLeaving, changeWindowMs } = fleet.steering;
  return {
    rule: 'wait-budget',
    text: `${what} waits: ${state.changesAtMs.length} of ${changesMax} changes made in ${changeWindowMs} ms, ${changesReservedForLeaving} of them kept for leaving a dead region`,
  };
}

/**
 * Who is raised at once: when a region is left and nobody who is up has any weight, the first standby that is up; those
 * on probation would otherwise leave the zone without an answer for as long as their hold-off lasts.
 */
function rescuerOf({ fleet, standings, zone }: Scene, left: readonly Decision[]): Region | null {
  const before = (region: Region) => zone.intent[region.id]?.weight ?? 0;
  const leaving = left.filter((d) => d.weight === 0 && before(d.region) > 0);
  const nobodyHasAny = left.every((d) => d.weight === 0);
  const isUp = ({ id }: Region) => standings[id]?.kind === 'up';
  if (left.some((d) => isUp(d.region) && d.weight > 0)) return null;
  if (leaving.length === 0 && !nobodyHasAny) return null;
  const lost =
    leaving.map((d) => d.region).sort((a, b) => before(b) - before(a))[0] ??
    fleet.regions.find((r) => r.role === 'primary');
  const byWeight = [...fleet.regions].sort((a, b) => b.weight - a.weight);
  const named = (lost?.standby ?? []).flatMap((id) => fleet.regions.find((r) => r.id === id) ?? []);
  return [...named, ...byWeight].find(isUp) ?? null;
}

function raiseAtOnce(scene: Scene, region: Region): Decision {
  // A cold standby has no normal weight; the largest of the fleet lets the others return beside it step by step.
  const weight =
    region.weight > 0 ? region.weight : Math.max(...scene.fleet.regions.map((r) => r.weight));
  const text = `${inZone(scene, region).weight} -> ${weight}: nobody else who is up has any weight`;
  return {
    region,
    weight,
    usable: true,
    reason: { region: region.id, rule: 'raise-at-once', text },
  };
}

function towardsNormal(scene: Scene, { region }: Decision): Decision {
  const { weight, usable } = inZone(scene, region);
  const target =
    weight > region.weight ? loweredWeight(scene, region) : nextWeight(region, weight, scene.fleet);
  if (target === weight && usable) return keep(scene, region, null);
  // Answers already lead there: only its own addresses are missing from the record that they lead to.
  if (target === weight && weight > 0) return change(scene, region, weight, 'publish-again');
  const wait = waitOf(scene, region);
  if (wait !== null) return keep(scene, region, wait);
  return change(scene, region, target, ruleFor(weight, target));
}

function ruleFor(weight: number, target: number): Rule {
  if (target === weight) return 'publish-again';
  return target > weight ? 'raise-step' : 'lower-to-normal';
}

function change(scene: Scene, region: Region, weight: number, rule: Rule): Decision {
  const from = inZone(scene, region).weight;
  const text = `${from} -> ${weight} of ${region.weight}; ${scene.standings[region.id]?.because ?? ''}`;
  return { region, weight, usable: true, reason: { region: region.id, rule, text } };
}

/** A standby that was raised above its normal weight gives it back when nobody who is up still lacks any. */
function loweredWeight(scene: Scene, region: Region): number {
  const rivals = scene.fleet.regions.filter((r) => r !== region && r.weight > 0);
  const others = rivals.filter((r) => scene.standings[r.id]?.kind === 'up');
  // A region that is the only one with any weight in peacetime stands in for nobody.
  const settled =
    rivals.length === 0 ||
    (others.length > 0 && others.every((r) => inZone(scene, r).weight >= r.weight));
  return settled ? region.weight : inZone(scene, region).weight;
}

/**
 * What a return still waits for. Waiting only ever keeps a weight, because another controller may have raised it for a
 * good reason of its own.
 */
function waitOf(scene: Scene, region: Region): Omit<Reason, 'region'> | null {
  const { state, fleet, nowMs, standings } = scene;
  const { upSinceMs, holdOffMs } = state.tracks[region.id] ?? freshTrack(fleet.steering);
  const upForMs = upSinceMs === null ? 0 : nowMs - upSinceMs;
  const vouched = standings[region.id]?.vouched === true;
  if (upForMs < holdOffMs && !vouched)
    return { rule: 'wait-hold-off', text: `up for ${upForMs} of ${holdOffMs} ms` };
  const quietMs = nowMs - state.termSinceMs;
  const { restoreStepMs } = fleet.steering;
  if (quietMs < restoreStepMs)
    return { rule: 'wait-step', text: `zone unchanged for ${quietMs} of ${restoreStepMs} ms` };
  if (budgetLeft(state, fleet).other === 0) return waitForBudget(scene, 'returning');
  return null;
}
