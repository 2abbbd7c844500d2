// What the controller needs of the world: each port has an adapter for the real thing and one in memory for tests.
import type { FlagNote } from '../fleet/flag.ts';
import type { Region, RegionId, VantageId } from '../fleet/fleet.ts';
import type { Observation, ProbeFailure, ProbeResult } from '../fleet/health.ts';
import type { Change, RecordSet } from '../fleet/records.ts';
import type { Command } from './core/command.ts';
import type { RaisedFlag } from './core/raised-flags.ts';
import type { Reach } from './core/reach.ts';
import type { RequestCounters } from './core/request-counters.ts';

/**
 * What became of one batch.
 * - `written`: accepted whole; not yet served everywhere.
 * - `fenced`: somebody changed the zone first; nothing of it was applied. Read again.
 * - `busy`: not now (throttled, or a change of the zone is in progress); nothing was applied.
 * - `unreachable`: no answer; it may have been applied. Read again.
 * - `refused`: the provider finds the batch wrong; nothing was applied.
 */
export type WriteOutcome =
  | { readonly kind: 'written'; readonly changeId: string }
  | { readonly kind: 'fenced' | 'busy' | 'unreachable' | 'refused'; readonly detail: string };

/** The zone at its provider (the control plane). `read` throws `TransientError` 'zone-unreadable'. */
export interface RecordStore {
  read(): Promise<readonly RecordSet[]>;
  write(changes: readonly Change[]): Promise<WriteOutcome>;
  /** Whether every authoritative server serves the change (INSYNC); false also when nobody could be asked. */
  settled(changeId: string): Promise<boolean>;
}

export interface AddressProbe {
  readonly address: string;
  readonly tookMs: number;
  /** Null when it answered well. */
  readonly failure: { readonly kind: ProbeFailure; readonly detail: string } | null;
}

export interface RegionProbe {
  readonly result: ProbeResult;
  /** Each address by itself: a region counts as answering when any of them does. */
  readonly addresses: readonly AddressProbe[];
}

export interface Prober {
  probe(region: Region): Promise<RegionProbe>;
  /** A real inference. Null when it says nothing about health: no golden input, or the region sheds load. */
  golden(region: Region): Promise<RegionProbe | null>;
  /** A bare TCP connection to each address: tells a dead service from a dead network, and nothing about health. */
  connect(region: Region): Promise<readonly AddressReach[]>;
  /** What its machines have counted of their users' requests since they started; none where it does not say. */
  requests(region: Region): Promise<readonly RequestCounters[]>;
}

export interface AddressReach {
  readonly address: string;
  readonly reach: Reach;
}

/** Places that are no region: a vantage that reaches too few of them is blind itself. */
export interface Canaries {
  ask(): Promise<readonly CanaryReach[]>;
}

export interface CanaryReach {
  readonly target: string;
  readonly reach: Reach;
}

/** Objects that lead users away from a region by being there. `look` rejects when it cannot be told whether one is. */
export interface Flags {
  look(region: RegionId): Promise<FlagNote | null>;
}

/** One authoritative server, asked directly (the data plane): no resolver and no cache in between. */
export interface ServerView {
  readonly server: string;
  /** Null when it does not answer or has no legible term. */
  readonly term: number | null;
  readonly addresses: readonly string[];
  readonly error: string | null;
}

export interface DnsObserver {
  observe(): Promise<readonly ServerView[]>;
}

/** As orders travel between processes: the time that remains, because no two clocks agree. */
export type OrderInTransit = Command<string> & {
  readonly id: string;
  readonly serial: number;
  readonly reason: string;
  readonly actor: string;
  readonly remainingMs: number;
};

/** What one vantage tells the others; its age is by the sender's clock when it was sent. */
export interface PeerReport extends Observation {
  readonly orders: readonly OrderInTransit[];
  /** Flags that it sees raised. */
  readonly flags?: readonly RaisedFlag[];
  /** Its wall clock as it answered: shown, and never decided by. */
  readonly wallMs?: number;
}

export interface Peers {
  /** Asks all others at once; those who do not answer in time are left out. `askedAtMs` is when asking began. */
  pull(): Promise<readonly { readonly report: PeerReport; readonly askedAtMs: number }[]>;
  /** Why a vantage is not heard, where that is known; null for one that is. For people only. */
  faultOf?(vantage: VantageId): string | null;
}

/** One line: what happened and everything needed to understand it later. Never patient data. */
export type JournalEntry = {
  readonly kind:
    | 'started'
    | 'stopped'
    | 'verdict'
    | 'sight'
    | 'peer'
    | 'certificate'
    | 'denied'
    | 'control-plane'
    | 'flag'
    | 'decision'
    | 'intent'
    | 'outcome'
    | 'settled'
    | 'no-effect'
    | 'refused'
    | 'order'
    | 'reconciled'
    | 'fault';
} & Readonly<Record<string, unknown>>;

export interface Journal {
  /** Resolves when the line is on the disk. */
  append(entry: JournalEntry): Promise<void>;
  /** The newest lines, oldest first. */
  tail(linesMax: number): Promise<readonly JournalEntry[]>;
}

export interface Clock {
  monotonicMs(): number;
  /** For people and file names only; decisions never see it. */
  wallMs(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
