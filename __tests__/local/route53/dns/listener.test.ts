// Sockets: UDP, TCP, bounds and nonsense.
import { afterEach, expect, test } from '@jest/globals';
import dnsPacket from 'dns-packet';
import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';

import {
  connectionsMax,
  listenDns,
  type DnsListener,
} from '../../../../local/route53/dns/listener.ts';
import { respond as answerMessage } from '../../../../local/route53/dns/message.ts';
import { resolve } from '../../../../local/route53/dns/resolve.ts';
import { values, zoneOfSets } from '../sample-zone.ts';

const addresses = Array.from({ length: 100 }, (_, i) => `10.0.0.${i}`);
const zone = zoneOfSets(
  values('www.clinic.test.', 'A', ['192.0.2.1']),
  values('many.clinic.test.', 'A', addresses),
);
const respond: Parameters<typeof listenDns>[0]['respond'] = (packet, asker) =>
  answerMessage(packet, asker, {
    answer: ({ name, owner, type }) =>
      resolve(
        new Map([[zone.name, zone]]),
        { name, owner, type },
        { random: () => 0, place: {}, isHealthy: () => true },
      ),
    onQuery: () => undefined,
    onBug: (error) => {
      throw error;
    },
  });

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
});

async function listen(port = 0, host = '127.0.0.1'): Promise<DnsListener> {
  const listener = await listenDns({ host, port, respond });
  open.push(() => listener.close());
  return listener;
}

async function connected(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1' });
  open.push(() => socket.destroy());
  await once(socket, 'connect');
  return socket;
}

const query = (id: number) =>
  dnsPacket.streamEncode({
    type: 'query',
    id,
    questions: [{ type: 'A', name: 'www.clinic.test' }],
  });

/** Reads length-prefixed messages until there are `count`. */
async function messages(socket: Socket, count: number) {
  let bytes = Buffer.alloc(0);
  const found: ReturnType<typeof dnsPacket.decode>[] = [];
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    bytes = Buffer.concat([bytes, chunk]);
    while (bytes.length >= 2 && bytes.length >= 2 + bytes.readUInt16BE(0)) {
      const end = 2 + bytes.readUInt16BE(0);
      found.push(dnsPacket.decode(bytes.subarray(2, end)));
      bytes = bytes.subarray(end);
    }
    if (found.length >= count) break;
  }
  return found;
}

test("Node's own resolver gets answers over UDP, and over TCP when they do not fit", async () => {
  const { port } = await listen();
  const resolver = new Resolver();
  resolver.setServers([`127.0.0.1:${port}`]);
  expect(await resolver.resolve4('www.clinic.test', { ttl: true })).toEqual([
    { address: '192.0.2.1', ttl: 60 },
  ]);
  expect((await resolver.resolve4('many.clinic.test')).sort()).toEqual([...addresses].sort());
  await expect(resolver.resolve4('nope.clinic.test')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  await expect(resolver.resolve6('www.clinic.test')).rejects.toMatchObject({ code: 'ENODATA' });
});

test('several queries on one connection are answered in turn, torn at any byte', async () => {
  const { port } = await listen();
  const socket = await connected(port);
  const stream = Buffer.concat([query(1), query(2), query(3)]);
  for (const byte of stream) socket.write(Buffer.from([byte]));
  expect((await messages(socket, 3)).map(({ id }) => id)).toEqual([1, 2, 3]);
});

test('a connection that sends nonsense is answered FORMERR or hung up on, and the server goes on', async () => {
  const { port } = await listen();
  const torn = await connected(port);
  torn.write(
    Buffer.concat([
      Buffer.from([0, 14]),
      Buffer.from([0, 9, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 63, 97]),
    ]),
  );
  expect(await messages(torn, 1)).toMatchObject([{ id: 9, rcode: 'FORMERR' }]);
  const scrap = await connected(port);
  scrap.on('error', () => undefined);
  scrap.write(Buffer.from([0, 1, 0]));
  await once(scrap, 'close');
  const next = await connected(port);
  next.write(query(5));
  expect((await messages(next, 1))[0]?.id).toBe(5);
});

test('64 connections are served, the 65th is closed', async () => {
  const { port } = await listen();
  const sockets: Socket[] = [];
  for (let i = 0; i < connectionsMax; i += 1) sockets.push(await connected(port));
  const last = sockets.at(-1)!;
  last.write(query(64));
  const [reply] = (await once(last, 'data')) as [Buffer];
  expect(dnsPacket.decode(reply.subarray(2)).id).toBe(64);
  const extra = connect({ port, host: '127.0.0.1' });
  extra.on('error', () => undefined);
  await once(extra, 'close');
  expect(last.destroyed).toBe(false);
});

test('a connection that says nothing is closed', async () => {
  const listener = await listenDns({ host: '127.0.0.1', port: 0, respond, tcpIdleMs: 20 });
  open.push(() => listener.close());
  const socket = await connected(listener.port);
  socket.resume();
  await once(socket, 'close');
});

test('a client that asks and never reads is hung up on', async () => {
  const { port } = await listen();
  const socket = await connected(port);
  socket.on('error', () => undefined);
  const block = Buffer.concat(
    Array.from({ length: 100 }, (_, id) =>
      dnsPacket.streamEncode({
        type: 'query',
        id,
        questions: [{ type: 'A', name: 'many.clinic.test' }],
      }),
    ),
  );
  // 100 answers are 330 kB; the kernel keeps some megabytes of them, we keep a quarter of one.
  for (let i = 0; i < 2_000 && !socket.destroyed; i += 1) {
    socket.write(block);
    await setImmediate();
  }
  expect(socket.destroyed).toBe(true);
});

test('a UDP scrap draws no answer and does no harm', async () => {
  const { port } = await listen();
  const socket = createSocket('udp4');
  open.push(() => socket.close());
  const send = (bytes: Buffer) => socket.send(bytes, port, '127.0.0.1');
  send(Buffer.from('scrap'));
  send(query(7).subarray(2));
  const [first] = (await once(socket, 'message')) as [Buffer];
  expect(dnsPacket.decode(first).id).toBe(7);
});

test('UDP and TCP share one port, on IPv6 too', async () => {
  const { port } = await listen(0, '::1');
  const resolver = new Resolver();
  resolver.setServers([`[::1]:${port}`]);
  expect(await resolver.resolve4('many.clinic.test')).toHaveLength(100);
});

test('a port in use, be it TCP or UDP, is an InputError that says so', async () => {
  const taken = expect.objectContaining({
    name: 'InputError',
    code: 'port-taken',
    message: expect.stringContaining('is in use'),
  });
  const server = createServer().listen(0, '127.0.0.1');
  open.push(() => server.close());
  await once(server, 'listening');
  await expect(listen((server.address() as AddressInfo).port)).rejects.toEqual(taken);

  const socket = createSocket('udp4');
  open.push(() => socket.close());
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  await expect(listen(port)).rejects.toEqual(taken);
  // The TCP half was let go again. Connected to, not bound: another process may hold the number for a call of its own.
  const [refused] = (await once(connect({ port, host: '127.0.0.1' }), 'error').catch(
    (error: unknown) => [error],
  )) as [NodeJS.ErrnoException];
  expect(refused.code).toBe('ECONNREFUSED');
});
