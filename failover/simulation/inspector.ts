// Judges every change of the simulated zone, and every second of its world, by the invariants I1 to I17 of docs/failover.md.
import type { Deployment, Fleet, RegionId, VantageId } from '../../fleet/fleet.ts';
import { intentOf, isTerm, planRecords, recordIdentity, termOf } from '../../fleet/records.ts';
import type { Change, Intent, RecordSet } from '../../fleet/records.ts';
import type { JournalEntry } from '../ports.ts';
import { capacityFault } from './capacity-fault.ts';
import type { Ledger } from './ledger.ts';
import type { Ordered } from './ordered.ts';
import type { AppliedBatch, SimulatedZone } from './simulated-zone.ts';

export interface Violation {
  readonly invariant: string;
  readonly atMs: number;
  readonly text: string;
}

/** What only the world knows. */
export interface Truth {
  readonly fleet: Fleet;
  readonly deployment: Deployment;
  readonly ledger: Ledger;
  readonly zone: SimulatedZone;
  readonly nowMs: () => number;
  readonly isDead: (region: RegionId) => boolean;
  /** Whether its users meet errors or long waits, or did no longer ago than I4's window lasts. */
  readonly isServingBadly: (region: RegionId) => boolean;
  /** Whether somebody ordered this region drained no longer ago than orders and their delivery last. */
  readonly isOrdered: (region: RegionId) => boolean;
  readonly ordered: Ordered;
  /** The least work of late that could be measured, in instances. */
  readonly workSeen: () => number;
  readonly isMeasuredBy: (vantage: VantageId) => boolean;
}

/** I2's window: three misses in a row at a quorum of vantages, and no six answers in a row since longer than this. */
const evidenceMsMax = 30_000;
/** I4's window of a minute, and as long again until what was in it has faded. */
export const greyMsMax = 120_000;
const accusationMsMax = { deadMs: evidenceMsMax, illMs: greyMsMax };
const stepMax = 25;
/** I8's half minute, and the two seconds that a decision may take to become a call. */
const zoneAgeMsMax = 32_000;

export class Inspector {
  readonly violations: Violation[] = [];
  readonly batches: AppliedBatch[] = [];
  readonly #truth: Truth;
  readonly #sentAtMs = new Map<VantageId, number>();

  constructor(truth: Truth) {
    this.#truth = truth;
  }

  onApplied(batch: AppliedBatch): void {
    this.batches.push(batch);
    const before = this.#intentIn(batch.before);
    const after = this.#intentIn(batch.after);
    this.#checkWhole(batch);
    this.#checkTerms(batch);
    this.#checkPace(batch);
    this.#checkSum(before, after);
    for (const { id } of this.#truth.fleet.regions) {
      this.#checkLeaving(id, before, after);
      this.#checkRaise(id, before, after);
    }
    this.#checkAnswers(batch.after);
  }

  onWriteSent(vantage: VantageId, callsInFlight: number, zoneAgeMs: number): void {
    const nowMs = this.#truth.nowMs();
    const lastMs = this.#sentAtMs.get(vantage) ?? Number.NEGATIVE_INFINITY;
    this.#sentAtMs.set(vantage, nowMs);
    if (zoneAgeMs > zoneAgeMsMax)
      this.#violated('I8', `${vantage} writes from a reading ${zoneAgeMs} ms old`);
    if (callsInFlight > 0) this.#violated('I10', `${vantage} writes with a call in flight`);
    if (nowMs - lastMs < 1_000)
      this.#violated('I10', `${vantage} writes ${nowMs - lastMs} ms after its last write`);
  }

