// How programs of this checkout are started on a node of a testbed.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const checkout = fileURLToPath(new URL('../../..', import.meta.url));

export const tsx = (entry: string) =>
  [process.execPath, '--import', 'tsx', join(checkout, entry)] as const;
