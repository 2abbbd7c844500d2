// A drill's observations, written down by hand: a region that dies at 0 s, is left, and comes back in steps.
import { fleetFor } from '../../fleet/environments.ts';
import type { UploadSample } from '../../local/drill-clients.ts';
import { drillNamed } from '../../local/drills/catalogue.ts';
import type { DrillFacts } from '../../local/drills/facts.ts';
import type { Prediction, Range } from '../../local/drills/prediction.ts';
import type { ReportInput } from '../../local/drills/report.ts';
import { rollbackOf } from '../../local/drills/rollback.ts';
import type { Snapshot } from '../../local/drills/rollback.ts';
import { scheduleOf, struckRegion } from '../../local/drills/strikes.ts';
import { peacetimeIntent, planRecords } from '../../fleet/records.ts';
import { deploymentOf } from './fleets.ts';

export const localFleet = fleetFor('local');
export const recovery = drillNamed('multi-region-recovery');
export const struck = struckRegion(localFleet, undefined);

export const upload = (seconds: number, ok: boolean): UploadSample => ({
  sentAtMs: seconds * 1_000,
  tookMs: 90,
  ok,
  region: ok ? 'gcp-belgium' : null,
  failedAddresses: [],
  error: ok ? null : 'ECONNREFUSED',
});

const weights = (paris: number) => ({
  'aws-paris': paris,
  'gcp-belgium': 10,
  'azure-frankfurt': 10,
});

export const killedAndBack: DrillFacts = {
  struck: 'aws-paris',
  normalWeights: weights(80),
  span: { fromMs: 0, untilMs: 20_000 },
  endedAtMs: 60_000,
  verdicts: [
    { atMs: 3_100, vantage: 'vantage-dublin', region: 'aws-paris', standing: 'down' },
    { atMs: 3_300, vantage: 'vantage-finland', region: 'aws-paris', standing: 'down' },
    { atMs: 27_000, vantage: 'vantage-dublin', region: 'aws-paris', standing: 'up' },
    { atMs: 27_000, vantage: 'vantage-finland', region: 'aws-paris', standing: 'up' },
  ],
  zone: [
    { atMs: 0, term: 1, weights: weights(80) },
    { atMs: 3_400, term: 2, weights: weights(0) },
    { atMs: 34_000, term: 3, weights: weights(8) },
    { atMs: 39_000, term: 4, weights: weights(32) },
    { atMs: 44_000, term: 5, weights: weights(56) },
    { atMs: 50_000, term: 6, weights: weights(80) },
  ],
  answers: [
    { atMs: 200, own: true },
    { atMs: 5_400, own: true },
    { atMs: 5_600, own: false },
    { atMs: 36_000, own: true },
  ],
  quietLooks: 1,
  clients: [
    { policy: 'every', samples: [upload(1, true), upload(5, true), upload(9, true)] },
    {
      policy: 'first',
      samples: [upload(9, true), upload(0.5, false), upload(7, false), upload(7.5, true)],
    },
  ],
};

const range = (low: number, high: number): Range => ({ low, high, never: 0 });

const prediction: Prediction = {
  seeds: [1, 2],
  detectionSeconds: range(3, 4),
  dnsSeconds: range(5, 6),
  returnSeconds: range(28, 29),
  changes: range(5, 5),
  carefulFailed: range(0, 0),
  simpleDowntimeSeconds: range(5, 10),
  violations: [],
};

export const peacetime: Snapshot = {
  records: planRecords(localFleet, deploymentOf(localFleet), peacetimeIntent(localFleet), {
    number: 1,
    by: 'provision',
  }),
  phases: { 'aws-paris': 'HEALTHY', 'gcp-belgium': 'HEALTHY', 'azure-frankfurt': 'HEALTHY' },
  answering: { 'aws-paris': true, 'gcp-belgium': true, 'vantage-dublin': true },
  faults: [],
  orders: [],
};

const schedule = scheduleOf(recovery, localFleet, struck);

export const reportInput: ReportInput = {
  drill: recovery,
  struck: 'aws-paris',
  site: 'the local fleet',
  fleet: localFleet,
  startedAtMs: Date.parse('2026-11-21T12:00:00.000Z'),
  facts: killedAndBack,
  prediction,
  rollback: rollbackOf(peacetime, peacetime),
  log: {
    begun: schedule.map((blow) => ({ atMs: 0, blow })),
    stoppedBecause: null,
    endedAtMs: 20_000,
    restoredAtMs: 20_200,
  },
};