  /** What freezes, gates and survivors' capacity allow, judged at the moment of sending. */
  onChangesSent(by: VantageId, changes: readonly Change[]): void {
    const { zone, ordered, fleet, workSeen, isMeasuredBy } = this.#truth;
    const upserts = changes.flatMap(({ action, record }) => (action === 'UPSERT' ? [record] : []));
    const replaced = new Set(upserts.map(recordIdentity));
    const kept = zone.records.filter((record) => !replaced.has(recordIdentity(record)));
    const before = this.#intentIn(zone.records);
    const after = this.#intentIn([...kept, ...upserts]);
    const isFenced = changes.some(
      ({ action, record }) =>
        action === 'DELETE' && isTerm(record) && termOf([record]).number !== zone.termNumber,
    );
    if (isFenced) return;
    const isIll = (id: RegionId) => this.#isIll(id);
    const disobeyed = ordered.faultOf({ by, before, after }, isIll);
    if (disobeyed !== null) this.#violated('orders', disobeyed);
    const isForTheDead = fleet.regions.some(
      ({ id }) => (before[id]?.weight ?? 0) > 0 && after[id]?.weight === 0 && isIll(id),
    );
    if (isForTheDead || !isMeasuredBy(by)) return;
    const short = capacityFault({ fleet, before, after, work: workSeen() });
    if (short !== null) this.#violated('I13', short);
  }

  onPhases(faults: readonly string[]): void {
    for (const text of faults) this.#violated('phases', text);
  }

