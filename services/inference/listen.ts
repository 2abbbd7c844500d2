// Listens on every address the settings name, all with the same limits, and says in words why one cannot be had.
import type { Server } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { InputError } from '../../fleet/errors.ts';
import type { Settings } from '../settings.ts';
import { clientErrorReply } from './client-errors.ts';
import { hardenedServer } from './hardened-server.ts';
import type { ServerLimits, Tls } from './hardened-server.ts';

export type ListenSettings = Pick<Settings, 'region' | 'hosts' | 'port'> & ServerLimits;

export interface Listening {
  readonly urls: readonly string[];
  readonly servers: readonly Server[];
}

/** Port 0 lets the system choose one for the first address; the others share it. */
export async function listen(
  app: FastifyInstance,
  settings: ListenSettings,
  tls: Tls | null,
): Promise<Listening> {
  const [first = '127.0.0.1', ...others] = settings.hosts;
  await app
    .listen({ host: first, port: settings.port, exclusive: true })
    .catch((error: unknown) => cannotListen(error, first, settings.port));
  const address = app.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : settings.port;
  const servers = [app.server];
  try {
    for (const host of others) {
      // Fastify listens on one address; this server hands its requests to the same router.
      const server = hardenedServer((request, reply) => app.routing(request, reply), settings, tls);
      server.on('clientError', clientErrorReply(settings.region));
      await listening(server, host, port);
      servers.push(server);
    }
  } catch (error) {
    await closed(servers);
    throw error;
  }
  const scheme = tls === null ? 'http' : 'https';
  const urls = settings.hosts.map((host) => `${scheme}://${bracketed(host)}:${port}`);
  return { urls, servers };
}

/** Resolves when every request under way is answered; idle connections are closed at once. */
export async function closed(servers: readonly Server[]): Promise<void> {
  const closing = servers.map(
    (server) =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  );
  await Promise.all(closing);
}

async function listening(server: Server, host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', reject);
      resolve();
    });
  }).catch((error: unknown) => cannotListen(error, host, port));
}

const bracketed = (host: string) => (host.includes(':') ? `[${host}]` : host);

function cannotListen(error: unknown, host: string, port: number): never {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : '';
  const at = `${bracketed(host)}:${port}`;
  if (code === 'EADDRINUSE')
    throw new InputError(
      'port-taken',
      {
        found: `${at} is in use by another program`,
        why: 'The service needs it to listen on',
        remedy: 'Stop that program, or set PORT to another',
      },
      { cause: error },
    );
  if (code === 'EACCES')
    throw new InputError(
      'port-forbidden',
      {
        found: `This account may not listen on ${at}`,
        why: 'Ports below 1024 belong to the administrator',
        remedy: 'Set PORT above 1023, or grant the capability to bind it',
      },
      { cause: error },
    );
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    throw new InputError(
      'no-such-address',
      {
        found: `This machine has no address ${host}`,
        why: 'HOST lists the addresses to listen on',
        remedy: 'Set HOST to addresses of this machine, or 0.0.0.0 for all',
      },
      { cause: error },
    );
  throw error;
}
