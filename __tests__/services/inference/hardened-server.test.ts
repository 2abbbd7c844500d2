// Raw sockets against the real listener: what is no HTTP is refused in words, and slow senders are let go.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { clientErrorReply } from '../../../services/inference/client-errors.ts';
import { hardenedServer } from '../../../services/inference/hardened-server.ts';

const limits = {
  connectionsMax: 50,
  keepAliveSeconds: 1,
  requestSecondsMax: 3,
  queueSecondsMax: 1,
  runSecondsMax: 1,
};

let server: Server;
beforeAll(async () => {
  server = hardenedServer(
    (request, reply) => {
      request.resume().on('end', () => reply.end('fine'));
    },
    limits,
    null,
  );
  server.on('clientError', clientErrorReply('test-region'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** Sends the bytes and returns all that comes back until the server closes. */
function exchange(bytes: string): Promise<string> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect({ port, host: '127.0.0.1' }, () => socket.write(bytes));
    socket.setEncoding('latin1').on('data', (text: string) => (answer += text));
    socket.on('error', () => undefined).on('close', () => resolve(answer));
  });
}

const bodyOf = (answer: string) =>
  JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4)) as Record<string, unknown>;
const getWithHeaderOf = (bytes: number) =>
  exchange(`GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX: ${'a'.repeat(bytes)}\r\n\r\n`);
const post = 'POST / HTTP/1.1\r\nHost: x\r\n';

describe('what is not HTTP is refused with problem details', () => {
  test.each([
    ['an unknown version', 'GET / HTTP/9.9\r\n\r\n'],
    ['TLS on a plain port', '\x16\x03\x01\x02\x00\x01\x00\x01'],
    ['two lengths', `${post}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`],
    [
      'length and chunks',
      `${post}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    ['a space before the colon', `${post}Content-Length : 3\r\n\r\nabc`],
    ['a negative length', `${post}Content-Length: -1\r\n\r\n`],
    ['a NUL in a header', `${post}X: a\0b\r\n\r\n`],
    ['a folded header', `${post}X: a\r\n b\r\n\r\n`],
  ])('%s', async (_what, bytes) => {
    const answer = await exchange(bytes);
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(answer).toContain('x-evenkeel-region: test-region');
    expect(bodyOf(answer)).toMatchObject({ status: 400, code: 'malformed-request' });
  });

  test('headers of 8 KiB pass, larger ones do not', async () => {
    expect(await getWithHeaderOf(8_000)).toMatch(/^HTTP\/1\.1 200/);
    const refused = await getWithHeaderOf(8_192);
    expect(refused).toMatch(/^HTTP\/1\.1 431/);
    expect(bodyOf(refused)).toMatchObject({ code: 'headers-too-large' });
  });
});

test('slow headers, slow bodies and idle connections are all let go, and others served meanwhile', async () => {
  const slowHeaders = Array.from({ length: 10 }, () => exchange('GET / HTTP/1.1\r\nHost: x\r\n'));
  const slowBodies = Array.from({ length: 10 }, () =>
    exchange(`${post}Content-Length: 9\r\n\r\na`),
  );
  const idle = exchange('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  expect(await exchange('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')).toContain(
    'fine',
  );
  for (const answer of await Promise.all([...slowHeaders, ...slowBodies])) {
    expect(answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
    expect(bodyOf(answer)).toMatchObject({ code: 'request-timeout' });
  }
  expect(await idle).toContain('fine');
});

test('connections beyond the limit are dropped, to the last', async () => {
  const { port } = server.address() as AddressInfo;
  const opened = Array.from({ length: limits.connectionsMax - 1 }, async () => {
    const socket = connect({ port, host: '127.0.0.1' });
    await once(socket, 'connect');
    return socket;
  });
  const sockets = await Promise.all(opened);
  const get = 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
  expect(await exchange(get)).toContain('fine');
  const last = connect({ port, host: '127.0.0.1' });
  await once(last, 'connect');
  expect(await exchange(get)).toBe('');
  for (const socket of [...sockets, last]) socket.destroy();
});

test('by its own defaults Node waits without end for a body (the control of this test)', () => {
  expect(createServer().timeout).toBe(0);
  expect(server.timeout).toBe(12_000);
  expect(server.requestTimeout).toBe(3_000);
});
