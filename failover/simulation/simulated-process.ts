// One process of the simulated world: its clock, its calls to others, and what being paused or killed does to both.
import type { Clock } from '../ports.ts';
import type { VirtualTime } from './virtual-time.ts';

/** Milliseconds on the way there and back. */
export interface Trip {
  readonly thereMs: number;
  readonly backMs: number;
}

/** A date, so that times of day look like some; decisions never see it. */
const epochMs = Date.UTC(2026, 0, 1);

export class SimulatedProcess implements Clock {
  /** What its wall clock is wrong by. */
  wallErrorMs = 0;
  #isDead = false;
  #isPaused = false;
  /** What arrived while it was paused, in order; delivered when it wakes. */
  #held: (() => void)[] = [];
  readonly #time: VirtualTime;

  constructor(time: VirtualTime) {
    this.#time = time;
  }

  get isRunning(): boolean {
    return !this.#isDead && !this.#isPaused;
  }

  monotonicMs(): number {
    return this.#time.nowMs;
  }

  wallMs(): number {
    return epochMs + this.#time.nowMs + this.wallErrorMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      signal?.addEventListener('abort', wake);
      this.#time.after(signal?.aborted === true ? 0 : ms, () => this.#deliver(wake));
    });
  }

  /**
   * Something asked of the world outside. `effect` happens there when the request arrives, whatever has become of this process
   * since; its answer reaches this process only if it still lives, and after it wakes.
   */
  call<T>({ thereMs, backMs }: Trip, effect: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#time.after(thereMs, () => {
        const answer = outcomeOf(effect);
        this.#time.after(backMs, () =>
          this.#deliver(() => (answer.ok ? resolve(answer.value) : reject(answer.error))),
        );
      });
    });
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    const held = this.#held;
    this.#held = [];
    for (const deliver of held) this.#deliver(deliver);
  }

  /** Nothing reaches it any more: its promises stay open, as those of a killed process do. */
  kill(): void {
    this.#isDead = true;
    this.#held = [];
  }

  #deliver(work: () => void): void {
    if (this.#isDead) return;
    if (this.#isPaused) this.#held.push(work);
    else work();
  }
}

function outcomeOf<T>(effect: () => T) {
  try {
    return { ok: true, value: effect() } as const;
  } catch (error) {
    return { ok: false, error } as const;
  }
}
