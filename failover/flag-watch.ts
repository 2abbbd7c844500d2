// Looks whether a flag is raised over a region, and says so: to the journal, to the metrics and to the other vantages.
import type { FlagNote } from '../fleet/flag.ts';
import type { Fleet, Region, RegionId } from '../fleet/fleet.ts';
import type { Chronicle } from './chronicle.ts';
import { flagsSeen } from './core/raised-flags.ts';
import type { RaisedFlag } from './core/raised-flags.ts';
import type { ControllerMetrics } from './metrics.ts';
import type { Clock, Flags } from './ports.ts';

export interface FlagWatchSettings {
  readonly fleet: Fleet;
  /** Null where the fleet has no place for flags. */
  readonly flags: Flags | null;
  readonly clock: Clock;
  readonly metrics: ControllerMetrics;
  readonly chronicle: Chronicle;
}

/** Route 53's own checks take half a minute; looking more often costs money and gains nothing. */
const lookEveryMs = 5_000;
/** What was last read keeps for so long while the bucket is silent. After that it counts as lowered, as it does for Route 53. */
const keepMsMax = 300_000;

interface Sighting {
  readonly note: FlagNote;
  readonly seenAtMs: number;
}

export class FlagWatch {
  readonly #settings: FlagWatchSettings;
  readonly #sightings = new Map<RegionId, Sighting>();
  /** Of the other vantages, as of the last beat. */
  #heard: readonly RaisedFlag[] = [];
  #lookedAtMs = Number.NEGATIVE_INFINITY;

  constructor(settings: FlagWatchSettings) {
    this.#settings = settings;
  }

  /** What this vantage has seen itself. */
  get own(): readonly RaisedFlag[] {
    return [...this.#sightings].map(([region, { note }]) => {
      const { reason, actor, until } = note;
      return { region, reason, actor, until };
    });
  }

  get standing(): readonly RaisedFlag[] {
    return flagsSeen(this.#settings.fleet, [this.own, this.#heard]);
  }

  /** Bounded by the deadline of the port. */
  async beat(): Promise<void> {
    const { flags, clock, fleet } = this.#settings;
    const nowMs = clock.monotonicMs();
    if (flags === null || nowMs - this.#lookedAtMs < lookEveryMs) return;
    this.#lookedAtMs = nowMs;
    await Promise.all(fleet.regions.map((region) => this.#look(flags, region)));
  }

  /** From the reports that are fresh. */
  hear(flags: readonly RaisedFlag[]): void {
    this.#heard = flags;
    const { fleet, clock, metrics } = this.#settings;
    const { standing } = this;
    for (const { id } of fleet.regions) {
      const flag = standing.find(({ region }) => region === id);
      metrics.flagRaised.set({ region: id }, Number(flag !== undefined));
      const isOverdue = flag !== undefined && clock.wallMs() > Date.parse(flag.until);
      metrics.flagOverdue.set({ region: id }, Number(isOverdue));
    }
  }

  async #look(flags: Flags, { id }: Region): Promise<void> {
    const { clock, metrics } = this.#settings;
    const seenAtMs = clock.monotonicMs();
    try {
      const note = await flags.look(id);
      await this.#see(id, note === null ? null : { note, seenAtMs });
    } catch {
      metrics.faults.inc({ where: 'flags' });
      const { seenAtMs: lastMs } = this.#sightings.get(id) ?? { seenAtMs };
      if (seenAtMs - lastMs > keepMsMax) await this.#see(id, null);
    }
  }

  async #see(region: RegionId, sighting: Sighting | null): Promise<void> {
    const wasRaised = this.#sightings.has(region);
    if (sighting === null) this.#sightings.delete(region);
    else this.#sightings.set(region, sighting);
    if (wasRaised === (sighting !== null)) return;
    const { chronicle } = this.#settings;
    await chronicle.record({ kind: 'flag', region, raised: !wasRaised, ...sighting?.note });
  }
}
