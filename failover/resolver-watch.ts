// Compares what resolvers tell users with what the zone has told lately. Beside the controller, which never hears of it (I12).
import type { RecordSet } from '../fleet/records.ts';
import { foreignIn, publishedWith } from './core/published-lately.ts';
import type { Published } from './core/published-lately.ts';
import type { ControllerMetrics } from './metrics.ts';
import type { Clock } from './ports.ts';

/** What one resolver answers for `api.<zone>`; null without an answer. */
export interface ResolverAnswer {
  readonly resolver: string;
  readonly addresses: readonly string[] | null;
}

export interface ResolverWatchSettings {
  readonly ask: () => Promise<readonly ResolverAnswer[]>;
  /** The zone as the controller last read it; null before. */
  readonly records: () => readonly RecordSet[] | null;
  readonly metrics: Pick<ControllerMetrics, 'resolverMismatch'>;
  readonly clock: Clock;
}

/** No more often than a cache could change its mind. */
const everyMs = 30_000;

export class ResolverWatch {
  readonly #settings: ResolverWatchSettings;
  readonly #stopping = new AbortController();
  #published: Published = {};
  #running: Promise<void> = Promise.resolve();

  constructor(settings: ResolverWatchSettings) {
    this.#settings = settings;
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.look();
      await this.#settings.clock.sleep(everyMs, signal);
    }
  }

  async look(): Promise<void> {
    const { ask, records, metrics, clock } = this.#settings;
    const standing = records();
    if (standing === null) return;
    this.#published = publishedWith(this.#published, standing, clock.monotonicMs());
    for (const { resolver, addresses } of await ask()) {
      if (addresses === null) metrics.resolverMismatch.remove({ resolver });
      else
        metrics.resolverMismatch.set(
          { resolver },
          Number(foreignIn(this.#published, addresses).length > 0),
        );
    }
  }
}
