// What counts as a probe on time, and what the numbers of a bench may be.
import { expect, test } from '@jest/globals';
import { numbersFrom } from '../../../bench/failover/arguments.ts';
import { ProbeTally } from '../../../bench/failover/probe-tally.ts';
import { regionId } from '../../../fleet/fleet.ts';

const common = { region: regionId('endpoint-1'), atMs: 0, tookMs: 3 };
const answered = { ok: true, ...common } as const;
const missed = { ok: false, ...common, failure: 'timeout', detail: 'lost' } as const;

test('on time is answered well and begun at its moment; nothing counts before the beginning', () => {
  const tally = new ProbeTally();
  tally.add(missed, 0);
  tally.begin(1_000);
  tally.add(answered, 100);
  tally.add(answered, 101);
  tally.add(missed, 0);
  tally.add(answered, 0);
  expect(tally.told(3_000).onTimeShare).toBe(0.5);
  for (let i = 0; i < 4; i += 1) tally.leaveOut();
  expect(tally.told(3_000)).toMatchObject({
    seconds: 2,
    probes: 4,
    leftOut: 4,
    onTimeShare: 0.25,
    failures: { timeout: 1 },
    tookMsMedian: 3,
  });
});

const options = { rounds: { default: 20, min: 1 }, seed: { default: 1, min: 0 } };

test('numbers have defaults and least values, and whatever else is given is refused', () => {
  expect(numbersFrom([], options)).toEqual({ rounds: 20, seed: 1 });
  expect(numbersFrom(['--seed', '7'], options)).toEqual({ rounds: 20, seed: 7 });
  for (const wrong of [['--rounds', '0'], ['--rounds', 'many'], ['--days', '3'], ['5']])
    expect(() => numbersFrom(wrong, options)).toThrow(
      expect.objectContaining({ code: 'wrong-arguments' }),
    );
});
