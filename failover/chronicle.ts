// Tells the journal what happens: each thing once, the newest also kept for status pages, and never longer than a moment.
import { subjectOf } from './core/command.ts';
import type { Order } from './core/orders.ts';
import type { ControllerMetrics } from './metrics.ts';
import type { Clock, Journal, JournalEntry } from './ports.ts';

export interface ChronicleSettings {
  readonly journal: Journal;
  readonly metrics: ControllerMetrics;
  readonly clock: Clock;
}

const recentEntriesMax = 50;
const journalWaitMsMax = 1_000;

export class Chronicle {
  readonly #settings: ChronicleSettings;
  readonly #said = new Map<string, string>();
  #recent: readonly JournalEntry[] = [];

  constructor(settings: ChronicleSettings) {
    this.#settings = settings;
  }

  get recent(): readonly JournalEntry[] {
    return this.#recent;
  }

  /** A journal that cannot be written (a full or a hanging disk) must not keep users in a dead region. */
  async record(entry: JournalEntry): Promise<void> {
    const { journal, metrics, clock } = this.#settings;
    const at = new Date(clock.wallMs()).toISOString();
    this.#recent = [...this.#recent, { at, ...entry }].slice(-recentEntriesMax);
    const waiting = new AbortController();
    const kept = await Promise.race([
      journal.append(entry).then(
        () => true,
        () => false,
      ),
      clock.sleep(journalWaitMsMax, waiting.signal).then(() => false),
    ]);
    waiting.abort();
    if (!kept) metrics.faults.inc({ where: 'journal' });
  }

  /** Only when it differs from what was last said about the topic: what lasts is not told at every beat. */
  async recordOnce(topic: string, said: string, entry: JournalEntry): Promise<void> {
    if (this.#said.get(topic) === said) return;
    this.#said.set(topic, said);
    await this.record(entry);
  }

  /** What was said of the topic is over; the next time is news. */
  forget(topic: string): void {
    this.#said.delete(topic);
  }
}

export const orderLine = (order: Order) => ({
  order: order.id,
  about: subjectOf(order),
  what: order.kind,
  reason: order.reason,
  actor: order.actor,
});
