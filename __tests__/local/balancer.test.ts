import { afterEach, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { startBalancer } from '../../local/balancer.ts';
import type { Balancer } from '../../local/balancer.ts';

const closers: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

const portOf = (server: Server) => (server.address() as { port: number }).port;

async function echoService(): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.pipe(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return portOf(server);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server);
  server.close();
  await once(server, 'close');
  return port;
}

async function balancerBefore(target: number): Promise<{ balancer: Balancer; port: number }> {
  const port = await freePort();
  const balancer = await startBalancer({
    host: '127.0.0.1',
    port,
    target: { host: '127.0.0.1', port: target },
  });
  closers.push(() => balancer.close());
  return { balancer, port };
}

async function open(port: number): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port });
  closers.push(() => void socket.destroy());
  await once(socket, 'connect');
  return socket;
}

const codeOf = async (socket: Socket): Promise<unknown> => {
  const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
  return error.code;
};

test('bytes pass in both directions, more than one buffer of them', async () => {
  const { port } = await balancerBefore(await echoService());
  const socket = await open(port);
  const sent = Buffer.alloc(3_000_000, 7);
  socket.end(sent);
  let received = 0;
  for await (const chunk of socket as AsyncIterable<Buffer>) received += chunk.length;
  expect(received).toBe(sent.length);
});

test('a refusing region resets what is open, refuses what comes, and serves again afterwards', async () => {
  const { balancer, port } = await balancerBefore(await echoService());
  const socket = await open(port);
  const reset = codeOf(socket);
  await balancer.suffer('refuse');
  expect(await reset).toBe('ECONNRESET');

  expect(await codeOf(connect({ host: '127.0.0.1', port }))).toBe('ECONNREFUSED');

  await balancer.suffer('none');
  const again = await open(port);
  again.write('hello');
  expect(String((await once(again, 'data'))[0])).toBe('hello');
});

test('a taken port is named, with what to do', async () => {
  const taken = await echoService();
  await expect(
    startBalancer({ host: '127.0.0.1', port: taken, target: { host: '127.0.0.1', port: taken } }),
  ).rejects.toMatchObject({ code: 'port-taken', message: expect.stringMatching(/--port/) });
});

test('when the service behind it is gone the client sees its connection end', async () => {
  const { port } = await balancerBefore(await freePort());
  const socket = connect({ host: '127.0.0.1', port });
  socket.on('error', () => undefined);
  await once(socket, 'close');
});

/** What comes back within a moment that is long on loopback; an empty text for silence. */
const echoOf = (socket: Socket, sent: Buffer | string) =>
  new Promise<string>((resolve) => {
    let heard = '';
    socket.on('data', (chunk) => {
      heard += String(chunk);
      if (heard.length >= sent.length) resolve(heard);
    });
    setTimeout(() => resolve(heard), 150);
    socket.write(sent);
  });

test('an isolated region swallows what comes, and what was open then ends when the path is back', async () => {
  const { balancer, port } = await balancerBefore(await echoService());
  const before = await open(port);
  expect(await echoOf(before, 'hello')).toBe('hello');
  await balancer.suffer('isolate');
  expect(await echoOf(before, 'hello')).toBe('');
  const during = await open(port);
  during.on('error', () => undefined);
  expect(await echoOf(during, 'hello')).toBe('');
  const ended = codeOf(before);
  await balancer.suffer('none');
  expect(await ended).toBe('ECONNRESET');
  expect(await echoOf(await open(port), 'hello')).toBe('hello');
});

test('a grey region answers what is small and swallows what is large', async () => {
  const { balancer, port } = await balancerBefore(await echoService());
  const used = await open(port);
  const film = Buffer.alloc(100_000, 'x');
  expect((await echoOf(used, film)).length).toBe(film.length);
  await balancer.suffer('grey');
  // What a connection carried before the fault does not count.
  expect(await echoOf(used, 'ready?')).toBe('ready?');
  const fresh = await open(port);
  expect(await echoOf(fresh, 'ready?')).toBe('ready?');
  expect((await echoOf(fresh, film)).length).toBeLessThan(film.length);
});

test('with one zone of three dark every third connection is reset', async () => {
  const { balancer, port } = await balancerBefore(await echoService());
  await balancer.suffer('zone');
  const outcomes: boolean[] = [];
  for (let i = 0; i < 6; i += 1) {
    const socket = connect({ host: '127.0.0.1', port });
    socket.on('error', () => undefined);
    outcomes.push((await echoOf(socket, 'hello')) === 'hello');
    socket.destroy();
  }
  expect(outcomes).toEqual([true, true, false, true, true, false]);
});
