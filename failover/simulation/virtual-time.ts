// Time that passes only when everything that could happen at an instant has happened: one queue of events, one order.

interface Event {
  readonly atMs: number;
  /** Among events of one instant the first planned is the first to happen, so a run repeats exactly. */
  readonly serial: number;
  readonly happen: () => void;
}

const isEarlier = (a: Event, b: Event) =>
  a.atMs < b.atMs || (a.atMs === b.atMs && a.serial < b.serial);

export class VirtualTime {
  #nowMs = 0;
  #serial = 0;
  /** What a jump has added: events keep the time they were planned with. */
  #skippedMs = 0;
  /** A binary heap, the next event first. */
  readonly #events: Event[] = [];

  get nowMs(): number {
    return this.#nowMs + this.#skippedMs;
  }

  after(delayMs: number, happen: () => void): void {
    this.#serial += 1;
    this.#push({ atMs: this.#nowMs + Math.max(0, delayMs), serial: this.#serial, happen });
  }

  /** Lets events happen until `untilMs`; after each one every promise that it resolved is followed to its end. */
  async runUntil(untilMs: number): Promise<void> {
    for (;;) {
      const next = this.#events[0];
      if (next === undefined || next.atMs + this.#skippedMs > untilMs) break;
      this.#pop();
      this.#nowMs = next.atMs;
      next.happen();
      await promisesFollowed();
    }
    this.#nowMs = Math.max(this.#nowMs, untilMs - this.#skippedMs);
  }

  /** Everybody sleeps through `byMs`: what was to happen in a second happens a second after waking. */
  skip(byMs: number): void {
    this.#skippedMs += byMs;
  }

  #push(event: Event): void {
    const heap = this.#events;
    let at = heap.push(event) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !isEarlier(event, above)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = event;
  }

  #pop(): void {
    const heap = this.#events;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      const below = earlierChild(heap, at);
      const child = heap[below];
      if (child === undefined || !isEarlier(child, last)) break;
      heap[at] = child;
      at = below;
    }
    heap[at] = last;
  }
}

function earlierChild(heap: readonly Event[], at: number): number {
  const [left, right] = [heap[2 * at + 1], heap[2 * at + 2]];
  return left !== undefined && right !== undefined && isEarlier(right, left)
    ? 2 * at + 2
    : 2 * at + 1;
}

/** Node empties its queue of resolved promises before it turns to immediates. */
// The queue of ticks goes on when the last promise is followed, and costs a fraction of a turn of the event loop.
const promisesFollowed = () => new Promise<void>((resolve) => process.nextTick(resolve));