  onJournal(vantage: VantageId, entry: JournalEntry): void {
    if (entry.kind !== 'settled') return;
    const term = Number(entry['term']);
    const behind = this.#truth.zone.served.filter((served) => termOf(served).number < term);
    if (behind.length > 0)
      this.#violated(
        'I11',
        `${vantage} calls term ${term} settled, ${behind.length} servers lack it`,
      );
  }

  /** I16, judged by the world when faults have been over for long enough. */
  checkPeace(sinceMs: number): void {
    const intent = this.#intentIn(this.#truth.zone.records);
    for (const { id, weight } of this.#truth.fleet.regions)
      if (intent[id]?.weight !== weight || !intent[id].usable)
        this.#violated(
          'I16',
          `${id} has ${intent[id]?.weight} of ${weight}, ${sinceMs} ms after the last fault`,
        );
  }

  /** I16 the other way: users are led away from a region that has long been dead while others live. */
  checkLeft(region: RegionId, deadForMs: number): void {
    const { weight = 0 } = this.#intentIn(this.#truth.zone.records)[region] ?? {};
    if (weight > 0) this.#violated('I16', `${region} dead for ${deadForMs} ms still has ${weight}`);
  }

  /** I4: users are led away from a region that says it is ready and has long served badly, while others serve well. */
  checkGreyLeft(region: RegionId, greyForMs: number): void {
    const { weight = 0 } = this.#intentIn(this.#truth.zone.records)[region] ?? {};
    if (weight > 0)
      this.#violated(
        'I4',
        `${region} has served badly for ${greyForMs} ms and still has ${weight}`,
      );
  }

  #intentIn(records: readonly RecordSet[]): Intent {
    return intentOf(this.#truth.fleet, this.#truth.deployment, records);
  }

  #violated(invariant: string, text: string): void {
    this.violations.push({ invariant, atMs: this.#truth.nowMs(), text });
  }

  /** I6: no batch leaves a record absent or empty, at any instant. */
  #checkWhole({ before, after }: AppliedBatch): void {
    const { fleet, deployment } = this.#truth;
    const planned = planRecords(fleet, deployment, this.#intentIn(after), termOf(after));
    if (after.length !== planned.length || after.filter(isTerm).length !== 1)
      this.#violated('I6', `${after.length} records stand where ${planned.length} belong`);
    for (const record of after)
      if (record.kind === 'addresses' && record.addresses.length === 0)
        this.#violated('I6', `${record.name} is empty`);
    if (before.length > after.length) this.#violated('I6', 'a record vanished');
  }

  /** I7: terms only grow, by one per batch. */
  #checkTerms({ before, after, by }: AppliedBatch): void {
    const [was, is] = [termOf(before).number, termOf(after).number];
    if (is !== was + 1) this.#violated('I7', `${by} went from term ${was} to ${is}`);
  }

  /** I3: changes within any window, whoever made them. */
  #checkPace({ atMs }: AppliedBatch): void {
    const { changesMax, changeWindowMs } = this.#truth.fleet.steering;
    const count = this.batches.filter((b) => atMs - b.atMs < changeWindowMs).length;
    if (count > changesMax) this.#violated('I3', `${count} changes within ${changeWindowMs} ms`);
  }

  /** I1: somebody always has weight, and with nobody answering nothing changes. */
  #checkSum(before: Intent, after: Intent): void {
    const { fleet, ledger, nowMs } = this.#truth;
    const sum = fleet.regions.reduce((total, { id }) => total + (after[id]?.weight ?? 0), 0);
    if (sum <= 0) this.#violated('I1', 'every weight is 0');
    const isSilent = fleet.regions.every(
      ({ id }) => ledger.answered(id, nowMs(), evidenceMsMax) === 0,
    );
    if (isSilent && JSON.stringify(before) !== JSON.stringify(after))
      this.#violated(
        'I1',
        'the zone changed while no region had answered any vantage for half a minute',
      );
  }

  /** I2, I5: a region is left on the word of a quorum, or on somebody's order. */
  #checkLeaving(id: RegionId, before: Intent, after: Intent): void {
    const { ledger, nowMs, isOrdered } = this.#truth;
    if (!((before[id]?.weight ?? 0) > 0 && after[id]?.weight === 0) || isOrdered(id)) return;
    if (this.#isIll(id)) return;
    const count = ledger.accusing(id, nowMs(), accusationMsMax);
    this.#violated('I2', `${id} was left on the word of ${count} vantages, and serves well`);
  }

  /** Dead or ill as a quorum met it, some in one way and some in the other; or, by I4, serving its users badly. */
  #isIll(id: RegionId): boolean {
    const { fleet, ledger, nowMs, isServingBadly } = this.#truth;
    const accusing = ledger.accusing(id, nowMs(), accusationMsMax);
    return accusing >= fleet.steering.quorum || isServingBadly(id);
  }

  /** I13: no jump in what a region is given, unless somebody else was lost; and nothing for one that answers nobody. */
  #checkRaise(id: RegionId, before: Intent, after: Intent): void {
    const { fleet, ledger, nowMs } = this.#truth;
    const by = (after[id]?.weight ?? 0) - (before[id]?.weight ?? 0);
    if (by <= 0) return;
    const others = fleet.regions.filter((region) => region.id !== id);
    const isRescue = others.every(
      (o) => after[o.id]?.weight === 0 || ledger.answered(o.id, nowMs(), evidenceMsMax) === 0,
    );
    const hasLost = others.some((o) => (after[o.id]?.weight ?? 0) < (before[o.id]?.weight ?? 0));
    if (by > stepMax && !isRescue && !hasLost)
      this.#violated('I13', `${id} was given ${by} more at once`);
    if (ledger.answered(id, nowMs(), evidenceMsMax) < fleet.steering.quorum)
      this.#violated('I3', `${id} was given ${by} more while it answered fewer than a quorum`);
  }

  /** I17: whoever is sent to a dead region is sent to a living one as well, while there is one. */
  #checkAnswers(records: readonly RecordSet[]): void {
    const { fleet, deployment, isDead, ledger, nowMs } = this.#truth;
    const isCondemned = ({ id }: { readonly id: RegionId }) =>
      isDead(id) && ledger.condemning(id, nowMs(), 2_000) >= fleet.steering.quorum;
    const dead = fleet.regions.filter(isCondemned);
    if (dead.length === fleet.regions.length) return;
    const deadAddresses = new Set(dead.flatMap(({ id }) => deployment.addresses[id] ?? []));
    const given = this.#intentIn(records);
    for (const record of records) {
      const owner = fleet.regions.find(({ id }) => record.name.startsWith(`${id}.`));
      if (record.kind !== 'addresses' || owner === undefined || !given[owner.id]?.weight) continue;
      if (record.addresses.every((address) => deadAddresses.has(address)) && !isCondemned(owner))
        this.#violated('I17', `${record.name} leads to dead regions only`);
    }
  }
}
