// What a drill showed, computed from the journals of the vantages and from what the clinics saw. Pure.
import type { FaultKind } from './faults.ts';
import type { UploadSample } from './drill-clients.ts';
import type { AddressPolicy } from './zone-client.ts';

/** A line of a vantage's journal, as far as the report reads it. */
export interface JournalLine {
  readonly at: string;
  readonly vantage: string;
  readonly kind: string;
  readonly region?: string;
  readonly standing?: string;
  readonly because?: string;
  readonly term?: number;
  readonly outcome?: string;
  readonly changes?: readonly string[];
}

export interface WeightStep {
  readonly atMs: number;
  readonly weight: number;
}

export interface DrillFacts {
  readonly region: string;
  readonly fault: FaultKind;
  readonly startedAtMs: number;
  readonly liftedAtMs: number;
  readonly journal: readonly JournalLine[];
  /** When the authoritative server first answered without, and then again with, the region's own address. */
  readonly withdrawnAtMs: number | null;
  readonly returnedAtMs: number | null;
  readonly weights: readonly WeightStep[];
  readonly normalWeight: number;
  readonly ttlSeconds: number;
  readonly clients: readonly {
    readonly policy: AddressPolicy;
    readonly samples: readonly UploadSample[];
  }[];
}

interface ClientReport {
  readonly policy: AddressPolicy;
  readonly sent: number;
  readonly failed: number;
  /** From the first failed upload to the first that succeeded after the last failure; 0 without a failure. */
  readonly downtimeSeconds: number;
  /** From the fault to that success; null when it never came. */
  readonly recoverySeconds: number | null;
  readonly slowestMs: number;
  readonly regionsThatAnswered: readonly string[];
}

interface TimelineEntry {
  readonly seconds: number;
  readonly what: string;
}

export interface DrillReport {
  readonly region: string;
  readonly fault: FaultKind;
  readonly startedAt: string;
  readonly detectionSeconds: number | null;
  readonly decisionSeconds: number | null;
  readonly dnsSeconds: number | null;
  readonly recoverySeconds: number | null;
  readonly returnSeconds: number | null;
  readonly failedRequests: number;
  readonly clients: readonly ClientReport[];
  readonly returnWeights: readonly number[];
  readonly timeline: readonly TimelineEntry[];
  readonly objective: string;
  readonly passed: boolean;
}

/** A client's patience for one answer; it may notice its last failure that much later. */
const answerSecondsMax = 4;

export function drillReport(facts: DrillFacts): DrillReport {
  const { region, fault, startedAtMs, liftedAtMs, weights, normalWeight } = facts;
  const since = (ms: number | null) =>
    ms === null ? null : Math.round((ms - startedAtMs) / 100) / 10;
  const detected = linesAfter(facts).find(
    (l) => l.kind === 'verdict' && l.region === region && l.standing === 'down',
  );
  const decided = firstEffectiveIntent(facts);
  const clients = facts.clients.map((client) => clientReport(client, startedAtMs));
  const fullAtMs =
    weights.find((w) => w.atMs > liftedAtMs && w.weight === normalWeight)?.atMs ?? null;
  const dnsSeconds = since(facts.withdrawnAtMs);
  const limitSeconds =
    dnsSeconds === null ? null : dnsSeconds + facts.ttlSeconds + answerSecondsMax;
  const every = clients.filter((c) => c.policy === 'every');
  const first = clients.filter((c) => c.policy === 'first');
  return {
    region,
    fault,
    startedAt: new Date(startedAtMs).toISOString(),
    detectionSeconds: since(timeOf(detected)),
    decisionSeconds: since(timeOf(decided)),
    dnsSeconds,
    recoverySeconds: largest(clients.map((c) => c.recoverySeconds)),
    returnSeconds: fullAtMs === null ? null : seconds(fullAtMs - liftedAtMs),
    failedRequests: clients.reduce((sum, c) => sum + c.failed, 0),
    clients,
    returnWeights: weights.filter((w) => w.atMs > liftedAtMs).map((w) => w.weight),
    timeline: timeline(facts, timeOf(detected), timeOf(decided)),
    objective: `clients that try every address lose no upload; those that try the first only recover within detection + DNS + TTL + one answer (${limitSeconds ?? '?'} s)`,
    passed:
      fullAtMs !== null &&
      limitSeconds !== null &&
      every.every((c) => c.failed === 0) &&
      first.every((c) => (c.recoverySeconds ?? Infinity) <= limitSeconds),
  };
}

