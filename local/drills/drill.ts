// What a drill is, as data: the faults, what is expected of the fleet, when to stop, and what counts as passed.
import type { FaultKind, VantageFaultKind } from '../faults.ts';

/** Times are in TTLs of the fleet's answers, so that one drill fits a laptop (5 s) and production (60 s). */
interface When {
  readonly afterTtls: number;
  readonly forTtls: number;
  /** Makes it harder, and is left out of a fleet that cannot be made to suffer it. */
  readonly optional?: true;
}

/** `struck` is the region that the drill is ordered for, `standby` the first who takes its users. */
export type Strike = When &
  (
    | { readonly on: 'region'; readonly whom: 'struck' | 'standby'; readonly fault: FaultKind }
    | { readonly on: 'vantage'; readonly whom: 'one' | 'every'; readonly fault: VantageFaultKind }
    /** A drain by the controllers' own API. */
    | { readonly on: 'order' }
    /** The flag that Route 53's health checks look at: no controller takes part. */
    | { readonly on: 'flag' }
  );

/** By what the fleet notices; it decides how long that may take. */
export type Detection = 'readiness' | 'inference' | 'native-check' | 'order' | 'none';

/** Each is judged by code in criteria.ts. */
export type Criterion =
  /** Clients that try every address: the least share of their uploads that must succeed. */
  | { readonly kind: 'careful-success'; readonly share: number }
  /** Clients that try one address only recover within detection + DNS + TTL + one answer. */
  | { readonly kind: 'simple-recovery' }
  | { readonly kind: 'detected' }
  /** The name servers stop naming the struck region in time. */
  | { readonly kind: 'left' }
  /** No region loses its weight. */
  | { readonly kind: 'nobody-left' }
  /** No region but the struck one loses its weight. */
  | { readonly kind: 'survivors-kept' }
  | { readonly kind: 'changes-at-most'; readonly count: number }
  /** The struck region comes back in steps of no more than 25. */
  | { readonly kind: 'staged-return' }
  | { readonly kind: 'returned' }
  /** Records as before apart from the term, every weight normal, every process answering. */
  | { readonly kind: 'rolled-back' };

export interface StopConditions {
  /** Of the careful clients' uploads within the last `successWindowMs`. */
  readonly carefulSuccessMin: number;
  /** Stop when a region that the drill did not strike is condemned or left. */
  readonly survivorFails: boolean;
}

export interface Drill {
  readonly name: string;
  readonly title: string;
  /** The published scenario or practice that it follows. */
  readonly after: string;
  readonly purpose: string;
  readonly hypothesis: string;
  readonly strikes: readonly Strike[];
  readonly detection: Detection;
  /** Falls of the struck region after the first: each doubles the hold-off before its return. */
  readonly relapses: number;
  readonly expected: readonly string[];
  readonly criteria: readonly Criterion[];
  readonly stop: StopConditions;
  /** What a person does while it runs; null when nobody has to. */
  readonly byHand: string | null;
  readonly lookAt: readonly string[];
  /** How it is held against a deployed fleet, and what is missing for it there. */
  readonly deployed: string;
}

/** The narrowest stretch over which a success ratio says something: twenty uploads of a careful client. */
export const successWindowMs = 10_000;

export const strikesRegion = (drill: Drill): boolean =>
  drill.strikes.some((s) => s.on === 'order' || s.on === 'flag' || s.on === 'region');
