// The standing orders on disk: written beside and renamed, so that a crash leaves the old ones or the new ones.
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { OrderStore, StoredOrder } from '../order-desk.ts';

export async function fileOrderStore(directory: string): Promise<OrderStore> {
  await mkdir(directory, { recursive: true });
  const file = join(directory, 'orders.json');
  let last: Promise<void> = Promise.resolve();
  const save = async (orders: readonly StoredOrder[]) => {
    const handle = await open(`${file}.new`, 'w', 0o600);
    try {
      await handle.writeFile(JSON.stringify(orders));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(`${file}.new`, file);
  };
  return {
    load: async () => {
      try {
        return JSON.parse(await readFile(file, 'utf8')) as StoredOrder[];
      } catch {
        // None yet, or damaged: every order ends by itself, so forgetting them all is the smaller harm.
        return [];
      }
    },
    save: (orders) => {
      last = last.catch(() => undefined).then(() => save(orders));
      return last;
    },
  };
}
