import { expect, test } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { openInferenceClient } from '../../../services/pipelines/open-inference-client.ts';
import { tableManifest } from '../../support/manifests.ts';
import { testApp } from '../../support/test-app.ts';

/** The real service behind `fetch`, without a network. */
const fetchFrom =
  (app: FastifyInstance, seen: string[] = []): typeof fetch =>
  async (input, init) => {
    const { pathname } = new URL(input as string);
    seen.push(pathname);
    const reply = await app.inject({
      url: pathname,
      method: init?.method === 'POST' ? 'POST' : 'GET',
      ...(init?.body === undefined
        ? {}
        : { payload: init.body as string, headers: { 'content-type': 'application/json' } }),
    });
    return new Response(reply.body, { status: reply.statusCode });
  };

const baseUrl = 'https://structured.test';

test('has the service read rows, each with its own probability', async () => {
  const { app } = await testApp();
  const client = openInferenceClient({ baseUrl, fetch: fetchFrom(app), nowMs: () => 0 });
  // The test pool answers with the first number of each sample as its logit.
  const answer = await client.read(tableManifest.name, [
    [0, 1, 2],
    [3, 4, 5],
  ]);
  expect(answer).toMatchObject({ kind: 'read', version: tableManifest.version });
  expect(answer).toHaveProperty('probabilities.length', 2);
  await app.close();
});

test('asks a model for its description once a minute', async () => {
  const { app } = await testApp();
  const seen: string[] = [];
  let now = 0;
  const client = openInferenceClient({ baseUrl, fetch: fetchFrom(app, seen), nowMs: () => now });
  const description = `/v2/models/${tableManifest.name}`;
  const times = () => seen.filter((path) => path === description).length;
  await client.read(tableManifest.name, [[0, 1, 2]]);
  await client.read(tableManifest.name, [[0, 1, 2]]);
  expect(times()).toBe(1);
  now = 60_000;
  await client.read(tableManifest.name, [[0, 1, 2]]);
  expect(times()).toBe(2);
  await app.close();
});

test('hands on what the service refuses', async () => {
  const { app } = await testApp();
  const client = openInferenceClient({ baseUrl, fetch: fetchFrom(app), nowMs: () => 0 });
  expect(await client.read('no-model', [[1]])).toMatchObject({
    kind: 'refused',
    problem: { status: 404, code: 'model-not-found' },
  });
  expect(await client.read(tableManifest.name, [[1]])).toMatchObject({
    kind: 'refused',
    problem: { status: 400, code: 'wrong-shape' },
  });
  await app.close();
});

test.each<[string, typeof fetch]>([
  ['is down', async () => new Response('Bad gateway', { status: 502 })],
  [
    'cannot be reached',
    async () => {
      throw new TypeError('fetch failed');
    },
  ],
  ['answers in another language', async () => new Response('<html>', { status: 200 })],
])('a service that %s is unavailable for now', async (_what, fetch) => {
  const client = openInferenceClient({ baseUrl, fetch, nowMs: () => 0 });
  await expect(client.read('m', [[1]])).rejects.toMatchObject({
    name: 'TransientError',
    code: 'service-unavailable',
  });
});
