// Bare connections against real sockets: what stands, what refuses, what stays silent, and what a canary is.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { tcpCanaries } from '../../../failover/adapters/tcp-canaries.ts';
import { tcpConnect } from '../../../failover/adapters/tcp-connect.ts';

let server: Server;
let port = 0;
const ends: string[] = [];
beforeAll(async () => {
  server = createServer((socket: Socket) => {
    socket.on('error', (error: NodeJS.ErrnoException) => ends.push(error.code ?? ''));
    socket.on('end', () => ends.push('end'));
    socket.resume();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => void server.close());

const timeoutMs = 200;

test('a listener is connected to and let go by a reset, so that nothing lingers', async () => {
  expect(await tcpConnect({ host: '127.0.0.1', port, timeoutMs })).toBe('connected');
  await new Promise((resolve) => {
    setTimeout(resolve, 20);
  });
  expect(ends).toEqual(['ECONNRESET']);
});

test('nobody listening refuses: the host is there', async () => {
  expect(await tcpConnect({ host: '127.0.0.3', port: 1, timeoutMs })).toBe('refused');
});

test('a handshake that nobody answers is given up at the deadline, not when the system gives up', async () => {
  // Its process stands still and its queue of two is full: the system drops every further handshake.
  const listening = `const server = require('net').createServer();
    server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log(server.address().port));`;
  const frozen = spawn(process.execPath, ['-e', listening], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const said = await once(frozen.stdout, 'data');
  const full = Number(String(said[0]));
  frozen.kill('SIGSTOP');
  const waiting = Array.from({ length: 4 }, () =>
    connect({ host: '127.0.0.1', port: full }).on('error', () => undefined),
  );
  await once(waiting[0]!, 'connect');
  const began = performance.now();
  expect(await tcpConnect({ host: '127.0.0.1', port: full, timeoutMs })).toBe('timeout');
  expect(performance.now() - began).toBeGreaterThanOrEqual(timeoutMs - 1);
  for (const socket of waiting) socket.destroy();
  frozen.kill('SIGKILL');
});

test('canaries are asked all at once, by IPv6 address too, and named as they were given', async () => {
  const targets = [`127.0.0.1:${port}`, '127.0.0.3:1', '[::1]:1'];
  const seen = await tcpCanaries({ targets, timeoutMs }).ask();
  expect(seen.map(({ target }) => target)).toEqual(targets);
  expect(seen.map(({ reach }) => reach).slice(0, 2)).toEqual(['connected', 'refused']);
  expect(['refused', 'unreachable']).toContain(seen[2]?.reach);
});
