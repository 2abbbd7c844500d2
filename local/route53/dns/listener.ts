// UDP and TCP on one port: sockets, length prefixes, bounds. What to answer is decided elsewhere.

import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { createServer, isIPv6, type Server, type Socket } from 'node:net';

import { portTaken } from '../port-taken.ts';
import type { Asker } from './message.ts';

export const connectionsMax = 64;
/** RFC 7766 section 6.2.3: seconds suffice, and a handful of clients may not hold all places. */
const tcpIdleMsDefault = 10_000;
/** Replies a slow reader leaves with us before we hang up. */
const unsentBytesMax = 262_144;
const lengthSize = 2;
/** With port 0 the kernel picks a free TCP port; its UDP twin may be taken, so another is tried. */
const portAttemptsMax = 20;

export interface DnsListener {
  readonly port: number;
  close: () => Promise<void>;
}

export interface DnsListenerOptions {
  readonly host: string;
  readonly port: number;
  readonly respond: (packet: Buffer, asker: Asker) => Buffer | null;
  readonly tcpIdleMs?: number;
}

function serveConnection(socket: Socket, options: DnsListenerOptions): void {
  const { respond, tcpIdleMs = tcpIdleMsDefault } = options;
  const address = socket.remoteAddress ?? '';
  let unread = Buffer.alloc(0);
  socket.setTimeout(tcpIdleMs, () => socket.destroy());
  // A peer that resets is its own affair.
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: Buffer) => {
    unread = Buffer.concat([unread, chunk]);
    while (unread.length >= lengthSize && unread.length >= lengthSize + unread.readUInt16BE(0)) {
      const end = lengthSize + unread.readUInt16BE(0);
      const reply = respond(unread.subarray(lengthSize, end), { address, transport: 'tcp' });
      unread = unread.subarray(end);
      if (reply === null || socket.writableLength > unsentBytesMax) {
        socket.destroy();
        return;
      }
      const prefix = Buffer.alloc(lengthSize);
      prefix.writeUInt16BE(reply.length);
      socket.write(Buffer.concat([prefix, reply]));
    }
  });
}

function listenTcp(options: DnsListenerOptions): Promise<Server> {
  const { host, port } = options;
  const server = createServer((socket) => serveConnection(socket, options));
  server.maxConnections = connectionsMax;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve(server);
    });
  });
}

function listenUdp({ host, port, respond }: DnsListenerOptions): Promise<UdpSocket> {
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  socket.on('message', (packet, peer) => {
    const reply = respond(packet, { address: peer.address, transport: 'udp' });
    // A reply that cannot be sent is a lost datagram; the client asks again.
    if (reply !== null) socket.send(reply, peer.port, peer.address, () => undefined);
  });
  return new Promise((resolve, reject) => {
    socket.once('error', (error) => {
      socket.close();
      reject(error);
    });
    socket.bind({ address: host, port, exclusive: true }, () => {
      socket.removeAllListeners('error');
      socket.on('error', () => undefined);
      resolve(socket);
    });
  });
}

const portOf = (server: Server): number => {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
};

const closeTcp = (server: Server, sockets: ReadonlySet<Socket>): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    for (const socket of sockets) socket.destroy();
  });

const isTaken = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'EADDRINUSE';

async function listenPair(options: DnsListenerOptions): Promise<[Server, UdpSocket]> {
  for (let attempt = 1; ; attempt += 1) {
    const server = await listenTcp(options);
    try {
      return [server, await listenUdp({ ...options, port: portOf(server) })];
    } catch (error) {
      await closeTcp(server, new Set());
      if (options.port !== 0 || attempt >= portAttemptsMax || !isTaken(error)) throw error;
    }
  }
}

/** @throws InputError `port-taken` when the port is in use. */
export async function listenDns(options: DnsListenerOptions): Promise<DnsListener> {
  const [server, udp] = await listenPair(options).catch((error: unknown) => {
    throw isTaken(error) ? portTaken('DNS', options.host, options.port, error) : error;
  });
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return {
    port: portOf(server),
    close: async () => {
      await Promise.all([
        closeTcp(server, sockets),
        new Promise<void>((resolve) => {
          udp.close(() => resolve());
        }),
      ]);
    },
  };
}
