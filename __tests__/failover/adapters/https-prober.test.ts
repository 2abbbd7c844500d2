// The prober against real TLS servers on loopback: each way of failing gets its name, and a wrong answer is a failure.
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import { httpsProber } from '../../../failover/adapters/https-prober.ts';
import type { HttpsProber, HttpsProberSettings } from '../../../failover/adapters/https-prober.ts';
import { systemClock } from '../../../failover/adapters/system-clock.ts';
import { requestBoundsMs } from '../../../failover/core/request-counters.ts';
import type { Fleet } from '../../../fleet/fleet.ts';
import { apiCertificate } from '../../support/authority.ts';
import { belgium, deploymentOf, paris, production } from '../../support/fleets.ts';

const waiting = (timeoutMs: number, connectTimeoutMs: number): Fleet => ({
  ...production,
  probe: { ...production.probe, timeoutMs, connectTimeoutMs, goldenTimeoutMs: timeoutMs },
});
/** Of one that answers no busy machine makes a silent one. */
const fleet = waiting(10_000, 9_000);
const hasty = { fleet: waiting(400, 300) };
const region = fleet.regions[0]!;
const golden = {
  model: 'chest-pneumonia',
  label: 'pneumonia',
  image: Buffer.from('a picture'),
  probability: 0.9,
};

let certificate: Awaited<ReturnType<typeof apiCertificate>>;
beforeAll(async () => {
  certificate = await apiCertificate();
});