const seconds = (ms: number) => Math.round(ms / 100) / 10;
const timeOf = (line: JournalLine | undefined) => (line === undefined ? null : Date.parse(line.at));
const largest = (values: readonly (number | null)[]) =>
  values.includes(null) ? null : Math.max(0, ...values.map(Number));

const linesAfter = ({ journal, startedAtMs }: DrillFacts) =>
  journal.filter((l) => Date.parse(l.at) >= startedAtMs).sort((a, b) => a.at.localeCompare(b.at));

/** The first batch about the region that Route 53 took: several vantages may have tried, one of them won. */
function firstEffectiveIntent(facts: DrillFacts): JournalLine | undefined {
  const lines = linesAfter(facts);
  return lines.find(
    (intent) =>
      intent.kind === 'intent' &&
      intent.changes?.some((change) => change.includes(facts.region)) === true &&
      lines.some(
        (l) =>
          l.kind === 'outcome' &&
          l.vantage === intent.vantage &&
          l.term === intent.term &&
          l.outcome === 'written',
      ),
  );
}

function clientReport(
  { policy, samples }: DrillFacts['clients'][number],
  startedAtMs: number,
): ClientReport {
  const inOrder = [...samples].sort((a, b) => a.sentAtMs - b.sentAtMs);
  const failed = inOrder.filter((s) => !s.ok);
  const [firstFailed] = failed;
  const lastFailed = failed.at(-1);
  const recovered =
    lastFailed === undefined
      ? undefined
      : inOrder.find((s) => s.ok && s.sentAtMs > lastFailed.sentAtMs);
  return {
    policy,
    sent: inOrder.length,
    failed: failed.length,
    downtimeSeconds:
      firstFailed === undefined || recovered === undefined
        ? 0
        : seconds(recovered.sentAtMs - firstFailed.sentAtMs),
    recoverySeconds:
      firstFailed === undefined
        ? 0
        : recovered === undefined
          ? null
          : seconds(recovered.sentAtMs - startedAtMs),
    slowestMs: Math.max(0, ...inOrder.filter((s) => s.ok).map((s) => s.tookMs)),
    regionsThatAnswered: [...new Set(inOrder.map((s) => s.region).filter((r) => r !== null))],
  };
}

function timeline(
  facts: DrillFacts,
  detectedAtMs: number | null,
  decidedAtMs: number | null,
): TimelineEntry[] {
  const { region, fault, startedAtMs, liftedAtMs, withdrawnAtMs, returnedAtMs, weights, clients } =
    facts;
  const failures = clients.flatMap((c) => c.samples.filter((s) => !s.ok).map((s) => s.sentAtMs));
  const events: readonly (readonly [number | null, string])[] = [
    [startedAtMs, `${fault}: ${region} is struck`],
    [failures.length > 0 ? Math.min(...failures) : null, 'first failed upload was sent'],
    [detectedAtMs, `detected: a quorum of vantages says ${region} is down`],
    [decidedAtMs, 'decided: the batch is sent to Route 53'],
    [withdrawnAtMs, `DNS: ${region}'s addresses are no longer answered`],
    [failures.length > 0 ? Math.max(...failures) : null, 'last failed upload was sent'],
    [liftedAtMs, 'the fault has ended'],
    [returnedAtMs, `DNS: ${region}'s addresses are answered again`],
    ...weights
      .filter((w) => w.atMs > startedAtMs)
      .map((w) => [w.atMs, `weight of ${region} in the zone: ${w.weight}`] as const),
  ];
  return events
    .flatMap(([atMs, what]) => (atMs === null ? [] : [{ atMs, what }]))
    .sort((a, b) => a.atMs - b.atMs)
    .map(({ atMs, what }) => ({ seconds: seconds(atMs - startedAtMs), what }));
}
