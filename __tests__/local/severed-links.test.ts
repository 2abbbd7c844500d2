// Cables of this very process: every client of Node connects through the one place that is watched.
import { afterAll, afterEach, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { connect, createServer, Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { severableLinks } from '../../local/severed-links.ts';

// oxlint-disable-next-line typescript/unbound-method -- put back as it was
const untouched = Socket.prototype.connect;
const links = severableLinks();
afterEach(() => links.sever([]));
afterAll(() => {
  Socket.prototype.connect = untouched;
});

async function listener() {
  const server = createServer((socket) => socket.on('error', () => undefined).pipe(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { port, place: `127.0.0.1:${port}`, close: () => server.close() };
}

/** Whether it connects within a moment that is long on loopback. */
const connects = (socket: Socket) =>
  new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    setTimeout(() => resolve(false), 150);
  }).finally(() => socket.destroy());

test('a severed place swallows connections; others are reached', async () => {
  const [cut, other] = [await listener(), await listener()];
  links.sever([cut.place]);
  expect(await connects(connect({ host: '127.0.0.1', port: cut.port }))).toBe(false);
  expect(await connects(connect(cut.port, '127.0.0.1'))).toBe(false);
  expect(await connects(connect({ host: '127.0.0.1', port: other.port }))).toBe(true);
  links.sever([]);
  expect(await connects(connect({ host: '127.0.0.1', port: cut.port }))).toBe(true);
  cut.close();
  other.close();
});

test('what was open to it ends', async () => {
  const cut = await listener();
  const socket = connect({ host: '127.0.0.1', port: cut.port });
  await once(socket, 'connect');
  const closed = once(socket, 'close');
  links.sever([cut.place]);
  await closed;
  cut.close();
});
