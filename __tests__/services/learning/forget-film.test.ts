// Forgetting: at the end of a film's time, after a withdrawal that a mirror missed, and where a turn was cut short.
import { describe, expect, test } from '@jest/globals';
import { memoryObjectStore } from '../../../services/adapters/memory-object-store.ts';
import { mirrorObjectStore } from '../../../services/adapters/mirror-object-store.ts';
import type { ObjectStore } from '../../../services/adapters/object-store.ts';
import { giveFeedback } from '../../../services/learning/feedback.ts';
import { forgetFilm, lakeSweeper } from '../../../services/learning/forget-film.ts';
import { contribute, withdraw } from '../../../services/learning/lake.ts';

const dayMs = 86_400_000;

function scene() {
  const clock = { nowMs: Date.UTC(2026, 10, 21) };
  const nowMs = () => clock.nowMs;
  const store = memoryObjectStore(nowMs);
  const options = { store, nowMs, daysMax: 30, filmsMax: 10 };
  return { clock, nowMs, store, options };
}

/** A film of one byte that has an opinion. */
async function give(options: Parameters<typeof contribute>[0], byte: number) {
  const study = String(byte % 10).repeat(64);
  const kept = await contribute(options, {
    film: Uint8Array.of(byte),
    reading: {
      study,
      model: 'chest-test',
      version: '1.0.0',
      label: 'finding',
      logit: 1,
      probability: 0.7,
      decision: 'abnormal',
      features: Float32Array.of(1, 2),
    },
  });
  if (!kept.kept) throw new Error(kept.reason);
  await giveFeedback(options, study, { opinion: 'agree' });
  return kept;
}

const keysIn = async (store: ObjectStore) =>
  (await store.list('', { max: 1_000 })).map(({ key }) => key);

test('a film goes whole at the end of its time, and not before', async () => {
  const { clock, store, options } = scene();
  await give(options, 1);
  const turn = lakeSweeper(store, options);
  clock.nowMs += 30 * dayMs;
  expect(await turn()).toBe(0);
  expect(await keysIn(store)).toHaveLength(5);
  await give(options, 2);
  clock.nowMs += 1;
  expect(await turn()).toBe(1);
  const left = await keysIn(store);
  expect(left).toHaveLength(5);
  expect(left).toContain(`lake/studies/${'2'.repeat(64)}.json`);
});

test('a tombstone goes when no copy can be left', async () => {
  const { clock, store, options } = scene();
  const { withdrawalToken, film } = await give(options, 1);
  await withdraw(options, withdrawalToken);
  const turn = lakeSweeper(store, options);
  clock.nowMs += 30 * dayMs;
  await turn();
  expect(await keysIn(store)).toEqual([`lake/withdrawals/${film}.json`]);
  clock.nowMs += 1;
  await turn();
  expect(await keysIn(store)).toEqual([]);
});

test('a forgetting that was cut short is finished by the sweep', async () => {
  const { store, options } = scene();
  const { film, withdrawalToken } = await give(options, 1);
  let removals = 0;
  const failing: ObjectStore = {
    ...store,
    remove: async (key) => {
      removals += 1;
      if (removals > 2) throw new Error('power cut');
      await store.remove(key);
    },
  };
  await expect(withdraw({ ...options, store: failing }, withdrawalToken)).rejects.toThrow('power');
  expect(await keysIn(store)).not.toEqual([`lake/withdrawals/${film}.json`]);
  expect(await lakeSweeper(store, options)()).toBe(1);
  expect(await keysIn(store)).toEqual([`lake/withdrawals/${film}.json`]);
});

describe('a mirror that was away during a withdrawal', () => {
  test('brings the film back to nobody, and is swept when it answers again', async () => {
    const { nowMs, store: own, options } = scene();
    const far = memoryObjectStore(nowMs);
    let away = false;
    const reach = <T>(work: () => Promise<T>) =>
      away ? Promise.reject(new Error('away')) : work();
    const flaky: ObjectStore = {
      putIfAbsent: (key, bytes) => reach(() => far.putIfAbsent(key, bytes)),
      get: (key) => reach(() => far.get(key)),
      head: (key) => reach(() => far.head(key)),
      list: (prefix, page) => reach(() => far.list(prefix, page)),
      remove: (key) => reach(() => far.remove(key)),
    };
    const store = mirrorObjectStore([own, flaky], {
      onFault: () => undefined,
      operationMsMax: 1_000,
    });
    const lake = { ...options, store };
    const { film, withdrawalToken } = await give(lake, 1);
    away = true;
    await withdraw(lake, withdrawalToken);
    away = false;
    expect((await keysIn(far)).length).toBeGreaterThan(1);
    await expect(giveFeedback(lake, '1'.repeat(64), { opinion: 'agree' })).rejects.toMatchObject({
      code: 'not-kept',
    });
    expect(await lakeSweeper(store, options)()).toBe(1);
    expect(await keysIn(far)).toEqual([]);
    expect(await keysIn(own)).toEqual([`lake/withdrawals/${film}.json`]);
  });
});

test('forgetting what is not there is no error', async () => {
  const { store } = scene();
  await forgetFilm(store, 'a'.repeat(64));
  expect(await keysIn(store)).toEqual([]);
});
