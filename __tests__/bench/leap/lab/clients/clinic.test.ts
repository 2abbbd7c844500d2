// A clinic's requests: when they are begun, and what is remembered of them.
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { Clinic } from '../../../../../bench/leap/lab/clients/clinic.ts';

const startedAt = 1_000_000;

beforeEach(() => {
  jest.useFakeTimers({ now: startedAt });
});
afterEach(() => {
  jest.useRealTimers();
});

/** A service that takes so long for each request, and answers as it is told. */
const service = (tookMs: number, isWell: () => boolean) => () =>
  new Promise<void>((resolve, reject) => {
    setTimeout(() => (isWell() ? resolve() : reject(new Error('no answer'))), tookMs);
  });

test('an open loop begins a request a second, however long each takes', async () => {
  const clinic = new Clinic(
    service(2_500, () => true),
    1_000,
    false,
  );
  clinic.start(400);
  await jest.advanceTimersByTimeAsync(6_000);
  expect(clinic.sentSince(0)).toEqual(
    [400, 1_400, 2_400, 3_400].map((ms) => ({ at: startedAt + ms, ok: true, tookMs: 2_500 })),
  );
  clinic.stop();
});

test('who waits begins the next request on the first beat after the last one has ended', async () => {
  const clinic = new Clinic(
    service(2_500, () => false),
    1_000,
    true,
  );
  clinic.start(0);
  await jest.advanceTimersByTimeAsync(6_500);
  expect(clinic.sentSince(0).map(({ at, ok }) => [at - startedAt, ok])).toEqual([
    [0, false],
    [3_000, false],
  ]);
  clinic.stop();
});

test('after it was stopped nothing is begun, and started again it begins anew', async () => {
  const clinic = new Clinic(
    service(0, () => true),
    1_000,
    false,
  );
  clinic.start(0);
  await jest.advanceTimersByTimeAsync(500);
  clinic.stop();
  await jest.advanceTimersByTimeAsync(10_000);
  clinic.start(0);
  await jest.advanceTimersByTimeAsync(500);
  clinic.stop();
  expect(clinic.sentSince(0).map(({ at }) => at - startedAt)).toEqual([0, 10_500]);
  expect(clinic.sentSince(startedAt + 1)).toHaveLength(1);
});

test('a failure that is over before the moment asked for is not told', async () => {
  let isWell = false;
  const clinic = new Clinic(
    service(10, () => isWell),
    1_000,
    false,
  );
  clinic.start(0);
  await jest.advanceTimersByTimeAsync(1_500);
  isWell = true;
  await jest.advanceTimersByTimeAsync(1_500);
  clinic.stop();
  expect(clinic.sentSince(0).map(({ ok }) => ok)).toEqual([false, false, true]);
  expect(clinic.sentSince(startedAt + 2_000).map(({ ok }) => ok)).toEqual([true]);
});
