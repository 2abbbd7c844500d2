// Our rule in virtual time: the streaks, the quorum and the steering of the controller itself, fed with simulated probes.
import { freshState } from '../../failover/core/steer-state.ts';
import type { SteerState } from '../../failover/core/steer-state.ts';
import { steer } from '../../failover/core/steer.ts';
import type { Fleet, Region, VantageId } from '../../fleet/fleet.ts';
import { primaryOf } from '../../fleet/fleet.ts';
import { addResult, combine, freshStreak } from '../../fleet/health.ts';
import type { Observation, Opinion, Streak } from '../../fleet/health.ts';
import { peacetimeIntent } from '../../fleet/records.ts';
import type { Intent } from '../../fleet/records.ts';

export interface Drains {
  /** How often a quorum came to say that the region is down. */
  verdicts: number;
  /** How often the region lost its weight; fewer, because a drained region returns slowly. */
  drains: number;
}

/** Returns take minutes. */
const returnEveryMs = 10_000;

/** The vantages of a fleet, watching one region that never fails; everybody sees the others up. */
export class QuorumRule {
  readonly counts: Drains = { verdicts: 0, drains: 0 };
  readonly #fleet: Fleet;
  readonly #region: Region;
  readonly #streaks: Streak[];
  readonly #othersUp: Readonly<Record<string, Opinion>>;
  readonly #peace: Intent;
  #state: SteerState;
  #zone: Intent;
  #term = 1;
  #isDown = false;
  #steeredMs = Number.NEGATIVE_INFINITY;

  constructor(fleet: Fleet) {
    this.#fleet = fleet;
    this.#region = primaryOf(fleet);
    this.#streaks = fleet.vantages.map(() => freshStreak);
    this.#othersUp = Object.fromEntries(fleet.regions.map(({ id }) => [id, 'up']));
    this.#peace = peacetimeIntent(fleet);
    this.#zone = this.#peace;
    this.#state = freshState(fleet);
  }

  /** One beat of one vantage: its own new result, and what the others say at this moment. */
  beat(vantage: number, isOk: boolean, atMs: number): void {
    const { probe } = this.#fleet;
    const before = this.#streaks[vantage] ?? freshStreak;
    const common = { region: this.#region.id, atMs, tookMs: isOk ? 1 : probe.timeoutMs };
    const result = isOk
      ? ({ ok: true, ...common } as const)
      : ({ ok: false, ...common, failure: 'timeout', detail: 'lost' } as const);
    this.#streaks[vantage] = addResult(before, result, probe);
    if (this.#isWorthSteering(atMs)) this.#steer(atMs);
  }

  /** While all is well a beat decides nothing, and a return that only waits is looked at now and then. */
  #isWorthSteering(nowMs: number): boolean {
    const isCalm = this.#streaks.every(({ opinion }) => opinion === 'up');
    if (!isCalm || this.#isDown) return true;
    return this.#zone !== this.#peace && nowMs - this.#steeredMs >= returnEveryMs;
  }

  #steer(nowMs: number): void {
    this.#steeredMs = nowMs;
    const { id } = this.#region;
    const observations = this.#observations(nowMs);
    const { quorum, observationAgeMsMax: ageMsMax } = this.#fleet.steering;
    const isDown = combine(id, observations, { quorum, ageMsMax }).kind === 'down';
    if (isDown && !this.#isDown) this.counts.verdicts += 1;
    this.#isDown = isDown;
    const { intent, state } = steer({
      fleet: this.#fleet,
      state: this.#state,
      zone: { intent: this.#zone, term: this.#term, pending: false },
      observations,
      orders: [],
      loads: {},
      nowMs,
    });
    this.#state = state;
    this.#publish(intent);
  }

  #observations(nowMs: number): readonly Observation[] {
    return this.#fleet.vantages.map(({ id: vantage }: { id: VantageId }, index) => {
      const { opinion, lastAtMs } = this.#streaks[index] ?? freshStreak;
      return {
        vantage,
        opinions: { ...this.#othersUp, [this.#region.id]: opinion },
        ageMs: nowMs - lastAtMs,
      };
    });
  }

  #publish(intent: Intent): void {
    const weightOf = (some: Intent) => some[this.#region.id]?.weight ?? 0;
    if (JSON.stringify(intent) === JSON.stringify(this.#zone)) return;
    if (weightOf(intent) === 0 && weightOf(this.#zone) > 0) this.counts.drains += 1;
    const isPeace = JSON.stringify(intent) === JSON.stringify(this.#peace);
    this.#zone = isPeace ? this.#peace : intent;
    this.#term += 1;
  }
}
