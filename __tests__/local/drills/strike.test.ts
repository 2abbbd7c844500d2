// The dangerous part, in time that passes only when the drill waits.
import { beforeEach, expect, test } from '@jest/globals';
import type { FaultPort } from '../../../local/drills/drill-site.ts';
import type { DrillFacts } from '../../../local/drills/facts.ts';
import { strike } from '../../../local/drills/strike.ts';
import type { StrikeSettings } from '../../../local/drills/strike.ts';
import { scheduleOf } from '../../../local/drills/strikes.ts';
import { drillNamed } from '../../../local/drills/catalogue.ts';
import { killedAndBack, localFleet, struck, upload } from '../../support/drills.ts';

const flapping = drillNamed('flapping');
let nowMs = 0;
let done: string[] = [];

beforeEach(() => {
  nowMs = 0;
  done = [];
});

const port = (change: Partial<FaultPort> = {}): FaultPort => ({
  cannot: () => null,
  begin: async (_, { fault, target }) => void done.push(`${nowMs} ${fault} ${target}`),
  renew: async () => undefined,
  restore: async () => void done.push(`${nowMs} restore`),
  active: async () => [],
  ...change,
});

const calm: DrillFacts = { ...killedAndBack, verdicts: [], clients: [], answers: [] };

const settings = (change: Partial<StrikeSettings> = {}): StrikeSettings => ({
  drill: flapping,
  struck: struck.id,
  schedule: scheduleOf(flapping, localFleet, struck),
  faults: port(),
  nowMs: () => nowMs,
  leftByMs: null,
  facts: () => calm,
  hold: async () => undefined,
  stoppedByHand: () => false,
  sleep: async (ms) => {
    nowMs += ms;
  },
  say: () => undefined,
  ...change,
});

test('each fault begins when it is due, and after the last one everything is restored', async () => {
  const log = await strike(settings());
  expect(done).toEqual([
    '0 refuse aws-paris',
    '25000 refuse aws-paris',
    '50000 refuse aws-paris',
    '75000 refuse aws-paris',
    '85000 restore',
  ]);
  expect(log).toMatchObject({ stoppedBecause: null, endedAtMs: 85_000 });
});

test('somebody says all the while that the drill is watched', async () => {
  const renewedAtMs: number[] = [];
  const renew = async () => void renewedAtMs.push(nowMs);
  await strike(settings({ faults: port({ renew }) }));
  const gaps = renewedAtMs.map((at, i) => at - (renewedAtMs[i - 1] ?? 0));
  expect(Math.max(...gaps)).toBeLessThan(15_000 / 2);
});

test('Ctrl-C in the middle ends it at once, and restores', async () => {
  const log = await strike(settings({ stoppedByHand: () => nowMs >= 30_000 }));
  expect(done).toEqual(['0 refuse aws-paris', '25000 refuse aws-paris', '30000 restore']);
  expect(log.stoppedBecause).toBe('stopped by hand');
});

test('Ctrl-C in the calm before strikes nothing', async () => {
  await strike(settings({ stoppedByHand: () => true }));
  expect(done).toEqual(['0 restore']);
});

test('a fault that cannot be begun ends the drill, and what did begin is restored', async () => {
  const begin = async () => {
    if (nowMs > 0) throw new Error('the supervisor is gone');
    done.push('begun');
  };
  const log = await strike(settings({ faults: port({ begin }) }));
  expect(done).toEqual(['begun', '25000 restore']);
  expect(log.stoppedBecause).toBe('the supervisor is gone');
});

test('restoring is tried again when it fails', async () => {
  let tries = 0;
  const restore = async () => {
    tries += 1;
    if (tries < 3) throw new Error('not now');
    done.push('restored');
  };
  await strike(settings({ faults: port({ restore }) }));
  expect(done.at(-1)).toBe('restored');
});

const down = (region: string, vantage: string) => ({
  atMs: 1_000,
  vantage,
  region,
  standing: 'down',
});
const clinics = (lost: number) => [
  {
    policy: 'every' as const,
    samples: Array.from({ length: 20 }, (_, i) => upload(i / 2, i >= lost)),
  },
];

test.each<[string, Partial<DrillFacts>, number | null, RegExp | null]>([
  [
    'a survivor is down for most vantages',
    { verdicts: ['dublin', 'finland'].map((v) => down('gcp-belgium', v)) },
    null,
    /gcp-belgium, which the drill did not strike, is down/,
  ],
  [
    'one vantage of several finds a survivor down',
    {
      verdicts: [
        down('gcp-belgium', 'dublin'),
        { ...down('gcp-belgium', 'finland'), standing: 'up' },
      ],
    },
    null,
    null,
  ],
  ['the struck region is down', { verdicts: [down('aws-paris', 'dublin')] }, null, null],
  ['careful clients lose a fifth', { clients: clinics(4) }, null, /only 80 %/],
  ['careful clients lose one of twenty', { clients: clinics(1) }, null, null],
  ['nobody leaves the region in time', {}, 10_000, /aws-paris has not been left/],
  ['it was left in time', { answers: [{ atMs: 5_000, own: false }] }, 10_000, null],
])('stop conditions: %s', async (_, change, leftByMs, reason) => {
  // Late enough for every condition, early enough for all uploads to be recent.
  nowMs = change.clients === undefined ? 20_000 : 9_900;
  const log = await strike(settings({ facts: () => ({ ...calm, ...change }), leftByMs }));
  if (reason === null) expect(log.stoppedBecause).toBeNull();
  else expect(log.stoppedBecause).toMatch(reason);
  expect(done.at(-1)).toMatch(/restore$/);
});
