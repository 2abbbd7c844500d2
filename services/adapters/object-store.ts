// The port to wherever bytes are kept: a disk, a bucket, or a mirror of several. Keys are like S3's, in a safe subset.

export interface ObjectHead {
  readonly key: string;
  readonly sizeBytes: number;
  readonly modifiedAtMs: number;
}

export interface ListOptions {
  /** Only keys that sort after this one (UTF-16 code units, as JavaScript and S3 agree on for the keys allowed here). */
  readonly after?: string;
  readonly max: number;
}

export interface ObjectStore {
  /** Atomic: whoever comes first wins, a reader never sees half an object, and an existing one is never overwritten. */
  putIfAbsent(key: string, bytes: Uint8Array): Promise<'created' | 'exists'>;
  get(key: string): Promise<Uint8Array | null>;
  head(key: string): Promise<ObjectHead | null>;
  /** In the order of the keys, at most `max`. */
  list(prefix: string, options: ListOptions): Promise<readonly ObjectHead[]>;
  /** Removing what is not there is no error. */
  remove(key: string): Promise<void>;
}

/** Longest key: S3, Cloud Storage and Blob all take 1,024 bytes. */
export const keyLengthMax = 1_024;

const segment = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}$/;

/**
 * Returns the key, or throws: keys are made by programs, so a wrong one is a bug, and a traversal (`..`, absolute paths,
 * empty or hidden segments) must never reach a file system.
 */
export function checkedKey(key: string): string {
  if (key.length <= keyLengthMax && key.split('/').every((part) => segment.test(part))) return key;
  throw new Error(`not an object key: ${JSON.stringify(key.slice(0, 80))}`);
}
