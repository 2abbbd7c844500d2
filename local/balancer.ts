// Stands in for a region's network balancer: forwards TCP to the service, and is where the path to a region goes wrong.
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { cannotListen } from './cannot-listen.ts';
import type { FaultMessage } from './faults.ts';
import { greyBytesMax, slowAnswerMs, zoneCount } from './faults.ts';

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

/** One client's connection, and how much it has sent since the present fault began. */
interface Line {
  readonly client: Socket;
  readonly serial: number;
  sentBytes: number;
  isSwallowed: boolean;
}

/** What the wire does to what passes. */
interface Wire {
  readonly delayMs: number;
  /** A connection that has sent more than this hears and says nothing any more. */
  readonly swallowsAboveBytes: number;
  readonly isZoneDark: boolean;
}

const wires: Readonly<Record<FaultMessage['fault'], Wire>> = {
  none: { delayMs: 0, swallowsAboveBytes: Infinity, isZoneDark: false },
  refuse: { delayMs: 0, swallowsAboveBytes: Infinity, isZoneDark: false },
  slow: { delayMs: slowAnswerMs, swallowsAboveBytes: Infinity, isZoneDark: false },
  isolate: { delayMs: 0, swallowsAboveBytes: 0, isZoneDark: false },
  grey: { delayMs: 0, swallowsAboveBytes: greyBytesMax, isZoneDark: false },
  zone: { delayMs: 0, swallowsAboveBytes: Infinity, isZoneDark: true },
};

export async function startBalancer(settings: BalancerSettings): Promise<Balancer> {
  const sockets = new Set<Socket>();
  const lines = new Set<Line>();
  let wire = wires.none;
  let serial = 0;
  const isInTheDark = (line: Line) => wire.isZoneDark && line.serial % zoneCount === 0;

  // Half-open: a client that has said all it had to say still gets the whole answer.
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
    serial += 1;
    const line: Line = { client, serial, sentBytes: 0, isSwallowed: false };
    if (isInTheDark(line)) {
      client.on('error', () => undefined);
      client.resetAndDestroy();
      return;
    }
    lines.add(line);
    client.once('close', () => lines.delete(line));
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
    const swallows = (bytes: number) => {
      line.sentBytes += bytes;
      line.isSwallowed ||= line.sentBytes > wire.swallowsAboveBytes;
      return line.isSwallowed;
    };
    forward(client, upstream, { delayMs: () => 0, swallows });
    forward(upstream, client, {
      delayMs: () => wire.delayMs,
      swallows: () => line.isSwallowed || wire.swallowsAboveBytes === 0,
    });
  });
  server.maxConnections = connectionsMax;
  await listen(server, settings);

  const stop = () => closeServer(server, sockets);
  return {
    suffer: async (fault) => {
      wire = wires[fault];
      for (const line of lines) {
        // A path that works again does not revive what was lost on it: both ends begin anew.
        if (line.isSwallowed || isInTheDark(line)) line.client.resetAndDestroy();
        line.sentBytes = 0;
      }
      if (fault === 'refuse') return stop();
      if (!server.listening) await listen(server, settings);
    },
    close: stop,
  };
}

interface Passage {
  readonly delayMs: () => number;
  readonly swallows: (bytes: number) => boolean;
}

/** Copies bytes in order, each chunk `delayMs()` late; back-pressure is kept while nothing is delayed. */
function forward(from: Socket, to: Socket, { delayMs, swallows }: Passage): void {
  from.on('data', (chunk) => {
    if (swallows(chunk.length)) return;
    const lateMs = delayMs();
    if (lateMs > 0) setTimeout(() => to.write(chunk), lateMs).unref();
    else if (!to.write(chunk)) from.pause();
  });
  to.on('drain', () => from.resume());
  from.on('end', () => {
    if (swallows(0)) return;
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
