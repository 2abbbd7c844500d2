// Route 53 as the controllers meet it: atomic batches judged against what stands, propagation, throttling, and its bad days.
import type { Change, RecordSet } from '../../fleet/records.ts';
import { isTerm, recordIdentity, recordText, termOf } from '../../fleet/records.ts';
import type { ServerView, WriteOutcome } from '../ports.ts';
import type { Chance } from './seeded-chance.ts';
import type { VirtualTime } from './virtual-time.ts';

/** What the API does to requests while a fault lasts. */
export type ApiMood =
  'well' | 'unreachable' | 'throttling' | 'ineffective' | 'losing-answers' | 'slow';

export interface AppliedBatch {
  readonly atMs: number;
  readonly by: string;
  readonly changes: readonly Change[];
  readonly before: readonly RecordSet[];
  readonly after: readonly RecordSet[];
}

interface ZoneListeners {
  readonly onApplied: (batch: AppliedBatch) => void;
}

const serverCount = 4;
/** Route 53 allows an account five requests a second; the service tells by refusing the sixth. */
const requestsPerSecond = 5;

export class SimulatedZone {
  mood: ApiMood = 'well';
  /** How long each authoritative server lags behind the API. */
  lagMs = 900;
  readonly silentServers = new Set<number>();
  readonly laggingServers = new Set<number>();
  readonly #time: VirtualTime;
  readonly #chance: Chance;
  readonly #listeners: ZoneListeners;
  #records: readonly RecordSet[];
  readonly #served: (readonly RecordSet[])[];
  #changes = 0;
  /** How many servers have each change. */
  readonly #reached = new Map<string, number>();
  #requestsAtMs: readonly number[] = [];

  constructor(
    records: readonly RecordSet[],
    world: {
      readonly time: VirtualTime;
      readonly chance: Chance;
      readonly listeners: ZoneListeners;
    },
  ) {
    this.#records = records;
    this.#served = Array.from({ length: serverCount }, () => records);
    this.#time = world.time;
    this.#chance = world.chance;
    this.#listeners = world.listeners;
  }

  get records(): readonly RecordSet[] {
    return this.#records;
  }

  get termNumber(): number {
    return termOf(this.#records).number;
  }

  get isSettled(): boolean {
    return this.#served.every((served) => served === this.#records);
  }

  /** As Route 53 says it: a moment before the last server has the change. */
  isInSync(changeId: string): boolean {
    return (this.#reached.get(changeId) ?? serverCount) >= serverCount - 1;
  }

  latencyMs(): number {
    return this.mood === 'slow'
      ? this.#chance.between(2_000, 6_000)
      : this.#chance.between(30, 250);
  }

  /** Null when the request may be served. */
  admit(): 'unreachable' | 'busy' | null {
    if (this.mood === 'unreachable') return 'unreachable';
    const { nowMs } = this.#time;
    this.#requestsAtMs = [...this.#requestsAtMs.filter((atMs) => nowMs - atMs < 1_000), nowMs];
    const isCrowded = this.#requestsAtMs.length > requestsPerSecond;
    return isCrowded || (this.mood === 'throttling' && this.#chance.happens(0.8)) ? 'busy' : null;
  }

  /** The batch reaches the service. An answer of `unreachable` is one that was lost on its way back. */
  submit(by: string, changes: readonly Change[]): WriteOutcome {
    const refusal = this.admit();
    if (refusal !== null) return { kind: refusal, detail: `simulated: ${this.mood}` };
    const fault = this.#faultOf(changes);
    if (fault !== null) return fault;
    this.#changes += 1;
    const changeId = `change-${this.#changes}`;
    if (this.mood !== 'ineffective') this.#apply(by, changes, changeId);
    else this.#reached.set(changeId, serverCount);
    const isLost = this.mood === 'losing-answers' && this.#chance.happens(0.7);
    return isLost
      ? { kind: 'unreachable', detail: 'simulated: answer lost' }
      : { kind: 'written', changeId };
  }

  view(server: number): ServerView {
    const name = `ns${server}`;
    if (this.silentServers.has(server))
      return { server: name, term: null, addresses: [], error: 'no answer' };
    const term = termOf(this.#served[server] ?? []).number;
    return { server: name, term, addresses: [], error: null };
  }

  get servers(): readonly number[] {
    return this.#served.map((_, index) => index);
  }

  /** What the servers answer, one by one. */
  get served(): readonly (readonly RecordSet[])[] {
    return this.#served;
  }

  #faultOf(changes: readonly Change[]): WriteOutcome | null {
    const standing = new Map(
      this.#records.map((record) => [recordIdentity(record), recordText(record)]),
    );
    for (const { action, record } of changes) {
      const key = recordIdentity(record);
      if (action === 'DELETE' && standing.get(key) !== recordText(record))
        return isTerm(record)
          ? { kind: 'fenced', detail: `${record.name} stands otherwise` }
          : { kind: 'refused', detail: `${record.name} stands otherwise` };
      if (action === 'CREATE' && standing.has(key))
        return { kind: isTerm(record) ? 'fenced' : 'refused', detail: `${record.name} exists` };
      if (action === 'DELETE') standing.delete(key);
      else standing.set(key, recordText(record));
    }
    return null;
  }

  #apply(by: string, changes: readonly Change[], changeId: string): void {
    const before = this.#records;
    const records = new Map(before.map((record) => [recordIdentity(record), record]));
    for (const { action, record } of changes)
      if (action === 'DELETE') records.delete(recordIdentity(record));
      else records.set(recordIdentity(record), record);
    const after = [...records.values()];
    this.#records = after;
    this.#reached.set(changeId, 0);
    for (const server of this.servers) this.#propagate(server, after, changeId);
    this.#listeners.onApplied({ atMs: this.#time.nowMs, by, changes, before, after });
  }

  #propagate(server: number, records: readonly RecordSet[], changeId: string): void {
    const isLagging = this.laggingServers.has(server);
    const delayMs = isLagging ? this.lagMs * 60 : this.lagMs * this.#chance.between(0.3, 1.5);
    this.#time.after(delayMs, () => {
      // A server never goes back: a later change that came first stands.
      const served = this.#served[server] ?? [];
      if (termOf(records).number >= termOf(served).number) this.#served[server] = records;
      this.#reached.set(changeId, (this.#reached.get(changeId) ?? 0) + 1);
    });
  }
}
