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
