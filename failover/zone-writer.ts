// One controller's hand on the zone: reads it when it must, writes one fenced batch at a time, and believes what it sees.
import type { Change, RecordSet } from '../fleet/records.ts';
import { recordText, termOf } from '../fleet/records.ts';
import type { Chronicle } from './chronicle.ts';
import { ControlPlane } from './control-plane.ts';
import type { ControllerMetrics } from './metrics.ts';
import type { Clock, RecordStore, ServerView, WriteOutcome } from './ports.ts';

export interface ZoneWriterSettings {
  readonly store: RecordStore;
  readonly clock: Clock;
  readonly metrics: ControllerMetrics;
  /** Uniform in [0, 1): spreads what several controllers would otherwise repeat in step. */
  readonly random: () => number;
  readonly chronicle: Chronicle;
}

export interface Snapshot {
  readonly records: readonly RecordSet[];
  readonly readAtMs: number;
}

export interface Proposal {
  readonly changes: readonly Change[];
  readonly desired: readonly RecordSet[];
  /** Why, in words, for the journal. */
  readonly cause: readonly string[];
}

/** `sent`, or what it waits for. */
export type Progress = 'sent' | 'in-flight' | 'unread' | 'backing-off' | 'pacing';

interface Attempt {
  readonly term: number;
  readonly changeId: string;
  readonly sentAtMs: number;
}

/** Without news the zone is read again this often; Route 53 grants the whole account five requests a second. */
const readEveryMs = 25_000;
/** A batch is planned from a zone read no longer ago than this (I8); the term would fence it anyway. */
const readAgeMsMax = 30_000;
const writeEveryMs = 1_000;
/**
 * From the decision to the call, journal included (it may take a second). A process that was held up for longer decides anew: where nobody
 * else has changed the zone meanwhile, the term would not fence what was decided from what was seen long ago.
 */
const proposalMsMax = 2_000;
/** Route 53 propagates in 60 s as a rule; later than this the change counts as without effect. */
const settleMsMax = 90_000;
const askSettledEveryMs = 2_000;
const backoffMsMin = 1_000;
const backoffMsMax = 60_000;

export class ZoneWriter {
  readonly controlPlane: ControlPlane;
  readonly #settings: ZoneWriterSettings;
  #snapshot: Snapshot | null = null;
  #due = true;
  /** The one call to the provider that is on its way; everything else goes on meanwhile. */
  #call: Promise<void> | null = null;
  #writtenAtMs = Number.NEGATIVE_INFINITY;
  #askedSettledMs = Number.NEGATIVE_INFINITY;
  #attempt: Attempt | null = null;
  /** Consecutive writes, and readings, that came to nothing. */
  #failures = 0;
  #readFailures = 0;
  #writeAfterMs = Number.NEGATIVE_INFINITY;
  #readAfterMs = Number.NEGATIVE_INFINITY;

  constructor(settings: ZoneWriterSettings) {
    this.#settings = settings;
    this.controlPlane = new ControlPlane(settings);
  }

  get snapshot(): Snapshot | null {
    return this.#snapshot;
  }

