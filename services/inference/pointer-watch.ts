// Looks at the models' pointers every few seconds and has a change taken up; what cannot be taken up leaves everything as it was.
import type { ServedVersions } from '../../models/bundle/registry.ts';
import type { Clock } from './pool/clock.ts';
import type { Renewed } from './pool/inference-pool.ts';

export interface PointerWatchOptions {
  readonly read: () => Promise<readonly ServedVersions[]>;
  readonly renew: (versions: readonly ServedVersions[]) => Promise<Renewed>;
  readonly clock: Clock;
  readonly periodMs: number;
  /** Null: the pointers could not be read. Told once until they can be again. */
  readonly onOutcome: (renewed: Renewed | null) => void;
}

/** Trying costs the start of a worker, so a change that was refused is not tried at every look. */
export const retryMs = 60_000;

export class PointerWatch {
  readonly #options: PointerWatchOptions;
  #taken: string | null = null;
  #refused: { readonly versions: string; readonly atMs: number } | null = null;
  #isUnreadable = false;
  #isStopped = false;
  #cancel: () => void = () => undefined;

  constructor(options: PointerWatchOptions) {
    this.#options = options;
  }

  /** `taken`: what the workers have been told to open. */
  start(taken: readonly ServedVersions[] | null): void {
    this.#taken = JSON.stringify(taken);
    this.#schedule();
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  /** One look; a change is taken up before the next. */
  async look(): Promise<void> {
    const { read, renew, clock, onOutcome } = this.#options;
    const found = await read().catch(() => null);
    if (found === null && !this.#isUnreadable) onOutcome(null);
    this.#isUnreadable = found === null;
    const versions = JSON.stringify(found);
    if (found === null || versions === this.#taken) return;
    const isRefused = this.#refused?.versions === versions;
    if (isRefused && clock.nowMs() - (this.#refused?.atMs ?? 0) < retryMs) return;
    const renewed = await renew(found);
    if (renewed.outcome === 'taken-up') this.#taken = versions;
    this.#refused = renewed.outcome === 'refused' ? { versions, atMs: clock.nowMs() } : null;
    onOutcome(renewed);
  }

  #schedule(): void {
    const { clock, periodMs } = this.#options;
    this.#cancel = clock.after(periodMs, () => {
      void this.look().finally(() => {
        if (!this.#isStopped) this.#schedule();
      });
    });
  }
}