type Handler = (request: IncomingMessage, response: ServerResponse) => void;
let handle: Handler;
let server: Server;
let port: number;
let connections = 0;
beforeAll(async () => {
  server = createServer({ cert: certificate.cert, key: certificate.key }, (request, response) =>
    handle(request, response),
  );
  server.on('secureConnection', () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const open: HttpsProber[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

function prober(addresses: readonly string[], change: Partial<HttpsProberSettings> = {}) {
  const made = httpsProber({
    fleet,
    deployment: { ...deploymentOf(fleet), addresses: { [paris]: addresses } },
    ports: { [paris]: port },
    ca: certificate.ca,
    golden,
    clock: systemClock,
    ...change,
  });
  open.push(made);
  return made;
}

const answering =
  (status: number, body = '{}', headers: Record<string, string> = {}): Handler =>
  (request, response) => {
    request.resume();
    request.on('end', () => response.writeHead(status, headers).end(body));
  };
const reading = (probability: unknown, label = 'pneumonia') =>
  answering(200, JSON.stringify({ findings: [{ label, probability }] }));

describe('readiness', () => {
  test('200 is well; it is asked by the name in the certificate, at /readyz', async () => {
    const asked: (string | undefined)[] = [];
    handle = (request, response) => {
      asked.push(`${request.headers.host} ${request.method} ${request.url}`);
      response.end();
    };
    const { result, addresses } = await prober(['127.0.0.1']).probe(region);
    expect(result).toMatchObject({ ok: true, region: paris });
    expect(addresses).toEqual([
      { address: '127.0.0.1', tookMs: expect.any(Number), failure: null },
    ]);
    expect(asked).toEqual(['api.evenkeel.example GET /readyz']);
  });

  test.each([
    ['503', answering(503), { failure: 'status', detail: '127.0.0.1 status 503' }],
    ['a redirect', answering(302), { failure: 'status' }],
    ['no answer', () => {}, { failure: 'timeout' }],
    ['a reset', (request) => request.socket.destroy(), { failure: 'reset' }],
    [
      'an answer without end',
      (_, response) => {
        response.writeHead(200);
        const timer = setInterval(() => response.write('x'.repeat(16_384)), 5);
        response.on('close', () => clearInterval(timer));
      },
      { failure: 'wrong-answer' },
    ],
    [
      'an answer that stops in its middle',
      (_, response) => void response.writeHead(200, { 'content-length': 10 }).write('half'),
      { failure: 'timeout' },
    ],
    [
      'an answer cut off in its middle',
      (request, response) => {
        response.writeHead(200, { 'content-length': 10 }).write('half');
        setImmediate(() => request.socket.destroy());
      },
      { failure: 'reset' },
    ],
  ] satisfies readonly (readonly [string, Handler, object])[])(
    '%s is a failure with a name',
    async (_, handler, expected) => {
      handle = handler;
      const patience = 'failure' in expected && expected.failure === 'timeout' ? hasty : {};
      const { result } = await prober(['127.0.0.1'], patience).probe(region);
      expect(result).toMatchObject({ ok: false, ...expected });
    },
  );

  test('nobody listening is refused', async () => {
    const { result } = await prober(['127.0.0.3']).probe(region);
    expect(result).toMatchObject({ ok: false, failure: 'refused' });
  });

  test('a certificate of somebody else fails closed (I12), by name and by authority', async () => {
    handle = answering(200);
    const other = await apiCertificate();
    const stranger = await prober(['127.0.0.1'], { ca: other.ca }).probe(region);
    expect(stranger.result).toMatchObject({ ok: false, failure: 'tls' });
    const elsewhere: Fleet = { ...fleet, zone: 'other.example' };
    const misnamed = await prober(['127.0.0.1'], { fleet: elsewhere }).probe(region);
    expect(misnamed.result).toMatchObject({ ok: false, failure: 'tls' });
  });

  test('a machine that accepts and stays silent is given up at the connect deadline', async () => {
    const sockets: Socket[] = [];
    const mute = createTcpServer((socket) => sockets.push(socket));
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const ports = { [paris]: (mute.address() as AddressInfo).port };
    const { result } = await prober(['127.0.0.1'], { ports, ...hasty }).probe(region);
    expect(result).toMatchObject({ ok: false, failure: 'timeout' });
    for (const socket of sockets) socket.destroy();
    mute.close();
  });

  test('a machine that takes no connection costs no more than the deadline, though undici waits longer', async () => {
    const mute = createTcpServer();
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const ports = { [paris]: (mute.address() as AddressInfo).port };
    const one = prober(['127.0.0.1'], { ports, ...hasty });
    // undici gives up after 1.0 to 1.5 s; only the order of the two is looked at.
    const first = await Promise.race([
      one.probe(region).then(() => 'deadline'),
      systemClock.sleep(900).then(() => 'undici'),
    ]);
    expect(first).toBe('deadline');
    mute.close();
  });

  test('a region answers while any of its addresses does, and the others are named', async () => {
    handle = answering(200);
    const { result, addresses } = await prober(['127.0.0.3', '127.0.0.1']).probe(region);
    expect(result.ok).toBe(true);
    expect(addresses).toMatchObject([
      { address: '127.0.0.3', failure: { kind: 'refused' } },
      { address: '127.0.0.1', failure: null },
    ]);
  });

  test('a connection is kept for a few probes and then made anew, so that new ones are tried too', async () => {
    handle = answering(200);
    const one = prober(['127.0.0.1']);
    connections = 0;
    for (let i = 0; i < 9; i += 1) await one.probe(region);
    expect(connections).toBeGreaterThanOrEqual(2);
    expect(connections).toBeLessThanOrEqual(4);
  });

  test('with many endpoints connections are kept for longer, because each handshake costs as much as ten probes', async () => {
    handle = answering(200);
    const elsewhere = Array.from({ length: 999 }, (_, i) => `192.0.2.${i}`);
    const deployment = { ...deploymentOf(fleet), addresses: { [belgium]: elsewhere } };
    const one = prober([], {
      deployment: { ...deployment, addresses: { ...deployment.addresses, [paris]: ['127.0.0.1'] } },
    });
    connections = 0;
    for (let i = 0; i < 20; i += 1) {
      await one.probe(region);
      // As between beats: the connection is free again.
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(connections).toBe(1);
  });
});

describe('a real inference', () => {
  const asking = async (handler: Handler) => {
    handle = handler;
    return prober(['127.0.0.1']).golden(region);
  };

  test('is an upload as a clinic makes it, that nobody may answer from a cache', async () => {
    let seen = '';
    await asking((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        seen = `${request.method} ${request.url} ${request.headers['cache-control']} ${request.headers['content-type']} ${Buffer.concat(parts).toString()}`;
        response.end();
      });
    });
    expect(seen).toMatch(/^POST \/v1\/studies no-store multipart\/form-data; boundary=/);
    expect(seen).toMatch(/name="model"\r\n\r\nchest-pneumonia\r\n/);
    expect(seen).toMatch(/name="image"; filename="golden.png"[^]*\r\n\r\na picture\r\n/);
  });

  test.each([
    [0.9, true],
    [0.8801, true],
    [0.9199, true],
    [0.8799, false],
    [0.9201, false],
  ])('a probability of %d where 0.9 is right: ok is %p', async (probability, ok) => {
    expect((await asking(reading(probability)))?.result.ok).toBe(ok);
  });

  test.each([
    ['another label', reading(0.9, 'fracture')],
    ['a text for a number', reading('0.9')],
    ['no finding', answering(200, '{"findings": []}')],
    ['no JSON', answering(200, '<html>')],
    ['null', answering(200, 'null')],
    ['more than anyone would answer', answering(200, 'x'.repeat(70_000))],
  ])('%s is a wrong answer', async (_, handler) => {
    expect((await asking(handler))?.result).toMatchObject({ ok: false, failure: 'wrong-answer' });
  });

  test.each([
    ['503 with Retry-After', 503, { 'retry-after': '1' }],
    ['429 with Retry-After', 429, { 'retry-after': '1' }],
  ])('%s says nothing about health: it sheds load', async (_, status, headers) => {
    expect(await asking(answering(status, '{}', headers))).toBeNull();
  });

  test('503 without Retry-After is a failure', async () => {
    expect((await asking(answering(503)))?.result).toMatchObject({ failure: 'status' });
  });

  test('without a golden input nothing is asked', async () => {
    expect(await prober(['127.0.0.1'], { golden: null }).golden(region)).toBeNull();
  });
});

describe('a bare connection', () => {
  test('tells who is there from who is not, address by address, whatever the service says', async () => {
    handle = answering(503);
    expect(await prober(['127.0.0.1', '127.0.0.3']).connect(region)).toEqual([
      { address: '127.0.0.1', reach: 'connected' },
      { address: '127.0.0.3', reach: 'refused' },
    ]);
  });
});

describe('what a service counts', () => {
  const metric = 'http_server_request_duration_seconds';
  const labels = 'machine="m1",route="/v1/studies",status="500"';
  const bounds = [...requestBoundsMs.map((ms) => ms / 1_000), '+Inf'];
  const counts = [
    ...bounds.map((le) => `${metric}_bucket{le="${le}",${labels}} 7`),
    `${metric}_count{${labels}} 7`,
  ].join('\n');

  test('is asked for at /metrics, of every address that answers', async () => {
    const asked: (string | undefined)[] = [];
    handle = (request, response) => {
      asked.push(request.url);
      response.end(counts);
    };
    const met = await prober(['127.0.0.1', '127.0.0.3']).requests(region);
    expect(met).toMatchObject([{ machine: 'm1', count: 7, errors: 7 }]);
    expect(asked).toEqual(['/metrics']);
  });

  test.each([
    ['a service that says nothing', answering(404)],
    ['one that says it of something else', answering(200, 'up 1')],
    ['one that never ends', answering(200, 'x'.repeat(600_000))],
    ['one that never answers', () => {}],
  ] satisfies readonly (readonly [string, Handler])[])('is none of %s', async (_, handler) => {
    handle = handler;
    expect(await prober(['127.0.0.1'], hasty).requests(region)).toEqual([]);
  });
});
