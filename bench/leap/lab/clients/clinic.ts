// A clinic: one client behind one cache that sends a request every so often, and remembers what became of it.
import type { Send } from './client-models.ts';

/** One request: when it was begun, whether it was answered, and how long its user waited. */
export interface Sent {
  readonly at: number;
  readonly ok: boolean;
  readonly tookMs: number;
}

/** The longest round is of six minutes, and a request a second is the most that anybody sends. */
const sentMax = 600;

export class Clinic {
  readonly #send: Send;
  readonly #everyMs: number;
  readonly #sent: Sent[] = [];
  #timer: NodeJS.Timeout | null = null;
  #isBusy = false;
  readonly #waits: boolean;

  /** `waits`: the next request waits for the last one, as it does for a person; else they overlap. */
  constructor(send: Send, everyMs: number, waits: boolean) {
    this.#send = send;
    this.#everyMs = everyMs;
    this.#waits = waits;
  }

  /** The first request after so long, and then without a pause: a clinic does not send less because the service is slow. */
  start(afterMs: number): void {
    this.stop();
    this.#timer = setTimeout(() => {
      void this.#ask();
      this.#timer = setInterval(() => void this.#ask(), this.#everyMs);
    }, afterMs);
  }

  stop(): void {
    // One handle is either of the two in turn.
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  sentSince(fromMs: number): readonly Sent[] {
    return this.#sent.filter(({ at }) => at >= fromMs).toSorted((a, b) => a.at - b.at);
  }

  async #ask(): Promise<void> {
    if (this.#waits && this.#isBusy) return;
    this.#isBusy = true;
    const [at, fromMs] = [Date.now(), performance.now()];
    const ok = await this.#send().then(
      () => true,
      () => false,
    );
    this.#isBusy = false;
    this.#sent.push({ at, ok, tookMs: Math.round(performance.now() - fromMs) });
    if (this.#sent.length > sentMax) this.#sent.shift();
  }
}
