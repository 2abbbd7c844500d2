// How busy a region is: from what its machines say of their workers to one number, and nothing where they do not say.
import { expect, test } from '@jest/globals';
import { workCountersIn } from '../../failover/adapters/work-metrics.ts';
import { utilisationBetween } from '../../failover/core/work-counters.ts';
import { LoadWatch } from '../../failover/load-watch.ts';
import { belgium, paris } from '../support/fleets.ts';

const reading = (machine: string, busySeconds: number, workers = 4) => ({
  machine,
  count: 0,
  errors: 0,
  buckets: [],
  work: { busySeconds, workers },
});

test('the time that workers spent, of the time there was', () => {
  const at = (atMs: number, busySeconds: number, workers = 4) => ({ atMs, busySeconds, workers });
  expect(utilisationBetween(at(0, 100), at(10_000, 120))).toBe(0.5);
  expect(utilisationBetween(at(0, 100), at(10_000, 100))).toBe(0);
  // A task that began long ago is counted when it ends.
  expect(utilisationBetween(at(0, 100), at(10_000, 200))).toBe(1);
  expect(utilisationBetween(at(0, 100), at(10_000, 20))).toBeNull();
  expect(utilisationBetween(at(0, 100), at(0, 100))).toBeNull();
  expect(utilisationBetween(at(0, 100), at(10_000, 120, 0))).toBeNull();
});

test('a region is as busy as its machines are on average, over the last minute', () => {
  const watch = new LoadWatch();
  for (let atMs = 0; atMs <= 120_000; atMs += 10_000) {
    // The second machine becomes busy in the second minute only.
    const late = Math.max(0, atMs - 60_000) / 1_000;
    watch.add(paris, [reading('a', atMs / 1_000), reading('b', 4 * late)], atMs);
  }
  expect(watch.loads(120_000)).toEqual({ [paris]: { machines: 2, utilisation: 0.625 } });
});

test('one reading says nothing yet, and a machine that is not met any more says nothing of now', () => {
  const watch = new LoadWatch();
  watch.add(paris, [reading('a', 0)], 0);
  expect(watch.loads(0)).toEqual({});
  watch.add(paris, [reading('a', 20)], 10_000);
  expect(watch.loads(70_000)).toEqual({ [paris]: { machines: 1, utilisation: 0.5 } });
  expect(watch.loads(70_001)).toEqual({});
});

test('machines that do not say how busy they are leave their region unknown', () => {
  const watch = new LoadWatch();
  const { work: _, ...silent } = reading('a', 0);
  watch.add(belgium, [silent], 0);
  watch.add(belgium, [silent], 10_000);
  expect(watch.loads(10_000)).toEqual({});
});

test('what the service writes at /metrics is read machine by machine, and summed over models', () => {
  const text = [
    '# TYPE inference_duration_seconds histogram',
    'inference_duration_seconds_bucket{task="read",model="a",le="1",machine="m1"} 9',
    'inference_duration_seconds_sum{task="read",model="a",machine="m1"} 12.5',
    'inference_duration_seconds_sum{task="explain",model="a",machine="m1"} 0.5',
    'inference_workers_live{machine="m1"} 4',
    'inference_workers_live{machine="fresh"} 2',
    'inference_duration_seconds_sum{task="read",model="a",machine="nobody"} 7',
    'inference_workers_live{machine="wrong"} NaN',
  ].join('\n');
  expect([...workCountersIn(text)]).toEqual([
    ['m1', { workers: 4, busySeconds: 13 }],
    ['fresh', { workers: 2, busySeconds: 0 }],
  ]);
});
