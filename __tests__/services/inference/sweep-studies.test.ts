// Stored studies go at the end of their time, page by page.
import { expect, test } from '@jest/globals';
import { memoryObjectStore } from '../../../services/adapters/memory-object-store.ts';
import { studySweeper, sweepPageMax } from '../../../services/inference/sweep-studies.ts';

function storeAt() {
  let nowMs = 0;
  const clock = { nowMs: () => nowMs, set: (ms: number) => (nowMs = ms) };
  return { clock, store: memoryObjectStore(clock.nowMs) };
}

const key = (i: number) => `studies/${String(i).padStart(4, '0')}.json`;

test('a study is kept to the last millisecond of its time and then removed', async () => {
  const { clock, store } = storeAt();
  await store.putIfAbsent('studies/old.json', Uint8Array.of(1));
  const turn = studySweeper(store, { ageMsMax: 1_000, nowMs: clock.nowMs });
  clock.set(1_000);
  expect(await turn()).toBe(0);
  clock.set(1_001);
  await store.putIfAbsent('studies/new.json', Uint8Array.of(1));
  expect(await turn()).toBe(1);
  expect(await store.list('', { max: 10 })).toMatchObject([{ key: 'studies/new.json' }]);
});

test('nothing but studies is touched', async () => {
  const { clock, store } = storeAt();
  await store.putIfAbsent('jobs/1', Uint8Array.of(1));
  clock.set(1_000_000);
  expect(await studySweeper(store, { ageMsMax: 1, nowMs: clock.nowMs })()).toBe(0);
});

test('a turn looks at one page; the next goes on behind it, and after the last it begins again', async () => {
  const { clock, store } = storeAt();
  // One page of young studies in front of three old ones.
  for (let i = 0; i < 3; i++) await store.putIfAbsent(key(sweepPageMax + i), Uint8Array.of(1));
  clock.set(10_000);
  for (let i = 0; i < sweepPageMax; i++) await store.putIfAbsent(key(i), Uint8Array.of(1));
  const turn = studySweeper(store, { ageMsMax: 5_000, nowMs: clock.nowMs });
  expect(await turn()).toBe(0);
  expect(await turn()).toBe(3);
  clock.set(20_000);
  expect(await turn()).toBe(sweepPageMax);
});
