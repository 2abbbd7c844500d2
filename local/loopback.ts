// Loopback addresses for the regions of one local fleet: a free block of 127.77.0.0/16, so that fleets live side by side.
import { createServer } from 'node:net';
import { InputError } from '../fleet/errors.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { cannotListen } from './cannot-listen.ts';

const blocksMax = 50;

/** Addresses of each region, `127.77.<block>.<10 * (region + 1) + n>`: far from the 127.0.0.x other programs use. */
const loopbackAddresses = (
  fleet: Fleet,
  block: number,
): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(
    fleet.regions.map((region, i) => [
      region.id,
      Array.from({ length: region.addressCount }, (_, n) => `127.77.${block}.${10 * (i + 1) + n}`),
    ]),
  );

/** The first block on whose addresses the regions' ports are free. */
export async function freeLoopbackAddresses(
  fleet: Fleet,
): Promise<Readonly<Record<string, readonly string[]>>> {
  for (let block = 0; block < blocksMax; block += 1) {
    const addresses = loopbackAddresses(fleet, block);
    const free = await Promise.all(
      fleet.regions.flatMap((r) => (addresses[r.id] ?? []).map((host) => isFree(host, r.port))),
    );
    if (free.every(Boolean)) return addresses;
  }
  throw new InputError('no-loopback-block', {
    found: `All ${blocksMax} blocks of loopback addresses are in use`,
    why: 'Each local region answers on an address of its own',
    remedy: 'Stop another local fleet (Ctrl-C in its terminal)',
  });
}

function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(false) : reject(cannotListen(error, host, port)),
    );
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** Refuses a port that another program holds, before anything else is started. */
export async function ensureFree(port: number): Promise<void> {
  if (port === 0 || (await isFree('127.0.0.1', port))) return;
  throw cannotListen(Object.assign(new Error(), { code: 'EADDRINUSE' }), '127.0.0.1', port);
}

/** The first free UDP-and-TCP port at or after `from` on 127.0.0.1; only TCP is tried, both are bound together later. */
export async function freePort(from: number, tries = 50): Promise<number> {
  for (let port = from; port < from + tries; port += 1)
    if (await isFree('127.0.0.1', port)) return port;
  throw new InputError('port-taken', {
    found: `Ports ${from} to ${from + tries - 1} on 127.0.0.1 are all in use`,
    why: 'The local name server needs one of them',
    remedy: 'Stop what uses them, or another local fleet',
  });
}
