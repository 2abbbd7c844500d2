// The report of a drill, computed from what was seen: timeline, plot, budget, predicted against measured, proof of rollback. Pure.
import type { Fleet } from '../../fleet/fleet.ts';
import { disclaimer } from '../../fleet/study.ts';
import { judge } from './criteria.ts';
import type { Judgement } from './criteria.ts';
import type { Drill } from './drill.ts';
import { errorBudget } from './error-budget.ts';
import type { ErrorBudget } from './error-budget.ts';
import type { DrillFacts } from './facts.ts';
import { findingsOf } from './findings.ts';
import type { Findings } from './findings.ts';
import { limitsOf } from './limits.ts';
import { failedOf, longestDowntime } from './prediction.ts';
import type { Prediction, Range } from './prediction.ts';
import type { Rollback } from './rollback.ts';
import type { StrikeLog } from './strike.ts';
import { blowText } from './strikes.ts';

export interface ReportInput {
  readonly drill: Drill;
  readonly struck: string;
  readonly site: string;
  readonly fleet: Fleet;
  readonly startedAtMs: number;
  readonly facts: DrillFacts;
  readonly prediction: Prediction;
  readonly rollback: Rollback;
  readonly log: StrikeLog;
}

interface TimelineEntry {
  readonly seconds: number;
  readonly what: string;
}

interface Comparison {
  readonly figure: string;
  readonly predicted: string;
  readonly measured: string;
  readonly agrees: boolean;
}

export interface Plot {
  readonly endSeconds: number;
  readonly faults: readonly { readonly from: number; readonly to: number; readonly what: string }[];
  readonly success: readonly {
    readonly client: string;
    readonly points: readonly { readonly seconds: number; readonly share: number }[];
  }[];
  readonly weights: readonly {
    readonly region: string;
    readonly points: readonly { readonly seconds: number; readonly weight: number }[];
  }[];
}

export interface DrillReport {
  readonly format: 1;
  readonly note: string;
  readonly drill: string;
  readonly title: string;
  readonly purpose: string;
  readonly hypothesis: string;
  readonly struck: string;
  readonly site: string;
  readonly environment: string;
  readonly zone: string;
  readonly startedAt: string;
  readonly lastedSeconds: number;
  readonly outcome: 'passed' | 'failed' | 'stopped';
  readonly stoppedBecause: string | null;
  readonly judgements: readonly Judgement[];
  readonly findings: Findings;
  readonly comparison: readonly Comparison[];
  readonly prediction: Prediction;
  readonly errorBudget: ErrorBudget;
  readonly rollback: Rollback;
  readonly timeline: readonly TimelineEntry[];
  readonly plot: Plot;
}

/** Four uploads of each client. */
export const plotWindowMs = 2_000;

export const clientName = (policy: string): string =>
  policy === 'every' ? 'tries every address' : 'tries one address';

export function drillReport(input: ReportInput): DrillReport {
  const { drill, struck, fleet, facts, prediction, rollback, log } = input;
  const findings = findingsOf(facts);
  const limits = limitsOf(fleet, drill.detection, drill.relapses);
  const judgements = judge(drill, { struck, limits, findings, rollback });
  const passed = judgements.every((judgement) => judgement.passed);
  return {
    format: 1,
    note: disclaimer,
    drill: drill.name,
    title: drill.title,
    purpose: drill.purpose,
    hypothesis: drill.hypothesis,
    struck,
    site: input.site,
    environment: fleet.environment,
    zone: fleet.zone,
    startedAt: new Date(input.startedAtMs).toISOString(),
    lastedSeconds: seconds(facts.endedAtMs),
    outcome: log.stoppedBecause !== null ? 'stopped' : passed ? 'passed' : 'failed',
    stoppedBecause: log.stoppedBecause,
    judgements,
    findings,
    comparison: comparison(prediction, findings),
    prediction,
    errorBudget: errorBudget(facts.clients, facts.endedAtMs),
    rollback,
    timeline: timeline(facts, log, findings),
    plot: plot(facts, log),
  };
}

const seconds = (ms: number) => Math.round(ms / 100) / 10;

const comparison = (prediction: Prediction, findings: Findings): readonly Comparison[] => [
  compared(
    'detected, seconds after the fault',
    prediction.detectionSeconds,
    findings.detectionSeconds,
  ),
  compared('left in DNS, seconds after the fault', prediction.dnsSeconds, findings.dnsSeconds),
  compared('returned, seconds after the end', prediction.returnSeconds, findings.returnSeconds),
  compared('changes of the zone', prediction.changes, findings.changes),
  compared(
    'uploads lost by clients that try every address',
    prediction.carefulFailed,
    failedOf(findings, 'every'),
  ),
  compared(
    'longest downtime of clients that try one, seconds',
    prediction.simpleDowntimeSeconds,
    longestDowntime(findings),
  ),
];

