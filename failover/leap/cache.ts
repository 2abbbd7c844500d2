// One cache of a recursive resolver: keeps what the zone told for as long as its profile was measured to, and tells it on.
import type { Chance } from '../simulation/seeded-chance.ts';
import { drawnFrom, shuffled } from './published.ts';
import type { Answer, Stage } from './published.ts';
import { heldSecondsOf } from './resolver-profile.ts';
import type { ResolverModel } from './resolver-profile.ts';

export interface Zone {
  /** In order; the first one has stood since long before the death. */
  readonly stages: readonly [Stage, ...Stage[]];
}

const stageAt = ({ stages }: Zone, nowMs: number): Stage =>
  stages.findLast(({ fromMs }) => fromMs <= nowMs) ?? stages[0];

interface Entry {
  readonly stage: Stage;
  readonly answer: Answer;
  readonly fetchedAtMs: number;
  readonly untilMs: number;
  /** In any order it is the same. */
  readonly isUniform: boolean;
}

export interface Told {
  readonly answer: Answer;
  readonly fetchedAtMs: number;
  /** Until when the asker may keep it: the TTL that is left. */
  readonly untilMs: number;
  /** Whoever asks until then is told the very same. */
  readonly isSteady: boolean;
}

/**
 * - `busy`: others ask it all the time, so that its entry has any age when the region dies.
 * - a number: it was asked last so many milliseconds before the region died, and then by nobody.
 */
export type CacheUse = 'busy' | number;

export class Cache {
  readonly #zone: Zone;
  readonly #model: ResolverModel;
  readonly #chance: Chance;
  readonly #use: CacheUse;
  #entry: Entry;
  #asked = 0;

  constructor(zone: Zone, model: ResolverModel, chance: Chance, use: CacheUse) {
    this.#zone = zone;
    this.#model = model;
    this.#chance = chance;
    this.#use = use;
    const fetched = this.#fetched(Number.NEGATIVE_INFINITY);
    const heldMs = 1_000 * heldSecondsOf(model, fetched.stage.ttlSeconds);
    const untilMs = use === 'busy' ? chance.draw() * heldMs : heldMs - use;
    this.#entry = { ...fetched, untilMs };
  }

  /** Told to one asker. Time must not go back. */
  ask(nowMs: number): Told {
    const before = this.#entry;
    // Of a busy cache the others have fetched whatever ran out before this question.
    if (this.#use === 'busy')
      while (nowMs >= this.#entry.untilMs) this.#entry = this.#fetched(this.#entry.untilMs);
    else if (nowMs >= before.untilMs) this.#entry = this.#fetched(nowMs);
    if (this.#entry !== before) this.#asked = 0;
    const isStale = this.#use !== 'busy' && this.#entry !== before && this.#model.staleFirst;
    if (isStale) return { ...before, untilMs: nowMs, isSteady: false };
    const { answer, fetchedAtMs, untilMs, isUniform } = this.#entry;
    const isSteady = isUniform || this.#model.order === 'frozen';
    if (isUniform) return { answer, fetchedAtMs, untilMs, isSteady };
    return { answer: this.#ordered(answer), fetchedAtMs, untilMs, isSteady };
  }

  #fetched(nowMs: number): Entry {
    const stage = stageAt(this.#zone, nowMs);
    const heldMs = 1_000 * heldSecondsOf(this.#model, stage.ttlSeconds);
    const answer = drawnFrom(stage, this.#chance);
    const isUniform = answer.every((isAlive) => isAlive === answer[0]);
    return { stage, answer, fetchedAtMs: nowMs, untilMs: nowMs + heldMs, isUniform };
  }

  #ordered(answer: Answer): Answer {
    if (answer.length < 2 || this.#model.order === 'frozen') return answer;
    if (this.#model.order === 'shuffled') return shuffled(answer, this.#chance);
    const turn = this.#asked % answer.length;
    this.#asked += 1;
    return [...answer.slice(turn), ...answer.slice(0, turn)];
  }
}
