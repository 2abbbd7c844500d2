import { expect, test } from '@jest/globals';
import type { UploadSample } from '../../local/drill-clients.ts';
import { drillReport } from '../../local/drill-report.ts';
import type { DrillFacts, JournalLine } from '../../local/drill-report.ts';

const t0 = Date.parse('2026-11-21T12:00:00.000Z');
const at = (seconds: number) => new Date(t0 + seconds * 1_000).toISOString();

const upload = (seconds: number, ok: boolean): UploadSample => ({
  sentAtMs: t0 + seconds * 1_000,
  tookMs: 90,
  ok,
  region: ok ? 'gcp-belgium' : null,
  failedAddresses: [],
  error: ok ? null : 'ECONNREFUSED',
});

const line = (seconds: number, vantage: string, entry: Partial<JournalLine>): JournalLine => ({
  at: at(seconds),
  vantage,
  kind: 'verdict',
  ...entry,
});

const journal: readonly JournalLine[] = [
  line(-9, 'finland', { region: 'aws-paris', standing: 'down' }),
  line(3.1, 'dublin', { region: 'aws-paris', standing: 'down' }),
  line(3.2, 'finland', { kind: 'intent', term: 2, changes: ['UPSERT aws-paris.api'] }),
  line(3.3, 'finland', { kind: 'outcome', term: 2, outcome: 'fenced' }),
  line(3.4, 'dublin', { kind: 'intent', term: 2, changes: ['UPSERT aws-paris.api'] }),
  line(3.5, 'dublin', { kind: 'outcome', term: 2, outcome: 'written' }),
];

const facts: DrillFacts = {
  region: 'aws-paris',
  fault: 'kill',
  startedAtMs: t0,
  liftedAtMs: t0 + 20_000,
  journal,
  withdrawnAtMs: t0 + 5_500,
  returnedAtMs: t0 + 30_000,
  weights: [
    { atMs: t0 - 3_000, weight: 80 },
    { atMs: t0 + 4_000, weight: 0 },
    { atMs: t0 + 30_000, weight: 8 },
    { atMs: t0 + 40_000, weight: 80 },
  ],
  normalWeight: 80,
  ttlSeconds: 5,
  clients: [
    { policy: 'every', samples: [upload(-1, true), upload(1, true), upload(9, true)] },
    {
      policy: 'first',
      samples: [
        upload(9, true),
        upload(-1, true),
        upload(0.5, false),
        upload(7, false),
        upload(7.5, true),
      ],
    },
  ],
};

test('detection, decision and DNS are read from the journals and the name server, not from what happened before', () => {
  expect(drillReport(facts)).toMatchObject({
    detectionSeconds: 3.1,
    // The vantage whose batch was fenced decided nothing.
    decisionSeconds: 3.4,
    dnsSeconds: 5.5,
    returnSeconds: 20,
    returnWeights: [8, 80],
  });
});

test('downtime runs from the first failed upload to the first success after the last one', () => {
  const { clients, failedRequests, recoverySeconds } = drillReport(facts);
  expect(clients).toMatchObject([
    { policy: 'every', sent: 3, failed: 0, downtimeSeconds: 0, recoverySeconds: 0 },
    { policy: 'first', sent: 5, failed: 2, downtimeSeconds: 7, recoverySeconds: 7.5 },
  ]);
  expect(failedRequests).toBe(2);
  expect(recoverySeconds).toBe(7.5);
});

test('a drill that meets its objective passes', () => {
  expect(drillReport(facts).passed).toBe(true);
});

const [every, first] = facts.clients as [
  DrillFacts['clients'][number],
  DrillFacts['clients'][number],
];

test.each([
  [
    'a careful client lost an upload',
    {
      clients: [
        { ...every, samples: [...every.samples, upload(10, false), upload(11, true)] },
        first,
      ],
    },
  ],
  [
    'a simple client was down longer than detection, DNS and TTL explain',
    {
      clients: [
        every,
        { ...first, samples: [...first.samples, upload(14.5, false), upload(15, true)] },
      ],
    },
  ],
  [
    'a client never recovered',
    { clients: [every, { ...first, samples: [...first.samples, upload(18, false)] }] },
  ],
  ['the region did not return to its full weight', { weights: facts.weights.slice(0, 3) }],
  ['the name server never left the region', { withdrawnAtMs: null }],
] as const)('it fails when %s', (_, change) => {
  expect(drillReport({ ...facts, ...change }).passed).toBe(false);
});

test('the timeline is in order and starts with the fault', () => {
  const { timeline } = drillReport(facts);
  expect(timeline[0]).toEqual({ seconds: 0, what: 'kill: aws-paris is struck' });
  expect(timeline.map((e) => e.seconds)).toEqual(
    timeline.map((e) => e.seconds).toSorted((a, b) => a - b),
  );
});
