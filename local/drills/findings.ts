// From observations to figures: detection, DNS, what each kind of client lost, how the region came back. Pure.
import type { AddressPolicy } from '../zone-client.ts';
import type { ClientFacts, DrillFacts } from './facts.ts';

interface ClientFindings {
  readonly policy: AddressPolicy;
  readonly sent: number;
  readonly failed: number;
  /** From the first failed upload to the first that succeeded after the last failure; 0 without a failure, null without an end. */
  readonly downtimeSeconds: number | null;
  /** From the fault to that success. */
  readonly recoverySeconds: number | null;
  readonly slowestMs: number;
  readonly regionsThatAnswered: readonly string[];
}

export interface Findings {
  readonly detectionSeconds: number | null;
  readonly dnsSeconds: number | null;
  /** From the end of the fault until the struck region had its normal weight. */
  readonly returnSeconds: number | null;
  readonly returnWeights: readonly number[];
  readonly changes: number;
  /** Regions whose weight fell to 0 while it is above 0 in peacetime. */
  readonly regionsLeft: readonly string[];
  readonly clients: readonly ClientFindings[];
}

export function findingsOf(facts: DrillFacts): Findings {
  const { struck, span, verdicts, answers, clients, zone } = facts;
  const fromMs = span?.fromMs ?? 0;
  const sinceFault = (atMs: number | undefined) =>
    atMs === undefined ? null : seconds(atMs - fromMs);
  const after = <T extends { readonly atMs: number }>(items: readonly T[]) =>
    items.filter(({ atMs }) => atMs >= fromMs);
  const detected = after(verdicts).find((v) => v.region === struck && v.standing === 'down');
  return {
    detectionSeconds: sinceFault(detected?.atMs),
    dnsSeconds: span === null ? null : sinceFault(leftAtMs(after(answers), facts.quietLooks)),
    ...returnOf(facts),
    changes: Math.max(0, (zone.at(-1)?.term ?? 0) - (zone[0]?.term ?? 0)),
    regionsLeft: Object.entries(facts.normalWeights)
      .filter(([id, normal]) => normal > 0 && zone.some(({ weights }) => weights[id] === 0))
      .map(([id]) => id),
    clients: clients.map((client) => clientFindings(client, fromMs)),
  };
}

const seconds = (ms: number) => Math.round(ms / 100) / 10;

const leftAtMs = (answers: DrillFacts['answers'], quietLooks: number) =>
  answers.find(
    (_, i) =>
      answers.length >= i + quietLooks && answers.slice(i, i + quietLooks).every(({ own }) => !own),
  )?.atMs;

/** A region that was never left has nothing to return from. */
function returnOf({ struck, span, zone, normalWeights }: DrillFacts) {
  const none = { returnSeconds: null, returnWeights: [] };
  if (span === null) return none;
  const normal = normalWeights[struck] ?? 0;
  const weights = zone.map(({ atMs, weights: all }) => ({ atMs, weight: all[struck] ?? 0 }));
  const lastZero = weights.findLastIndex(({ weight }) => weight === 0);
  if (lastZero < 0) return none;
  const rising = weights.slice(lastZero + 1);
  const full = rising.find(({ weight }) => weight === normal);
  return {
    returnSeconds: full === undefined ? null : Math.max(0, seconds(full.atMs - span.untilMs)),
    returnWeights: rising
      .map(({ weight }) => weight)
      .filter((weight, i, all) => weight !== all[i - 1]),
  };
}

function clientFindings({ policy, samples }: ClientFacts, fromMs: number): ClientFindings {
  const inOrder = [...samples].sort((a, b) => a.sentAtMs - b.sentAtMs);
  const failed = inOrder.filter(({ ok }) => !ok);
  const [firstFailed] = failed;
  const lastFailed = failed.at(-1);
  const recovered =
    lastFailed === undefined
      ? undefined
      : inOrder.find(({ ok, sentAtMs }) => ok && sentAtMs > lastFailed.sentAtMs);
  const untilRecovery = (sinceMs: number) =>
    recovered === undefined ? null : seconds(recovered.sentAtMs - sinceMs);
  return {
    policy,
    sent: inOrder.length,
    failed: failed.length,
    downtimeSeconds: firstFailed === undefined ? 0 : untilRecovery(firstFailed.sentAtMs),
    recoverySeconds: firstFailed === undefined ? 0 : untilRecovery(fromMs),
    slowestMs: Math.max(0, ...inOrder.filter(({ ok }) => ok).map(({ tookMs }) => tookMs)),
    regionsThatAnswered: [...new Set(inOrder.flatMap(({ region }) => region ?? []))].sort(),
  };
}
