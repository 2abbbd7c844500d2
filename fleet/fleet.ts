// The fleet as data: regions, who stands in for whom, who watches, and the limits within which DNS may be changed.
import type { SafetyRule } from './safety-rules.ts';

export type RegionId = string & { readonly __brand: 'RegionId' };
export type VantageId = string & { readonly __brand: 'VantageId' };

export const regionId = (text: string) => text as RegionId;
export const vantageId = (text: string) => text as VantageId;

export const environmentNames = ['local', 'qa', 'preproduction', 'production'] as const;
export type EnvironmentName = (typeof environmentNames)[number];

export type Cloud = 'aws' | 'gcp' | 'azure';

export interface Region {
  readonly id: RegionId;
  readonly cloud: Cloud;
  /** The cloud's own name for the place, e.g. `eu-west-3`. */
  readonly location: string;
  readonly role: 'primary' | 'secondary';
  /** Share of the answers in peacetime, relative to the other regions: 0..255, Route 53's range. */
  readonly weight: number;
  /** Who takes this region's users, in order of preference. */
  readonly standby: readonly RegionId[];
  /** Stable public addresses; the values are allocated when the region is built. */
  readonly addressCount: number;
  readonly port: number;
  /** One weighted group shares one TTL, so this must be the same in every region. */
  readonly answerTtlSeconds: number;
  /** The private network, as CIDR; no two of the fleet may overlap, so that any two can be joined. */
  readonly network: string;
  /** The inference group; `machine` is the cloud's own name for a size, e.g. `c7i.xlarge`. */
  readonly instances: { readonly machine: string; readonly min: number; readonly max: number };
}

/** A place from which health is judged and from which DNS is rewritten. Each runs a whole controller. */
export interface Vantage {
  readonly id: VantageId;
  readonly cloud: Cloud;
  readonly location: string;
  readonly network: string;
  readonly machine: string;
}

/**
 * What an environment costs, whose it is, and how hard it is to lose: read by the stacks only.
 * Accounts that are not named here are those of whoever deploys.
 */
export interface Estate {
  readonly owner: string;
  /** Where alarms and budget warnings are sent. */
  readonly alertEmail: string;
  readonly monthlyBudgetUsd: number;
  readonly accounts: {
    readonly aws?: string;
    readonly gcp?: string;
    readonly azure?: string;
  };
  /** AWS locations for what must outlive the loss of any region: Terraform's state first, its copy second. */
  readonly stateLocations: readonly [string, string];
  /** The AWS location that holds a copy of a region's data when the fleet has no second AWS region. */
  readonly replicaLocation: string;
  /** Data cannot be destroyed by Terraform, and audit logs by nobody. */
  readonly protectsData: boolean;
  readonly logRetentionDays: number;
  readonly auditRetentionDays: number;
  /** Lambda instances of the pipelines' front that are kept warm; 0 accepts cold starts. */
  readonly provisionedConcurrency: number;
  /** A Prometheus and Grafana host of one's own, besides what the clouds measure; null for none. */
  readonly monitoring: { readonly network: string; readonly machine: string } | null;
}

/**
 * What a region's users are told besides its own addresses. Let q be the share of answers that begin with the standby.
 *
 * | strategy         | peacetime                                                        | q           |
 * |------------------|------------------------------------------------------------------|-------------|
 * | `single`         | own addresses                                                    | 0           |
 * | `failover`       | own addresses; those of the standby while a health check fails   | 0           |
 * | `weighted`       | weight 255 for each own address, 0 for each of the standby       | 0           |
 * | `hedge`          | one address an answer, drawn `own : standby`                     | s / (o + s) |
 * | `duplicate-sets` | the same odds as 1 : `copies`, made of set identifiers           | c / (1 + c) |
 * | `multi`          | all own addresses, and so many distinct ones of the standby      | m / (n + m) |
 * | `literal`        | all own addresses, and one of the standby `copies` times         | refused     |
 * | `widen`          | own addresses; with the first missed probe those of the standby too, and a short TTL | 0, then 1/2 |
 *
 * With all but `single` and `widen` the standby is in resolvers' caches before any failure, or is at hand without the
 * control plane. `literal` is what the thought of duplicate addresses says word for word: Route 53 refuses it, and so does
 * every check before it; it stays in the list so that this is shown and not merely said.
 */
