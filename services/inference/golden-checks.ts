// Asks every served model its golden inputs again, every minute, through the pool that reads films; knows how each of them stands.
import { isTransientError } from '../../fleet/errors.ts';
import type { BundleManifest } from '../../models/bundle/manifest.ts';
import { afterCheck, goodSince, stateOf } from './golden-state.ts';
import type { GoldenOutcome, GoldenRecord, GoldenState } from './golden-state.ts';
import type { Clock } from './pool/clock.ts';
import type { InferencePool, PoolEvents } from './pool/inference-pool.ts';
import type { ModelVersion, Readiness } from './pool/messages.ts';
import { readerKey } from './pool/run-task.ts';

export interface ModelStates {
  stateOf(model: ModelVersion): GoldenState;
}

export interface GoldenView extends ModelVersion {
  readonly state: GoldenState;
  readonly ageMs: number;
  readonly delta: number;
}

export interface GoldenCheckOptions {
  readonly pool: Pick<InferencePool, 'golden' | 'status'>;
  readonly clock: Clock;
  readonly periodMs: number;
  readonly onChange: (model: ModelVersion, state: GoldenState) => void;
}

export class GoldenChecks implements ModelStates {
  readonly #options: GoldenCheckOptions;
  readonly #records = new Map<string, GoldenRecord>();
  readonly #answeredAtMs = new Map<string, number>();
  readonly #told = new Map<string, GoldenState>();
  #isRunning = false;
  #cancel: () => void = () => undefined;

  constructor(options: GoldenCheckOptions) {
    this.#options = options;
  }

  start(): void {
    const { clock, periodMs } = this.#options;
    this.#cancel = clock.after(periodMs, () => {
      this.start();
      void this.round();
    });
  }

  stop(): void {
    this.#cancel();
  }

  /** A new worker's self-test starts the age of what was not known before; it does not clear a model that erred in another. */
  workerReady(readiness: Readiness): void {
    const nowMs = this.#options.clock.nowMs();
    const served = servedBy(readiness);
    const keys = new Set(served.map(readerKey));
    for (const known of this.#records.keys())
      if (!keys.has(known))
        for (const map of [this.#records, this.#answeredAtMs, this.#told]) map.delete(known);
    for (const key of keys) if (!this.#records.has(key)) this.#records.set(key, goodSince(nowMs));
  }

  finished({ task, model, outcome }: Parameters<PoolEvents['finished']>[0]): void {
    if (outcome !== 'answered') return;
    // A user's answer shows that the machine works, whichever model gave it.
    const key = task === 'golden' && model !== null ? readerKey(model) : 'users';
    this.#answeredAtMs.set(key, this.#options.clock.nowMs());
  }

  stateOf(model: ModelVersion): GoldenState {
    const key = readerKey(model);
    const record = this.#records.get(key);
    if (record === undefined) return 'good';
    const { clock, periodMs } = this.#options;
    const others = [...this.#answeredAtMs].filter(([other]) => other !== key);
    const otherWorkAtMs = Math.max(Number.NEGATIVE_INFINITY, ...others.map(([, atMs]) => atMs));
    return stateOf(record, { nowMs: clock.nowMs(), periodMs, otherWorkAtMs });
  }

  views(): readonly GoldenView[] {
    const { readiness } = this.#options.pool.status();
    const nowMs = this.#options.clock.nowMs();
    return (readiness === null ? [] : servedBy(readiness)).flatMap(({ name, version }) => {
      const record = this.#records.get(readerKey({ name, version }));
      if (record === undefined) return [];
      const state = this.stateOf({ name, version });
      return [{ name, version, state, ageMs: nowMs - record.lastGoodAtMs, delta: record.delta }];
    });
  }

  /** One golden input after the other. On a machine that is never idle a round takes about a period. */
  async round(): Promise<void> {
    const { readiness } = this.#options.pool.status();
    if (this.#isRunning || readiness === null) return;
    this.#isRunning = true;
    try {
      const served = servedBy(readiness);
      const checks = served.reduce((sum, { golden }) => sum + golden.length, 0);
      for (const manifest of served)
        this.#book(manifest, await this.#outcome(manifest, this.#options.periodMs / checks));
    } finally {
      this.#isRunning = false;
    }
  }

  async #outcome(manifest: BundleManifest, waitMsMax: number): Promise<GoldenOutcome> {
    let worst = 0;
    try {
      for (const [index, { logit }] of manifest.golden.entries()) {
        const delta = Math.abs(
          (await this.#options.pool.golden(manifest, index, waitMsMax)) - logit,
        );
        // A NaN is worse than any number.
        worst = delta >= worst || Number.isNaN(delta) ? delta : worst;
        if (Number.isNaN(worst)) break;
      }
      return { kind: 'answered', delta: worst };
    } catch (error) {
      return { kind: isTransientError(error) ? 'unanswered' : 'failed' };
    }
  }

  #book(model: ModelVersion, outcome: GoldenOutcome): void {
    const key = readerKey(model);
    const record = this.#records.get(key);
    // It went out of service while it was asked.
    if (record === undefined) return;
    this.#records.set(key, afterCheck(record, outcome, this.#options.clock.nowMs()));
    const state = this.stateOf(model);
    if (state !== (this.#told.get(key) ?? 'good')) this.#options.onChange(model, state);
    this.#told.set(key, state);
  }
}

const servedBy = ({ models, candidates }: Readiness): readonly BundleManifest[] => [
  ...models,
  ...candidates.map(({ manifest }) => manifest),
];
