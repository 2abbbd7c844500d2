// Single probes against real listeners.
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { generate } from 'selfsigned';

import { probeWithin } from '../../../../local/route53/checks/probe.ts';
import type { HealthCheckConfig } from '../../../../local/route53/core/health-check.ts';

const limits = { httpConnectMs: 2_000, httpResponseMs: 150, tcpConnectMs: 2_000 };
const probe = probeWithin(limits);

const open: Server[] = [];
const sockets = new Set<Socket>();
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await Promise.all(open.splice(0).map((server) => new Promise((done) => server.close(done))));
});

async function portOf(server: Server): Promise<number> {
  open.push(server);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
const serve = (listener: RequestListener) => portOf(createServer(listener));

const ask = (part: Partial<HealthCheckConfig>, signal = new AbortController().signal) =>
  probe(
    {
      type: 'HTTP',
      port: 80,
      requestIntervalSeconds: 10,
      failureThreshold: 3,
      measureLatency: false,
      inverted: false,
      disabled: false,
      enableSni: false,
      regions: [],
      ...part,
    },
    '127.0.0.1',
    signal,
  );

describe('HTTP', () => {
  test.each([
    [200, true],
    [302, true],
    [399, true],
    [400, false],
    [503, false],
  ])('status %d passes: %s', async (status, passed) => {
    const port = await serve((_, response) => response.writeHead(status).end());
    const outcome = await ask({ port });
    expect(outcome.passed).toBe(passed);
    expect(outcome.report).toContain(
      `${passed ? 'Success' : 'Failure'}: HTTP Status Code ${status},`,
    );
  });

  test('the path and the host asked for are sent', async () => {
    let seen: string[] = [];
    const port = await serve((request, response) => {
      seen = [request.url ?? '', request.headers.host ?? ''];
      response.end();
    });
    await ask({ port, resourcePath: 'readyz?deep=1', domainName: 'r1.clinic.test' });
    expect(seen).toEqual(['/readyz?deep=1', `r1.clinic.test:${port}`]);
    await ask({ port });
    expect(seen).toEqual(['/', `127.0.0.1:${port}`]);
  });

  test('no listener, a hang-up and an endless wait are failures', async () => {
    const port = await serve((request) => request.socket.destroy());
    expect(await ask({ port })).toEqual({ passed: false, report: 'Failure: ECONNRESET' });
    const slow = await serve(() => undefined);
    expect((await ask({ port: slow })).report).toContain('did not respond in time');
    const closed = createServer();
    const free = await portOf(closed);
    await new Promise((done) => closed.close(done));
    open.pop();
    expect(await ask({ port: free })).toEqual({ passed: false, report: 'Failure: ECONNREFUSED' });
  });

  test('a string is looked for in the first 5,120 bytes', async () => {
    const port = await serve((request, response) =>
      response.end(`${'a'.repeat(Number(request.url?.slice(1)))}ready`),
    );
    const search = { port, type: 'HTTP_STR_MATCH' as const, searchString: 'ready' };
    expect((await ask({ ...search, resourcePath: '/5115' })).passed).toBe(true);
    const late = await ask({ ...search, resourcePath: '/5116' });
    expect(late.passed).toBe(false);
    expect(late.report).toContain('search string was not found');
  });

  test('a host name that HTTP cannot carry is a failure, not a crash', async () => {
    expect((await ask({ domainName: 'bad\nname' })).passed).toBe(false);
  });

  test('a check that is stopped lets go at once', async () => {
    const port = await serve(() => undefined);
    const stopping = new AbortController();
    const outcome = ask({ port }, stopping.signal);
    stopping.abort();
    expect((await outcome).report).toContain('stopped');
    expect((await ask({ port }, stopping.signal)).report).toContain('stopped');
  });
});

describe('HTTPS', () => {
  let pem: { private: string; cert: string };
  beforeAll(async () => {
    pem = await generate([{ name: 'commonName', value: 'r1.clinic.test' }], {
      algorithm: 'sha256',
    });
  });

  test('certificates are not verified, and the name is sent when SNI is on', async () => {
    const names: string[] = [];
    const server = createSecureServer(
      {
        key: pem.private,
        cert: pem.cert,
        SNICallback: (name, done) => {
          names.push(name);
          done(null);
        },
      },
      (_, response) => response.end('ok'),
    );
    const port = await portOf(server);
    const secure = { type: 'HTTPS' as const, port, domainName: 'r1.clinic.test' };
    expect((await ask({ ...secure, enableSni: true })).passed).toBe(true);
    expect(names).toEqual(['r1.clinic.test']);
    expect((await ask({ ...secure, enableSni: false })).passed).toBe(true);
    expect(names).toHaveLength(1);
  });

  test('a listener without TLS is a failure', async () => {
    const port = await serve((_, response) => response.end());
    expect((await ask({ type: 'HTTPS', port })).passed).toBe(false);
  });
});

describe('TCP', () => {
  test('a connection is enough', async () => {
    const server = createTcpServer();
    const port = await portOf(server as Server);
    expect((await ask({ type: 'TCP', port })).passed).toBe(true);
    await new Promise((done) => server.close(done));
    open.pop();
    expect(await ask({ type: 'TCP', port })).toEqual({
      passed: false,
      report: 'Failure: ECONNREFUSED',
    });
  });
});
