// Calls to the DNS provider that the testbed keeps waiting: a batch before it is decided, or an answer after it was made.

/**
 * - `batch`: arrived, and not decided.
 * - `answer`: decided; its sender does not know yet.
 * - `reading`: the zone has been read, and the answer, true then, is still on its way.
 */
export type HeldStage = 'batch' | 'answer' | 'reading';

export class HeldCalls {
  #stage: HeldStage | null = null;
  #from: readonly string[] = [];
  #waiting: (() => void)[] = [];

  /** From now on, calls of these addresses stop at this stage. */
  hold(stage: HeldStage, from: readonly string[]): void {
    this.#stage = stage;
    this.#from = from;
  }

  /** All of them go on, in the order in which they came, and later ones are not held. */
  release(): void {
    this.#stage = null;
    for (const goOn of this.#waiting.splice(0)) goOn();
  }

  holds(stage: HeldStage, from: string): boolean {
    return stage === this.#stage && this.#from.includes(from);
  }

  /** Resolves at the release. */
  released(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
