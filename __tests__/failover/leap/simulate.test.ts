// The simulator against the closed forms, arm by arm, and against a wrong model, which must be seen; then what no closed form says.
import { describe, expect, test } from '@jest/globals';
import {
  downtimeQuantile,
  meanAttemptDelay,
  meanDowntime,
  widenedMeanDowntime,
  zeroDowntimeShare,
} from '../../../bench/leap/theory.ts';
import { quantile } from '../../../failover/leap/quantile.ts';
import type { Strategy } from '../../../fleet/fleet.ts';
import { meanOf, plainResolver, secondsOf, standardError, stricken } from '../../support/leap.ts';
import type { LeapRun } from '../../support/leap.ts';

const rewrite = 3.4;
const hedge: Strategy = { kind: 'hedge', own: 1, standby: 1 };
const multi3: Strategy = { kind: 'multi', standbyAddresses: 2 };
const arms: readonly (readonly [Strategy, number])[] = [
  [{ kind: 'single' }, 0],
  [{ kind: 'failover' }, 0],
  [{ kind: 'weighted' }, 0],
  [hedge, 1 / 2],
  [{ kind: 'hedge', own: 1, standby: 2 }, 2 / 3],
  [{ kind: 'duplicate-sets', copies: 2 }, 2 / 3],
  [{ kind: 'multi', standbyAddresses: 1 }, 1 / 2],
  [multi3, 2 / 3],
];

/** Whether a run's mean is within 15 % or two standard errors of what theory says: the gate of the leap goal. */
function agrees(run: LeapRun, seconds: number): boolean {
  const lost = secondsOf(stricken(run));
  const off = Math.abs(meanOf(lost) - seconds);
  return off <= Math.max(0.15 * seconds, 2 * standardError(lost));
}

describe.each([10, 60, 300])('TTL %d s', (ttlSeconds) => {
  test.each(arms)('%j: the mean is (1 - q)(D + T/2)', (strategy, aliveShare) => {
    const theory = meanDowntime({ rewrite, held: ttlSeconds, aliveShare });
    const run = { strategy, ttlSeconds, users: 1_200 };
    // Tighter than the gate: of so many users the mean is known to some 4 %.
    expect(Math.abs(meanOf(secondsOf(stricken(run))) / theory - 1)).toBeLessThan(0.12);
    expect(agrees(run, theory)).toBe(true);
  });
});

describe('the distribution', () => {
  test.each(arms.filter(([{ kind }]) => kind !== 'multi'))(
    '%j has the quantiles of the closed form',
    (strategy, aliveShare) => {
      const loss = { rewrite, held: 60, aliveShare };
      const seconds = secondsOf(stricken({ strategy, ttlSeconds: 60, users: 8_000 }));
      for (const share of [0.5, 0.95, 0.99])
        expect(Math.abs(quantile(seconds, share) - downtimeQuantile(loss, share))).toBeLessThan(
          2.5,
        );
      const spared = seconds.filter((s) => s === 0).length / seconds.length;
      expect(Math.abs(spared - zeroDowntimeShare(loss))).toBeLessThan(0.03);
    },
  );
});

describe('a wrong model is seen', () => {
  const theory = meanDowntime({ rewrite, held: 60, aliveShare: 1 / 2 });
  const right = { strategy: hedge, ttlSeconds: 60, users: 4_000 };

  test.each<readonly [string, LeapRun]>([
    [
      'odds of 1 : 2 taken for 1 : 1',
      { ...right, strategy: { kind: 'hedge', own: 1, standby: 2 } },
    ],
    [
      'a resolver that holds half as long again',
      { ...right, resolver: { ...plainResolver, held: [{ ttlSeconds: 60, heldSeconds: 90 }] } },
    ],
    ['a rewrite ten seconds late', { ...right, rewriteSeconds: [13.4] }],
    ['nobody who hedges', { ...right, strategy: { kind: 'single' } }],
    ['a client that tries every address', { ...right, strategy: multi3, clientName: 'node-http' }],
  ])('%s', (_, wrong) => {
    expect(agrees(right, theory)).toBe(true);
    expect(agrees(wrong, theory)).toBe(false);
  });
});

