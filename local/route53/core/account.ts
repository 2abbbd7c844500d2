// One account's hosted zones and changes. No clock and no chance of its own: each call is told the moment and the new id.

import type { BatchRules } from './batch.ts';
import {
  advance,
  changeHostedZone,
  createHostedZone,
  withdrawHostedZone,
  type HostedZone,
  type Timing,
} from './hosted-zone.ts';
import { compareNames, compareText, readName } from './names.ts';
import type { Change } from './record-set.ts';
import { ServiceError } from './service-error.ts';
import { newZone, type Zone } from './zone.ts';

// Developer Guide, "Quotas on hosted zones" (the default one), and how far back GetChange remembers here.
export const hostedZonesMax = 500;
export const changesKeptMax = 10_000;

export interface Moment {
  /** Monotonic: delays and allowances are measured with it. */
  readonly nowMs: number;
  /** Wall clock: only printed. */
  readonly date: Date;
}

export interface ChangeInfo {
  readonly id: string;
  readonly status: 'PENDING' | 'INSYNC';
  readonly submittedAt: Date;
  readonly comment: string;
}

interface StoredChange {
  readonly insyncAtMs: number;
  readonly submittedAt: Date;
  readonly comment: string;
}

interface NewHostedZone {
  readonly id: string;
  readonly name: string;
  readonly callerReference: string;
  readonly comment: string;
}

export interface AccountSettings {
  readonly timing: Timing;
  readonly rules: BatchRules;
  readonly nameServers: readonly string[];
}

const byName = (a: HostedZone, b: HostedZone): number =>
  compareNames(a.current.name, b.current.name) || compareText(a.current.id, b.current.id);

export class Account {
  readonly #settings: AccountSettings;
  #zones = new Map<string, HostedZone>();
  /** Deleted zones stay here until name servers let go of them. */
  #leaving: HostedZone[] = [];
  readonly #callerReferences = new Set<string>();
  readonly #changes = new Map<string, StoredChange>();

  constructor(settings: AccountSettings) {
    this.#settings = settings;
  }

  get nameServers(): readonly string[] {
    return this.#settings.nameServers;
  }

  hostedZone(id: string): HostedZone {
    const hosted = this.#zones.get(id);
    if (hosted === undefined)
      throw new ServiceError('NoSuchHostedZone', `No hosted zone found with ID: ${id}`);
    return hosted;
  }

  hostedZonesByName(): HostedZone[] {
    return [...this.#zones.values()].sort(byName);
  }

  hostedZonesById(): HostedZone[] {
    return [...this.#zones.values()].sort((a, b) => compareText(a.current.id, b.current.id));
  }

  createHostedZone(request: NewHostedZone, changeId: string, at: Moment): HostedZone {
    const reading = readName(request.name);
    if (!reading.ok) throw new ServiceError('InvalidDomainName', reading.problem);
    if (this.#callerReferences.has(request.callerReference))
      throw new ServiceError(
        'HostedZoneAlreadyExists',
        `A hosted zone has already been created with the specified caller reference: ${request.callerReference}`,
      );
    if (this.#zones.size >= hostedZonesMax)
      throw new ServiceError('TooManyHostedZones', `Limits exceeded: ${hostedZonesMax} zones.`);
    const zone = newZone(request.id, reading.name, this.#settings.nameServers);
    const { pendingMs } = this.#settings.timing;
    const hosted = createHostedZone(
      zone,
      request.callerReference,
      request.comment,
      at.nowMs + pendingMs,
    );
    this.#zones.set(zone.id, hosted);
    this.#callerReferences.add(request.callerReference);
    this.#record(changeId, request.comment, at);
    return hosted;
  }

  deleteHostedZone(id: string, changeId: string, at: Moment): ChangeInfo {
    const leaving = withdrawHostedZone(this.hostedZone(id), at.nowMs, this.#settings.timing);
    this.#zones.delete(id);
    this.#leaving = [...this.#leaving, leaving];
    this.#callerReferences.delete(leaving.callerReference);
    return this.#record(changeId, '', at);
  }

  changeRecordSets(
    id: string,
    batch: { readonly changes: readonly Change[]; readonly comment: string },
    changeId: string,
    at: Moment,
  ): ChangeInfo {
    const { timing, rules } = this.#settings;
    const context = { nowMs: at.nowMs, timing, rules };
    this.#zones.set(id, changeHostedZone(this.hostedZone(id), batch.changes, context));
    return this.#record(changeId, batch.comment, at);
  }

  change(id: string, nowMs: number): ChangeInfo {
    const stored = this.#changes.get(id);
    if (stored === undefined)
      throw new ServiceError('NoSuchChange', `Could not find resource with ID: ${id}`);
    const { insyncAtMs, submittedAt, comment } = stored;
    return { id, status: nowMs < insyncAtMs ? 'PENDING' : 'INSYNC', submittedAt, comment };
  }

  /** The snapshots name servers answer from at `nowMs`; of two zones with one name the older is served. */
  servedZones(nowMs: number): ReadonlyMap<string, Zone> {
    for (const [id, hosted] of this.#zones) this.#zones.set(id, advance(hosted, nowMs));
    this.#leaving = this.#leaving
      .map((hosted) => advance(hosted, nowMs))
      .filter(({ publications }) => publications.length > 0);
    const served = new Map<string, Zone>();
    for (const { served: zone } of [...this.#leaving, ...this.#zones.values()])
      if (zone !== null && !served.has(zone.name)) served.set(zone.name, zone);
    return served;
  }

  #record(changeId: string, comment: string, at: Moment): ChangeInfo {
    const insyncAtMs = at.nowMs + this.#settings.timing.pendingMs;
    this.#changes.set(changeId, { insyncAtMs, submittedAt: at.date, comment });
    const [oldest] = this.#changes.keys();
    if (this.#changes.size > changesKeptMax && oldest !== undefined) this.#changes.delete(oldest);
    return this.change(changeId, at.nowMs);
  }
}
