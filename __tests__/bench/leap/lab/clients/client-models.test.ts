// What each client makes of an answer whose first address refuses and whose second one serves.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import dnsPacket from 'dns-packet';
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CacheLookup } from '../../../../../bench/leap/lab/clients/cache-lookup.ts';
import {
  firstAddress,
  keepAlive,
  nodeHttp,
  sequential,
  undici,
} from '../../../../../bench/leap/lab/clients/client-models.ts';
import type { Send, Target } from '../../../../../bench/leap/lab/clients/client-models.ts';

const name = 'region.api.lab';
/** All of 127.0.0.0/8 is this machine; nobody listens on the first. */
const [refusing, serving] = ['127.0.0.9', '127.0.0.1'];

let told: readonly string[] = [];
let questions = 0;
let connections = 0;
let hosts: (string | undefined)[] = [];
let dns: Socket;
let server: Server;
let target: Target;
let resolver = '';

beforeAll(async () => {
  dns = createSocket('udp4');
  dns.on('message', (packet, asker) => {
    const { id, questions: asked = [] } = dnsPacket.decode(packet);
    questions += 1;
    const answers = told.map((data) => ({ type: 'A' as const, name, ttl: 5, data }));
    const reply = dnsPacket.encode({ type: 'response', id: id ?? 0, questions: asked, answers });
    dns.send(reply, asker.port, asker.address);
  });
  dns.bind(0, serving);
  server = createServer(({ headers }, response) => {
    hosts.push(headers.host);
    response.end('ready');
  });
  server.on('connection', () => (connections += 1));
  server.listen(0, serving);
  await Promise.all([once(dns, 'listening'), once(server, 'listening')]);
  resolver = `${serving}:${dns.address().port}`;
  target = { name, port: (server.address() as AddressInfo).port, path: '/readyz' };
});

afterAll(async () => {
  dns.close();
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

type Model = (cache: CacheLookup, target: Target) => Send;

async function outcomes(model: Model, addresses: readonly string[], times = 1) {
  told = addresses;
  [questions, connections, hosts] = [0, 0, []];
  const cache = new CacheLookup(resolver, name);
  const send = model(cache, target);
  const all: boolean[] = [];
  for (let n = 0; n < times; n += 1)
    all.push(
      await send().then(
        () => true,
        () => false,
      ),
    );
  return { all, cache };
}

const models: readonly (readonly [string, Model])[] = [
  ['first', firstAddress],
  ['sequential', sequential],
  ['node-http', nodeHttp],
  ['undici', undici],
  ['keep-alive', keepAlive],
];
const careful = models.slice(1);

test('the first address and no other: what lies behind the second one does not help', async () => {
  expect((await outcomes(firstAddress, [refusing, serving])).all).toEqual([false]);
  expect((await outcomes(firstAddress, [serving, refusing])).all).toEqual([true]);
});

test.each(careful)('%s reaches the second address', async (_, model) => {
  expect((await outcomes(model, [refusing, serving])).all).toEqual([true]);
});

test.each(models)('%s fails when every address does, or there is none', async (_, model) => {
  expect((await outcomes(model, [refusing])).all).toEqual([false]);
  expect((await outcomes(model, [])).all).toEqual([false]);
});

test.each(models)('%s asks for the service by its name, wherever it finds it', async (_, model) => {
  await outcomes(model, [serving]);
  expect(hosts).toHaveLength(1);
  expect(hosts[0]?.split(':')[0]).toBe(name);
});

test.each(models.filter(([model]) => model !== 'keep-alive'))(
  '%s asks its cache and connects anew for each request',
  async (_, model) => {
    await outcomes(model, [serving], 3);
    expect({ questions, connections }).toEqual({ questions: 3, connections: 3 });
  },
);

test('keep-alive neither asks nor connects again while its connections last', async () => {
  await outcomes(keepAlive, [serving], 10);
  // A request that follows on the heels of another may find its connection still busy.
  expect(connections).toBeLessThanOrEqual(2);
  expect(questions).toBe(connections);
});

test('what a cache told is kept in its order and with its time; silence is kept, too', async () => {
  const before = Date.now();
  const { cache } = await outcomes(sequential, [refusing, serving]);
  expect(cache.toldSince(before).map(({ addresses }) => addresses)).toEqual([[refusing, serving]]);
  expect(cache.toldSince(Date.now() + 1)).toEqual([]);
  told = [];
  await expect(cache.addresses()).rejects.toThrow();
  expect(cache.toldSince(before).at(-1)?.addresses).toEqual([]);
});
