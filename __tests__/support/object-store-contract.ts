// The contract of every object store: a test file calls it for each adapter, on one machine and in the cloud's emulator.
import { describe, expect, test } from '@jest/globals';
import type { ObjectStore } from '../../services/adapters/object-store.ts';

const text = (words: string) => new TextEncoder().encode(words);
const words = (bytes: Uint8Array | null) => (bytes === null ? null : Buffer.from(bytes).toString());
const keys = async (listing: ReturnType<ObjectStore['list']>) =>
  (await listing).map(({ key }) => key);

/** `open` returns an empty store each time. */
export const objectStoreContract = (name: string, open: () => Promise<ObjectStore>): void =>
  describe(`an object store (${name})`, () => {
    test('gives back what was put, and null for what never was', async () => {
      const store = await open();
      expect(await store.putIfAbsent('studies/a.json', text('one'))).toBe('created');
      expect(words(await store.get('studies/a.json'))).toBe('one');
      expect(await store.get('studies/b.json')).toBeNull();
      expect(await store.get('studies')).toBeNull();
      expect(await store.get('studies/a.json/deeper')).toBeNull();
    });

    test('never overwrites', async () => {
      const store = await open();
      await store.putIfAbsent('key', text('first'));
      expect(await store.putIfAbsent('key', text('second'))).toBe('exists');
      expect(words(await store.get('key'))).toBe('first');
    });

    test('of many writers at once exactly one wins, and all readers see its bytes', async () => {
      const store = await open();
      const writers = Array.from({ length: 8 }, (_, i) => store.putIfAbsent('race', text(`w${i}`)));
      const outcomes = await Promise.all(writers);
      expect(words(await store.get('race'))).toMatch(/^w[0-7]$/);
      expect(await store.get('race')).toEqual(await store.get('race'));
      expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(1);
    });

    test('keeps its own copy of the bytes', async () => {
      const store = await open();
      const bytes = text('kept');
      await store.putIfAbsent('key', bytes);
      bytes.fill(0);
      (await store.get('key'))?.fill(0);
      expect(words(await store.get('key'))).toBe('kept');
    });

    test('tells size and time without the bytes', async () => {
      const store = await open();
      const before = Date.now();
      await store.putIfAbsent('a/b', text('four'));
      expect(await store.head('a/b')).toMatchObject({ key: 'a/b', sizeBytes: 4 });
      // S3 tells whole seconds.
      expect((await store.head('a/b'))?.modifiedAtMs).toBeGreaterThan(before - 1_000);
      expect(await store.head('a')).toBeNull();
    });

    test('keeps an empty object', async () => {
      const store = await open();
      await store.putIfAbsent('empty', new Uint8Array());
      expect(await store.get('empty')).toHaveLength(0);
    });

    test('lists by prefix in the order of the keys, page by page', async () => {
      const store = await open();
      const all = ['a-b/1', 'a.b', 'a/1', 'a/2', 'a/2-', 'a/2/deep', 'ab', 'b/1'];
      for (const key of all) if (key !== 'a/2/deep') await store.putIfAbsent(key, text(key));
      const present = all.filter((key) => key !== 'a/2/deep').sort();
      expect(await keys(store.list('', { max: 100 }))).toEqual(present);
      expect(await keys(store.list('a/', { max: 100 }))).toEqual(['a/1', 'a/2', 'a/2-']);
      expect(await keys(store.list('a', { max: 100 }))).toEqual(present.slice(0, -1));
      expect(await keys(store.list('nothing', { max: 100 }))).toEqual([]);
      const paged: string[] = [];
      for (let page = await keys(store.list('', { max: 2 })); page.length > 0;) {
        expect(page.length).toBeLessThanOrEqual(2);
        paged.push(...page);
        page = await keys(store.list('', { max: 2, after: page.at(-1) ?? '' }));
      }
      expect(paged).toEqual(present);
    });

    test('removes, and does not mind when there is nothing to remove', async () => {
      const store = await open();
      await store.putIfAbsent('a/b/c', text('gone'));
      await store.remove('a/b/c');
      await store.remove('a/b/c');
      expect(await store.get('a/b/c')).toBeNull();
      expect(await keys(store.list('', { max: 10 }))).toEqual([]);
      expect(await store.putIfAbsent('a/b/c', text('back'))).toBe('created');
    });

    test.each([
      '',
      '/',
      '/etc/passwd',
      '../up',
      'a/../b',
      'a//b',
      'a/',
      '.hidden',
      'a\\b',
      'a\0b',
      'ä',
    ])('refuses the key %j', async (key) => {
      const store = await open();
      await expect(store.putIfAbsent(key, text('x'))).rejects.toThrow();
      await expect(store.get(key)).rejects.toThrow();
      await expect(store.remove(key)).rejects.toThrow();
    });
  });