export type Strategy =
  | { readonly kind: 'single' }
  | { readonly kind: 'failover' }
  | { readonly kind: 'weighted' }
  | { readonly kind: 'hedge'; readonly own: number; readonly standby: number }
  | { readonly kind: 'duplicate-sets'; readonly copies: number }
  | { readonly kind: 'multi'; readonly standbyAddresses: number }
  | { readonly kind: 'literal'; readonly copies: number }
  | { readonly kind: 'widen'; readonly ttlSeconds: number };

export interface ProbePolicy {
  readonly intervalMs: number;
  /** Whole exchange: connect, TLS, answer. */
  readonly timeoutMs: number;
  /** A dropped SYN leaves connect() pending for minutes, so connecting has a deadline of its own. */
  readonly connectTimeoutMs: number;
  /** The slower beat: a real inference of a golden image. */
  readonly goldenIntervalMs: number;
  readonly goldenTimeoutMs: number;
  readonly failuresToDown: number;
  readonly successesToUp: number;
  readonly lossy: LossyPolicy;
  readonly grey: GreyPolicy;
  readonly canary: CanaryPolicy;
}

/** A region that fails now and then and never long enough in a row: k of the last n results condemn as well. */
export interface LossyPolicy {
  readonly failures: number;
  readonly of: number;
  /** It counts as lossy until no more than this many of the last ones have failed. */
  readonly failuresToUp: number;
}

/** A region that says it is ready and serves badly: judged by how often it errs and how slow its slowest answers are. */
export interface GreyPolicy {
  readonly windowMs: number;
  /** Fewer answers within the window say nothing. */
  readonly samplesMin: number;
  readonly errorShareMax: number;
  /** The 99th percentile against what is usual. */
  readonly slowdownMax: number;
  /** Whatever is usual, nobody is hurt by answers that are quicker than this. */
  readonly slowMsMin: number;
}

/** Places that are no region of the fleet: a vantage that cannot reach them is blind itself, and abstains. */
export interface CanaryPolicy {
  /** `host:port`, asked for a TCP connection and nothing more. None, and the vantage never doubts its own sight. */
  readonly targets: readonly string[];
  readonly reachableMin: number;
}

export interface SteeringPolicy {
  /** How many vantages must agree before a region is left or returned to. */
  readonly quorum: number;
  /** An observation older than this counts for nobody. */
  readonly observationAgeMsMax: number;
  /** Shares of a region's normal weight through which it returns, ascending, ending in 1. */
  readonly restoreSteps: readonly number[];
  readonly restoreStepMs: number;
  /** How long a region must stay up before its first step; doubles with each relapse up to the maximum. */
  readonly holdOffMs: number;
  readonly holdOffMsMax: number;
  /** Changes per window, of which some are kept for leaving a dead region. */
  readonly changesMax: number;
  readonly changesReservedForLeaving: number;
  readonly changeWindowMs: number;
  /** A drain, a freeze or a switch by hand, or a drill, ends by itself after at most this long. */
  readonly orderMsMax: number;
  /** A frozen zone is written to leave a dead region, and for nothing else; without this, not even for that. */
  readonly leavesDeadWhileFrozen: boolean;
  readonly safetyRules: readonly SafetyRule[];
}

export interface Fleet {
  readonly environment: EnvironmentName;
  /** The delegated zone, without a trailing dot. Clients resolve `api.<zone>`. */
  readonly zone: string;
  readonly strategy: Strategy;
  readonly regions: readonly Region[];
  readonly vantages: readonly Vantage[];
  readonly probe: ProbePolicy;
  readonly steering: SteeringPolicy;
  readonly estate: Estate;
}

/** What building the fleet has produced and the controller needs: written by Terraform, or by the local fleet. */
export interface Deployment {
  readonly hostedZoneId: string;
  readonly addresses: Readonly<Record<string, readonly string[]>>;
  readonly healthCheckIds: Readonly<Record<string, string>>;
  /** Authoritative servers as `host:port`, asked directly before a change counts as done. */
  readonly nameServers: readonly string[];
}

export const primaryOf = (fleet: Fleet): Region => {
  const primary = fleet.regions.find((region) => region.role === 'primary');
  if (primary === undefined) throw new Error(`fleet ${fleet.environment} was used unchecked`);
  return primary;
};