const compared = (figure: string, range: Range, measured: number | null): Comparison => ({
  figure,
  predicted: rangeText(range),
  measured: measured === null ? 'never' : String(measured),
  agrees: isWithin(range, measured),
});

/** What never happened agrees with a prediction in which it sometimes did not. */
function isWithin({ low, high, never }: Range, measured: number | null): boolean {
  if (measured === null) return never > 0;
  return low !== null && high !== null && measured >= low && measured <= high;
}

export function rangeText({ low, high, never }: Range): string {
  if (low === null || high === null) return 'never';
  const span = low === high ? String(low) : `${low} to ${high}`;
  return never > 0 ? `${span}, or never` : span;
}

function timeline(facts: DrillFacts, log: StrikeLog, findings: Findings): readonly TimelineEntry[] {
  const { struck, span, verdicts, zone, clients } = facts;
  const failures = clients.flatMap((c) => c.samples.filter((s) => !s.ok).map((s) => s.sentAtMs));
  const fromMs = span?.fromMs ?? 0;
  const sinceFault = (s: number | null) => (s === null ? null : fromMs + 1_000 * s);
  const events: readonly (readonly [number | null, string])[] = [
    ...log.begun.map(({ atMs, blow }) => [atMs, blowText(blow)] as const),
    [failures.length > 0 ? Math.min(...failures) : null, 'the first upload that failed was sent'],
    ...verdicts
      .filter(({ standing }) => standing === 'down' || standing === 'drained')
      .map((v) => [v.atMs, `${v.vantage} finds ${v.region} ${v.standing}`] as const),
    ...zone.slice(1).map((z) => [z.atMs, `term ${z.term}: ${weightsText(z.weights)}`] as const),
    [sinceFault(findings.dnsSeconds), `the name servers answer without ${struck}`],
    [failures.length > 0 ? Math.max(...failures) : null, 'the last upload that failed was sent'],
    [
      log.endedAtMs,
      log.stoppedBecause === null ? 'the last fault ends' : `stopped: ${log.stoppedBecause}`,
    ],
    [log.restoredAtMs, 'everything is restored'],
    [facts.endedAtMs, 'the fleet is as before, or its time is up'],
  ];
  return events
    .flatMap(([atMs, what]) => (atMs === null ? [] : [{ atMs, what }]))
    .sort((a, b) => a.atMs - b.atMs)
    .map(({ atMs, what }) => ({ seconds: seconds(atMs), what }));
}

const weightsText = (weights: Readonly<Record<string, number>>) =>
  Object.entries(weights)
    .map(([id, weight]) => `${id} ${weight}`)
    .join(', ');

function plot({ clients, zone, normalWeights, endedAtMs }: DrillFacts, log: StrikeLog): Plot {
  const widthMs = plotWindowMs;
  const windows = Array.from({ length: Math.ceil(endedAtMs / widthMs) }, (_, i) => i);
  const policies = [...new Set(clients.map(({ policy }) => policy))];
  return {
    endSeconds: seconds(endedAtMs),
    faults: log.begun.map(({ atMs, blow }) => ({
      from: seconds(atMs),
      to: seconds(Math.min(atMs + blow.forMs, log.restoredAtMs)),
      what: `${blow.fault} of ${blow.target}`,
    })),
    success: policies.map((policy) => {
      const samples = clients.filter((c) => c.policy === policy).flatMap((c) => c.samples);
      const points = windows.flatMap((i) => {
        const sent = samples.filter(
          ({ sentAtMs }) => sentAtMs >= i * widthMs && sentAtMs < (i + 1) * widthMs,
        );
        if (sent.length === 0) return [];
        const share = sent.filter(({ ok }) => ok).length / sent.length;
        return [
          { seconds: seconds((i + 0.5) * widthMs), share: Math.round(share * 1_000) / 1_000 },
        ];
      });
      return { client: clientName(policy), points };
    }),
    weights: Object.keys(normalWeights).map((region) => ({
      region,
      points: zone.map(({ atMs, weights }) => ({
        seconds: seconds(atMs),
        weight: weights[region] ?? 0,
      })),
    })),
  };
}