describe('clients', () => {
  test('that try every address lose nothing with two in the answer, but the delay of an attempt', () => {
    for (const clientName of ['sequential', 'node-http', 'undici', 'curl']) {
      const users = stricken({ strategy: multi3, clientName, users: 800 });
      expect(users.reduce((sum, { failed }) => sum + failed, 0)).toBe(0);
      expect(Math.max(...users.map(({ slowestMs }) => slowestMs))).toBeGreaterThan(0);
    }
    // Of one request of each user, 1 - q begin with the dead.
    const short = stricken({ strategy: multi3, clientName: 'node-http', outageSeconds: 1 });
    const delay = meanOf(short.map(({ slowestMs }) => slowestMs / 1_000));
    expect(delay).toBeCloseTo(meanAttemptDelay(2 / 3, 0.25), 2);
  });

  test('that try every address lose as much as others when there is but one', () => {
    const lost = (clientName: string) =>
      meanOf(secondsOf(stricken({ strategy: { kind: 'single' }, clientName })));
    expect(Math.abs(lost('node-http') / lost('first') - 1)).toBeLessThan(0.35);
  });

  test('a pool of connections loses what was sent on the one that led into the dead, and nothing more', () => {
    const users = stricken({ strategy: multi3, clientName: 'keep-alive' });
    const struck = users.filter(({ failed }) => failed > 0);
    expect(struck.every(({ failed }) => failed === 1)).toBe(true);
    expect(struck.every(({ downtimeMs }) => downtimeMs === 1_000)).toBe(true);
    expect(Math.abs(struck.length / users.length - 1 / 3)).toBeLessThan(0.05);
  });

  test('a pool whose connections are renewed meets the dead again while caches still tell of it', () => {
    const hedged = { strategy: hedge, ttlSeconds: 300, users: 4_000 } as const;
    const users = stricken({ ...hedged, clientName: 'keep-alive' });
    const [first, later] = [1, 20].map(
      (failures) => users.filter(({ failed }) => failed >= failures).length / users.length,
    );
    expect(first).toBeGreaterThan(0.5);
    expect(later).toBeGreaterThan(0.3);
  });

  test('a browser given one dead address waits with its connection for as long as the kernel does, whatever the TTL', () => {
    const users = stricken({ strategy: { kind: 'single' }, ttlSeconds: 5, clientName: 'chromium' });
    const seconds = secondsOf(users);
    expect(Math.min(...seconds)).toBeGreaterThanOrEqual(131);
    expect(Math.max(...seconds)).toBeLessThan(131 + 10);
  });

  test('a browser given two addresses loses no more than the request that was under way', () => {
    const users = stricken({ strategy: multi3, clientName: 'chromium' });
    expect(Math.max(...users.map(({ failed }) => failed))).toBe(1);
  });

  test('a quiet clinic whose first question comes after the rewrite loses nothing, unless its resolver serves stale', () => {
    const late = { strategy: { kind: 'single' }, clientName: 'quiet-first' } as const;
    const lost = (resolver = plainResolver) =>
      stricken({ ...late, resolver, rewriteSeconds: [0] }).filter(({ failed }) => failed > 0)
        .length;
    expect(lost()).toBe(0);
    expect(lost({ ...plainResolver, staleFirst: true })).toBeGreaterThan(0.9 * 2_000);
  });
});

describe('resolvers', () => {
  test('a pool of caches spares whoever asks again, where one cache does not', () => {
    const strategy = hedge;
    const spell = (caches: number) => {
      const users = stricken({ strategy, ttlSeconds: 60, resolver: { ...plainResolver, caches } });
      return quantile(secondsOf(users), 0.99);
    };
    // The same mean, spread over everybody: nobody waits for a whole TTL on end.
    expect(spell(16)).toBeLessThan(0.75 * spell(1));
  });

  test('a frozen order is one fate for a whole life of an entry, a shuffled one a new draw each time', () => {
    const spread = (order: 'frozen' | 'shuffled') =>
      quantile(
        secondsOf(
          stricken({ strategy: multi3, ttlSeconds: 60, resolver: { ...plainResolver, order } }),
        ),
        0.95,
      );
    expect(spread('frozen')).toBeGreaterThan(1.3 * spread('shuffled'));
  });
});

test('widening gains what its closed form says', () => {
  const widen = { strategy: { kind: 'widen', ttlSeconds: 2 }, standbyAddresses: 1 } as const;
  const theory = widenedMeanDowntime({
    widened: 1.4,
    rewrite,
    held: 10,
    widenedHeld: 2,
    aliveShare: 1 / 2,
  });
  const mean = meanOf(secondsOf(stricken({ ...widen, users: 16_000 })));
  expect(Math.abs(mean / theory - 1)).toBeLessThan(0.05);
});

test('with nobody who rewrites, single addresses are down for as long as the region is', () => {
  const users = stricken({ strategy: { kind: 'single' }, rewriteSeconds: [], outageSeconds: 120 });
  expect(secondsOf(users).every((s) => s >= 119)).toBe(true);
});

test('a run repeats exactly from its seed, and another seed is another run', () => {
  const of = (seed: number) => JSON.stringify(stricken({ strategy: hedge, users: 400, seed }));
  expect(of(3)).toBe(of(3));
  expect(of(4)).not.toBe(of(3));
});
