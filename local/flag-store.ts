// Stands in for the bucket of flags: a folder whose files anybody may read over HTTP, and nobody may write but through the disk.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { flagFolder } from '../fleet/flag.ts';
import { isIdentityName } from '../fleet/identity.ts';

const requestMsMax = 5_000;
const connectionsMax = 200;

export interface FlagStore {
  readonly host: string;
  readonly port: number;
  /** Of the folder; a region's id follows. */
  readonly url: string;
  close(): Promise<void>;
}

/** `GET /flags/<region>`: 200 with the file of that name, or 403 as from S3, which tells nobody what is not there. */
export async function startFlagStore(directory: string): Promise<FlagStore> {
  const server = createServer({ requestTimeout: requestMsMax }, ({ url = '' }, response) => {
    contentOf(directory, url).then(
      (content) => void response.writeHead(200).end(content),
      () => void response.writeHead(403).end(),
    );
  });
  server.maxConnections = connectionsMax;
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port, address: host } = server.address() as AddressInfo;
  return {
    host,
    port,
    url: `http://${host}:${port}/${flagFolder}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** Names of regions have no dots and slashes, so nothing outside the folder can be named. */
async function contentOf(directory: string, url: string): Promise<Buffer> {
  const name = url.slice(`/${flagFolder}`.length);
  if (!url.startsWith(`/${flagFolder}`) || !isIdentityName(name)) throw new Error('no such flag');
  return readFile(join(directory, name));
}
