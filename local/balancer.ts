// Stands in for a region's network balancer: forwards TCP to the service, and is where a region refuses or slows down.
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { cannotListen } from './cannot-listen.ts';
import type { FaultMessage } from './faults.ts';
import { slowAnswerMs } from './faults.ts';

const connectionsMax = 2_000;
const idleMsMax = 75_000;

export interface Balancer {
  suffer(fault: FaultMessage['fault']): Promise<void>;
  close(): Promise<void>;
}

export interface BalancerSettings {
  readonly host: string;
  readonly port: number;
  readonly target: { readonly host: string; readonly port: number };
}

export async function startBalancer(settings: BalancerSettings): Promise<Balancer> {
  const sockets = new Set<Socket>();
  let delayMs = 0;

  // Half-open: a client that has said all it had to say still gets the whole answer.
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
    const upstream = connect({ ...settings.target, noDelay: true, allowHalfOpen: true });
    for (const socket of [client, upstream]) {
      const other = socket === client ? upstream : client;
      sockets.add(socket);
      socket.setTimeout(idleMsMax, () => socket.destroy());
      socket.once('close', (failed) => {
        sockets.delete(socket);
        if (failed || socket === client) other.destroy();
        else other.end();
      });
      // Either side may vanish at any time; 'close' follows and takes the other along.
      socket.on('error', () => socket.destroy());
    }
    client.pipe(upstream);
    forward(upstream, client, () => delayMs);
  });
  server.maxConnections = connectionsMax;
  await listen(server, settings);

  const stop = () => closeServer(server, sockets);
  return {
    suffer: async (fault) => {
      delayMs = fault === 'slow' ? slowAnswerMs : 0;
      if (fault === 'refuse') return stop();
      if (!server.listening) await listen(server, settings);
    },
    close: stop,
  };
}

/** Copies bytes in order, each chunk `delayMs()` late; back-pressure is kept while nothing is delayed. */
function forward(from: Socket, to: Socket, delayMs: () => number): void {
  from.on('data', (chunk) => {
    const lateMs = delayMs();
    if (lateMs > 0) setTimeout(() => to.write(chunk), lateMs).unref();
    else if (!to.write(chunk)) from.pause();
  });
  to.on('drain', () => from.resume());
  from.on('end', () => {
    const lateMs = delayMs();
    if (lateMs > 0) setTimeout(() => to.end(), lateMs).unref();
    else to.end();
  });
}

function closeServer(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  for (const socket of sockets) socket.resetAndDestroy();
  if (!server.listening) return Promise.resolve();
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}

function listen(server: Server, { host, port }: BalancerSettings): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (error: NodeJS.ErrnoException) => reject(cannotListen(error, host, port));
    server.once('error', refuse);
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', refuse);
      resolve();
    });
  });
}
