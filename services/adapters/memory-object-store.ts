// An object store in memory: for tests, and as the plainest statement of what the port means.
import { checkedKey } from './object-store.ts';
import type { ObjectStore } from './object-store.ts';

export function memoryObjectStore(nowMs: () => number): ObjectStore {
  const objects = new Map<string, { readonly bytes: Uint8Array; readonly modifiedAtMs: number }>();
  const headOf = (key: string) => {
    const object = objects.get(key);
    return object === undefined
      ? null
      : { key, sizeBytes: object.bytes.length, modifiedAtMs: object.modifiedAtMs };
  };
  return {
    async putIfAbsent(key, bytes) {
      if (objects.has(checkedKey(key))) return 'exists';
      objects.set(key, { bytes: Uint8Array.from(bytes), modifiedAtMs: nowMs() });
      return 'created';
    },
    async get(key) {
      const object = objects.get(checkedKey(key));
      return object === undefined ? null : Uint8Array.from(object.bytes);
    },
    async head(key) {
      return headOf(checkedKey(key));
    },
    async list(prefix, { after = '', max }) {
      return [...objects.keys()]
        .filter((key) => key.startsWith(prefix) && key > after)
        .sort()
        .slice(0, max)
        .flatMap((key) => headOf(key) ?? []);
    },
    async remove(key) {
      objects.delete(checkedKey(key));
    },
  };
}