  /** For status pages. */
  get backoff() {
    const leftMs = Math.max(0, this.#writeAfterMs - this.#settings.clock.monotonicMs());
    return { failures: this.#failures, leftMs, settlingTerm: this.#attempt?.term ?? null };
  }

  /** Starts whatever is due: a first or a new reading of the zone, or the question whether a change has settled. */
  follow(views: readonly ServerView[]): void {
    const nowMs = this.#settings.clock.monotonicMs();
    this.#giveUpIfLate(nowMs);
    if (this.#call !== null) return;
    if (nowMs >= this.#readAfterMs && this.#shouldRead(views, nowMs))
      this.#start(() => this.#read());
    else this.#askIfServed(views, nowMs);
  }

  #shouldRead(views: readonly ServerView[], nowMs: number): boolean {
    if (this.#due || this.#snapshot === null) return true;
    const seen = Math.max(0, ...views.map(({ term }) => term ?? 0));
    return seen > this.#termRead() || nowMs - this.#snapshot.readAtMs >= readEveryMs;
  }

  /** Sends the batch unless something forbids it now. The next beat proposes anew, from what is wanted then. */
  propose(proposal: Proposal): Progress {
    const nowMs = this.#settings.clock.monotonicMs();
    if (this.#call !== null) return 'in-flight';
    if (nowMs < this.#writeAfterMs) return 'backing-off';
    const { readAtMs } = this.#snapshot ?? { readAtMs: Number.NEGATIVE_INFINITY };
    if (this.#due || nowMs - readAtMs > readAgeMsMax) {
      if (!this.#due) this.#settings.metrics.preconditions.inc({ why: 'old-reading' });
      return 'unread';
    }
    if (nowMs - this.#writtenAtMs < writeEveryMs) return 'pacing';
    this.#start(() => this.#write(proposal));
    return 'sent';
  }

  /** Resolves when no call is on its way. */
  async idle(): Promise<void> {
    await this.#call;
  }

  #start(call: () => Promise<void>): void {
    this.#call = call()
      .catch(() => this.#settings.metrics.faults.inc({ where: 'zone' }))
      .finally(() => {
        this.#call = null;
      });
  }

  async #read(): Promise<void> {
    const { store, clock, metrics } = this.#settings;
    const readAtMs = clock.monotonicMs();
    try {
      const records = await store.read();
      this.#snapshot = { records, readAtMs };
      this.#due = false;
      this.#readFailures = 0;
      metrics.unfinished.set(0);
      metrics.term.set(termOf(records).number);
      await this.controlPlane.answered();
    } catch (error) {
      this.#due = true;
      metrics.faults.inc({ where: 'read' });
      this.#readFailures += 1;
      this.#readAfterMs = this.#laterAfter(this.#readFailures);
      await this.controlPlane.failed(error);
    }
  }

  async #write({ changes, desired, cause }: Proposal): Promise<void> {
    const { store, clock, metrics, chronicle } = this.#settings;
    const term = termOf(desired).number;
    const sentAtMs = clock.monotonicMs();
    this.#writtenAtMs = sentAtMs;
    // Before the call: whatever happens to this process, the journal says what it was about to do.
    const batch = changes.map(({ action, record }) => `${action} ${recordText(record)}`);
    metrics.unfinished.set(1);
    await chronicle.record({ kind: 'intent', term, changes: batch, cause });
    const waitedMs = clock.monotonicMs() - sentAtMs;
    if (waitedMs > proposalMsMax) return this.#abandon(term, waitedMs);
    const outcome = await store.write(changes);
    // Everything but silence is an answer. That a write was answered, the reading after it shows.
    if (outcome.kind === 'unreachable') await this.controlPlane.failed(outcome.detail);
    await chronicle.record({ kind: 'outcome', term, outcome: outcome.kind, ...detailOf(outcome) });
    metrics.changes.inc({ outcome: outcome.kind });
    // Lost on its way: the reading that follows tells what became of it.
    if (outcome.kind !== 'unreachable') metrics.unfinished.set(0);
    if (outcome.kind === 'busy') metrics.throttled.inc();
    if (outcome.kind === 'fenced') this.#countFenced();
    else if (outcome.kind !== 'written') this.#backOff();
    this.#attempt =
      outcome.kind === 'written' ? { term, changeId: outcome.changeId, sentAtMs } : null;
    await this.#read();
    if (this.#due || this.#attempt === null) return;
    // Listing includes what is still pending, so a term that is not there was accepted without effect.
    if (this.#termRead() >= term) this.#failures = 0;
    else await this.#withoutEffect(this.#attempt, 'not in the zone after it was accepted');
  }

  #countFenced(): void {
    const { metrics } = this.#settings;
    metrics.fenced.inc();
    metrics.preconditions.inc({ why: 'fenced' });
  }

  async #abandon(term: number, waitedMs: number): Promise<void> {
    const { metrics } = this.#settings;
    this.#due = true;
    metrics.unfinished.set(0);
    metrics.preconditions.inc({ why: 'old-decision' });
    const detail = `decided ${Math.round(waitedMs)} ms ago, and not sent any more`;
    await this.#settings.chronicle.record({ kind: 'outcome', term, outcome: 'abandoned', detail });
  }

  #termRead = () => termOf(this.#snapshot?.records ?? []).number;

  #giveUpIfLate(nowMs: number): void {
    const attempt = this.#attempt;
    if (attempt === null || this.#call !== null || nowMs - attempt.sentAtMs < settleMsMax) return;
    this.#start(() =>
      this.#withoutEffect(attempt, `not served by every server after ${settleMsMax} ms`),
    );
  }

  async #withoutEffect(attempt: Attempt, why: string): Promise<void> {
    this.#attempt = null;
    this.#due = true;
    // In the zone, though some server does not serve it: writing again would not help, and waiting would hurt.
    if (this.#termRead() < attempt.term) this.#backOff();
    this.#settings.metrics.unsettled.inc();
    await this.#settings.chronicle.record({ kind: 'no-effect', term: attempt.term, why });
  }

  /** Success is what every authoritative server answers and what the provider confirms (I11), not what was accepted. */
  #askIfServed(views: readonly ServerView[], nowMs: number): void {
    const attempt = this.#attempt;
    if (attempt === null || nowMs - this.#askedSettledMs < askSettledEveryMs) return;
    const served =
      views.length > 0 && views.every(({ term }) => term !== null && term >= attempt.term);
    if (!served) return;
    this.#askedSettledMs = nowMs;
    this.#start(async () => {
      const { store, clock, metrics, chronicle } = this.#settings;
      if (!(await store.settled(attempt.changeId))) return;
      const tookMs = clock.monotonicMs() - attempt.sentAtMs;
      this.#attempt = null;
      metrics.unsettled.set(0);
      metrics.settle.observe(tookMs / 1_000);
      await chronicle.record({ kind: 'settled', term: attempt.term, tookMs: Math.round(tookMs) });
    });
  }

  #backOff(): void {
    this.#failures += 1;
    this.#writeAfterMs = this.#laterAfter(this.#failures);
  }

  /** Doubles from 1 s to 1 min; jittered to between half and the whole, so that controllers fall out of step. */
  #laterAfter(failures: number): number {
    const { clock, random } = this.#settings;
    const fullMs = Math.min(backoffMsMin * 2 ** (failures - 1), backoffMsMax);
    return clock.monotonicMs() + fullMs * (0.5 + random() / 2);
  }
}

const detailOf = (outcome: WriteOutcome) =>
  outcome.kind === 'written' ? { changeId: outcome.changeId } : { detail: outcome.detail };
