// A mirror in the failure of one of its stores: it answers, it reports, and it repairs.
import { describe, expect, test } from '@jest/globals';
import { memoryObjectStore } from '../../../services/adapters/memory-object-store.ts';
import { mirrorObjectStore } from '../../../services/adapters/mirror-object-store.ts';
import type { MirrorFault } from '../../../services/adapters/mirror-object-store.ts';
import type { ObjectStore } from '../../../services/adapters/object-store.ts';

const bytes = Uint8Array.of(1, 2, 3);

/** Every operation fails, or never answers. */
const brokenStore = (answer: () => Promise<never>): ObjectStore => ({
  putIfAbsent: answer,
  get: answer,
  head: answer,
  list: answer,
  remove: answer,
});
const failing = brokenStore(() => Promise.reject(new Error('disk full')));
const hanging = brokenStore(() => new Promise(() => undefined));

function mirrorOf(stores: readonly ObjectStore[], operationMsMax = 5_000) {
  const faults: Omit<MirrorFault, 'error'>[] = [];
  const onFault = ({ operation, store }: MirrorFault) => faults.push({ operation, store });
  return { faults, mirror: mirrorObjectStore(stores, { onFault, operationMsMax }) };
}

const memory = (nowMs = 0) => memoryObjectStore(() => nowMs);

test('a put is in every store', async () => {
  const [own, other] = [memory(), memory()];
  await mirrorOf([own, other]).mirror.putIfAbsent('key', bytes);
  expect(await own.get('key')).toEqual(bytes);
  expect(await other.get('key')).toEqual(bytes);
});

test('what only a mirror has is answered and written back to the own store', async () => {
  const [own, other] = [memory(), memory()];
  await other.putIfAbsent('key', bytes);
  const { mirror, faults } = mirrorOf([own, other]);
  expect(await mirror.get('key')).toEqual(bytes);
  expect(await own.get('key')).toEqual(bytes);
  expect(faults).toEqual([]);
});

test('what no store has is null', async () => {
  const { mirror } = mirrorOf([memory(), memory()]);
  expect(await mirror.get('key')).toBeNull();
  expect(await mirror.head('key')).toBeNull();
});

describe.each([
  ['fails', failing],
  ['hangs', hanging],
])('when a store %s', (_how, broken) => {
  test('as the mirror, the own store still serves, and each fault is reported', async () => {
    const { mirror, faults } = mirrorOf([memory(), broken], 20);
    expect(await mirror.putIfAbsent('key', bytes)).toBe('created');
    expect(await mirror.get('key')).toEqual(bytes);
    expect(await mirror.list('', { max: 10 })).toHaveLength(1);
    await mirror.remove('key');
    expect(await mirror.get('key')).toBeNull();
    expect(faults.map(({ operation }) => operation)).toEqual(['put', 'list', 'remove', 'get']);
    expect(faults.every(({ store }) => store === 1)).toBe(true);
  });

  test('as the own one, the mirror serves and no repair is tried on what is broken', async () => {
    const other = memory();
    await other.putIfAbsent('key', bytes);
    const { mirror, faults } = mirrorOf([broken, other], 20);
    expect(await mirror.get('key')).toEqual(bytes);
    expect(await mirror.head('key')).toMatchObject({ sizeBytes: 3 });
    expect(faults).toEqual([
      { operation: 'get', store: 0 },
      { operation: 'head', store: 0 },
    ]);
  });

  test('and no other is left, the operation fails', async () => {
    const { mirror } = mirrorOf([broken, broken], 20);
    await expect(mirror.putIfAbsent('key', bytes)).rejects.toThrow(
      'put failed in each of 2 stores',
    );
    await expect(mirror.get('key')).rejects.toThrow('get failed in each of 2 stores');
    await expect(mirror.list('', { max: 1 })).rejects.toThrow('list failed in each of 2 stores');
  });
});

test('a listing is the union, and of several copies the oldest counts', async () => {
  const [own, other] = [memory(2_000), memory(1_000)];
  await own.putIfAbsent('a', bytes);
  await own.putIfAbsent('b', bytes);
  await other.putIfAbsent('b', bytes);
  await other.putIfAbsent('c', bytes);
  const { mirror } = mirrorOf([own, other]);
  const page = await mirror.list('', { max: 2 });
  expect(page.map(({ key, modifiedAtMs }) => [key, modifiedAtMs])).toEqual([
    ['a', 2_000],
    ['b', 1_000],
  ]);
  expect(await mirror.list('', { max: 2, after: 'b' })).toMatchObject([{ key: 'c' }]);
});

test('a mirror of nothing is a mistake', () => {
  expect(() => mirrorOf([])).toThrow('at least one store');
});
