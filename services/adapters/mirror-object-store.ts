// Several stores as one: writes go to all, reads are answered by the first that can, and the first is repaired on the way.
import type { ObjectHead, ObjectStore } from './object-store.ts';

export interface MirrorFault {
  readonly operation: 'put' | 'get' | 'head' | 'list' | 'remove';
  /** Index into the stores: 0 is the region's own. */
  readonly store: number;
  readonly error: unknown;
}

export interface MirrorOptions {
  readonly onFault: (fault: MirrorFault) => void;
  /** A mirror stands in another failure domain: when it hangs, it must not make this region hang with it. */
  readonly operationMsMax: number;
}

/**
 * For objects whose key determines what they mean (content addresses): copies may be written at different times and
 * differ in nothing that matters. An operation fails only when it failed in every store; each single failure is reported.
 */
export function mirrorObjectStore(
  stores: readonly ObjectStore[],
  options: MirrorOptions,
): ObjectStore {
  const mirror = new Mirror(stores, options);
  return {
    async putIfAbsent(key, bytes) {
      // The first store that answers decides who came first, so that of several writers exactly one has created it.
      const [outcome = 'exists'] = await mirror.all('put', (store) =>
        store.putIfAbsent(key, bytes),
      );
      return outcome;
    },
    async get(key) {
      const found = await mirror.first('get', (store) => store.get(key));
      if (found?.ownLacksIt === true) await mirror.repair(key, found.value);
      return found?.value ?? null;
    },
    async head(key) {
      const found = await mirror.first('head', (store) => store.head(key));
      return found?.value ?? null;
    },
    async list(prefix, { max, ...rest }) {
      const pages = await mirror.all('list', (store) => store.list(prefix, { max, ...rest }));
      return merged(pages).slice(0, max);
    },
    async remove(key) {
      await mirror.all('remove', (store) => store.remove(key));
    },
  };
}

class Mirror {
  readonly #stores: readonly ObjectStore[];
  readonly #options: MirrorOptions;

  constructor(stores: readonly ObjectStore[], options: MirrorOptions) {
    if (stores.length === 0) throw new Error('a mirror needs at least one store');
    this.#stores = stores;
    this.#options = options;
  }

  /** Asks one after the other; null when every store that answered has nothing. */
  async first<T>(
    operation: MirrorFault['operation'],
    ask: (store: ObjectStore) => Promise<T | null>,
  ): Promise<{ readonly value: T; readonly ownLacksIt: boolean } | null> {
    const errors: unknown[] = [];
    let ownLacksIt = false;
    for (const [index, store] of this.#stores.entries()) {
      const answer = await this.#attempt(operation, index, () => ask(store));
      if (!answer.ok) errors.push(answer.error);
      else if (answer.value !== null) return { value: answer.value, ownLacksIt };
      else if (index === 0) ownLacksIt = true;
    }
    if (errors.length === this.#stores.length) throw everyStoreFailed(operation, errors);
    return null;
  }

  /** Writes a mirror's copy back to the region's own store; that this fails is reported, and no reader's concern. */
  async repair(key: string, bytes: Uint8Array): Promise<void> {
    const [own] = this.#stores;
    if (own !== undefined) await this.#attempt('put', 0, () => own.putIfAbsent(key, bytes));
  }

  /** Asks all at once; returns the answers of those that could, in the order of the stores. */
  async all<T>(
    operation: MirrorFault['operation'],
    ask: (store: ObjectStore) => Promise<T>,
  ): Promise<readonly T[]> {
    const answers = await Promise.all(
      this.#stores.map((store, index) => this.#attempt(operation, index, () => ask(store))),
    );
    const values = answers.flatMap((answer) => (answer.ok ? [answer.value] : []));
    if (values.length > 0) return values;
    throw everyStoreFailed(
      operation,
      answers.flatMap((answer) => (answer.ok ? [] : [answer.error])),
    );
  }

  async #attempt<T>(
    operation: MirrorFault['operation'],
    store: number,
    ask: () => Promise<T>,
  ): Promise<{ ok: true; value: T } | { ok: false; error: unknown }> {
    try {
      return { ok: true, value: await within(this.#options.operationMsMax, ask()) };
    } catch (error) {
      this.#options.onFault({ operation, store, error });
      return { ok: false, error };
    }
  }
}

/** Ascending by key; of several copies the oldest counts, so that a repaired copy does not outlive its original. */
function merged(pages: readonly (readonly ObjectHead[])[]): readonly ObjectHead[] {
  const oldest = new Map<string, ObjectHead>();
  for (const head of pages.flat()) {
    const known = oldest.get(head.key);
    if (known === undefined || head.modifiedAtMs < known.modifiedAtMs) oldest.set(head.key, head);
  }
  return [...oldest.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}

const everyStoreFailed = (operation: string, errors: readonly unknown[]) =>
  new AggregateError(errors, `${operation} failed in each of ${errors.length} stores`);

async function within<T>(msMax: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${msMax} ms`)), msMax);
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
