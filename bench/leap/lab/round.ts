// One round: the arm's records served, a rest in which every cache learns them, a kill, and what became of everybody.
import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Quiet } from '../../../failover/leap/client-model.ts';
import type { Row } from '../row.ts';
import { isQuiet } from './client-names.ts';
import type { ClientsReport } from './clients-process.ts';
import type { ExperimentBed } from './experiment-bed.ts';
import type { Fault, PlannedRound, RoundTimes } from './experiment-plan.ts';
import { outcomeOf } from './outcome.ts';

/** The negative control: single addresses, and nobody who rewrites them. */
export const controlArm = 'control';
export const strategyOfArm = (arm: string): string => (arm === controlArm ? 'single' : arm);

export interface RoundRecord extends PlannedRound {
  readonly fault: Fault;
  readonly killedAtMs: number;
  /** After the kill; null for never. */
  readonly detectedMs: number | null;
  readonly publishedMs: number | null;
  readonly windowMs: number;
  readonly rows: number;
  readonly loadAverage: number;
}

export interface RoundResult {
  readonly record: RoundRecord;
  readonly rows: readonly Row[];
  /** Every request and every answer, as the clients kept them. */
  readonly raw: ClientsReport;
}

const primeLeadMs = 2_000;

/** Where a resolver's minimum is longer than the silence, its cache still holds the answer when the region dies. */
export const quietInRound = (windowMs: number, ttlSeconds: number): Quiet => ({
  withinMs: windowMs / 2,
  silentMs: primeLeadMs + ttlSeconds * 1_000,
});

export async function runRound(
  bed: ExperimentBed,
  round: PlannedRound,
  fault: Fault,
  times: RoundTimes,
): Promise<RoundResult> {
  const { arm, ttlSeconds } = round;
  await bed.enter({ strategy: strategyOfArm(arm), ttlSeconds });
  const quiet = quietInRound(times.windowMs, ttlSeconds);
  await sleep(times.restMs - quiet.silentMs + round.phaseMs);
  // What the quiet clinics' caches learn now is over when the region dies, unless a minimum holds it.
  bed.tellClients({ order: 'prime' });
  await sleep(quiet.silentMs);

  if (arm === controlArm) bed.freezeControllers();
  const killedAtMs = await bed.strike(fault);
  bed.tellClients({ order: 'wake', withinMs: quiet.withinMs });
  await sleep(times.windowMs);
  const untilMs = Date.now();
  bed.tellClients({ order: 'hush' });
  const publishedAtMs = await bed.publishedAt();
  await sleep(times.graceMs);
  const raw = await bed.report(killedAtMs);
  const detectedAtMs = await bed.detectedAt(killedAtMs);
  await bed.heal(fault);
  if (arm === controlArm) bed.thawControllers();

  const deadAddresses = bed.struckAddresses;
  const window = { killedAtMs, untilMs, publishedAtMs, deadAddresses };
  const rows = rowsOf(raw, bed, round, window);
  const after = (at: number | null) => (at === null ? null : at - killedAtMs);
  return {
    raw,
    rows,
    record: {
      ...round,
      fault,
      killedAtMs,
      detectedMs: after(detectedAtMs),
      publishedMs: after(publishedAtMs),
      windowMs: untilMs - killedAtMs,
      rows: rows.length,
      loadAverage: loadavg()[0] ?? 0,
    },
  };
}

function rowsOf(
  { clinics, told }: ClientsReport,
  bed: ExperimentBed,
  { arm, ttlSeconds }: PlannedRound,
  window: Parameters<typeof outcomeOf>[2],
): readonly Row[] {
  const profileOf = new Map(bed.caches.map(({ name, profile }) => [name, profile.id]));
  return clinics
    .map(({ cache, client, sent }): Row => ({
      arm,
      resolver: profileOf.get(cache) ?? '',
      client,
      ttlSeconds,
      region: bed.struck,
      killedAtMs: window.killedAtMs,
      cache,
      ...outcomeOf(sent, told[cache] ?? [], window),
    }))
    .filter(({ client, requests }) => requests > 0 || !isQuiet(client));
}
