import { describe, expect, test } from '@jest/globals';
import { TransientError } from '../../../fleet/errors.ts';
import type { JobEnd } from '../../../services/adapters/job-store.ts';
import { handle } from '../../../services/pipelines/handle.ts';
import {
  asClient,
  bodyOf,
  call,
  frontPorts,
  jsonCall,
  otherClinic,
} from '../../support/front-ports.ts';

const key = { 'idempotency-key': 'a-key-of-this-request' };
const batch = { model: 'chest-pneumonia', ids: ['film-1.png', 'film-2.png'] };
const batchCall = (body: unknown = batch, headers = key) =>
  jsonCall('POST /v1/image-batch', body, headers);
const statusCall = (id: string) => call('GET /v1/jobs/{id}', { pathParameters: { id } });

describe('structured data', () => {
  const post = (body: unknown) => jsonCall('POST /v1/structured', body);

  test('answers each row under its id', async () => {
    const { ports } = frontPorts();
    const reply = await handle(
      post({ model: 'breast-cancer-wdbc', ids: ['a', 'b'], rows: [[10], [20]] }),
      ports,
    );
    expect(reply.statusCode).toBe(200);
    expect(bodyOf(reply)).toMatchObject({
      model: 'breast-cancer-wdbc',
      version: '1.0.0',
      results: [
        { id: 'a', probability: 0.1 },
        { id: 'b', probability: 0.2 },
      ],
      disclaimer: expect.stringContaining('not a medical device'),
    });
  });

  test.each([
    ['a repeated key', '{"model":"m","ids":["a"],"ids":["b"],"rows":[[1]]}', 'duplicate-key'],
    ['no JSON', 'model=m', 'not-json'],
    ['more ids than rows', { model: 'm', ids: ['a', 'b'], rows: [[1]] }, 'wrong-request'],
    ['a repeated id', { model: 'm', ids: ['a', 'a'], rows: [[1], [2]] }, 'wrong-request'],
    [
      'rows of different length',
      { model: 'm', ids: ['a', 'b'], rows: [[1], [2, 3]] },
      'wrong-request',
    ],
    ['no rows', { model: 'm', ids: [], rows: [] }, 'wrong-request'],
    ['a row of words', { model: 'm', ids: ['a'], rows: [['1']] }, 'wrong-request'],
    [
      'a field that is not known',
      { model: 'm', ids: ['a'], rows: [[1]], id: 'a' },
      'wrong-request',
    ],
    ['an id that is no name', { model: 'm', ids: ['../a'], rows: [[1]] }, 'wrong-request'],
    ['a list', [], 'wrong-request'],
  ])('refuses %s', async (_what, body, code) => {
    const reply = await handle(post(body), frontPorts().ports);
    expect(reply.statusCode).toBe(400);
    expect(reply.headers['content-type']).toContain('application/problem+json');
    expect(bodyOf(reply)).toMatchObject({ code, status: 400 });
  });

  test('hands on what the service refuses, in its words', async () => {
    const problem = {
      type: 't',
      title: 'No such model',
      status: 404,
      detail: 'd',
      code: 'model-not-found',
    };
    const { ports } = frontPorts({
      structured: { read: async () => ({ kind: 'refused', problem }) },
    });
    const reply = await handle(post({ model: 'm', ids: ['a'], rows: [[1]] }), ports);
    expect(reply.statusCode).toBe(404);
    expect(bodyOf(reply)).toEqual(problem);
  });

  test('another media type is refused before anything is read', async () => {
    const made = { ...post('{}'), headers: { 'content-type': 'text/plain' } };
    expect((await handle(made, frontPorts().ports)).statusCode).toBe(415);
  });

  test('reads a body that API Gateway has encoded', async () => {
    const body = Buffer.from(JSON.stringify({ model: 'm', ids: ['a'], rows: [[1]] })).toString(
      'base64',
    );
    const made = { ...post(body), isBase64Encoded: true };
    expect((await handle(made, frontPorts().ports)).statusCode).toBe(200);
  });

  test('a body that is too large is refused', async () => {
    const reply = await handle(post(`"${'x'.repeat(2 ** 21)}"`), frontPorts().ports);
    expect(reply.statusCode).toBe(413);
  });
});

describe('a job', () => {
  test('is accepted, kept, and started', async () => {
    const { ports, jobs, started } = frontPorts();
    const reply = await handle(batchCall(), ports);
    const { id, state } = bodyOf(reply);
    expect(reply.statusCode).toBe(202);
    expect(reply.headers).toMatchObject({ location: `/v1/jobs/${id}`, 'retry-after': '30' });
    expect(state).toBe('waiting');
    expect(await jobs.get(id)).toMatchObject({
      queue: 'image-batch',
      request: JSON.stringify(batch),
    });
    expect(started).toEqual([`image-batch ${id}`]);
  });

  test('is the same when the request is repeated, and is started again as long as nobody works on it', async () => {
    const { ports, jobs, started } = frontPorts();
    const first = bodyOf(await handle(batchCall(), ports));
    expect(bodyOf(await handle(batchCall(), ports))).toEqual(first);
    expect(started).toHaveLength(2);
    await jobs.take('image-batch', 1_000);
    const repeated = await handle(batchCall(), ports);
    expect(repeated.statusCode).toBe(202);
    expect(bodyOf(repeated)).toEqual({ ...first, state: 'running' });
    expect(started).toHaveLength(2);
  });

  test('is another one for another key, another client, and another pipeline', async () => {
    const { ports } = frontPorts();
    const training = { recipe: 'chest-pneumonia', modelVersion: '1.1.0', seed: 1 };
    const made = [
      batchCall(),
      batchCall(batch, { 'idempotency-key': 'another-key' }),
      asClient(otherClinic, batchCall()),
      jsonCall('POST /v1/active-learning', training, key),
    ];
    const ids = await Promise.all(made.map(async (one) => bodyOf(await handle(one, ports)).id));
    expect(new Set(ids).size).toBe(4);
  });

  test('continues a version, and no file of the machine', async () => {
    const { ports } = frontPorts();
    const training = { recipe: 'chest-pneumonia', modelVersion: '1.1.0', seed: 1 };
    const asked = (continueFrom: string, as: string) =>
      handle(
        jsonCall(
          'POST /v1/active-learning',
          { ...training, continueFrom },
          { 'idempotency-key': as },
        ),
        ports,
      );
    expect((await asked('1.0.0', 'first-key')).statusCode).toBe(202);
    const refused = await asked('../../somewhere', 'other-key');
    expect([refused.statusCode, bodyOf(refused).type]).toEqual([
      400,
      expect.stringContaining('wrong-request'),
    ]);
  });

  test('the key of another request is refused', async () => {
    const { ports } = frontPorts();
    await handle(batchCall(), ports);
    const reply = await handle(batchCall({ ...batch, ids: ['film-3.png'] }), ports);
    expect(reply.statusCode).toBe(422);
    expect(bodyOf(reply).code).toBe('key-reused');
  });

  test.each([
    ['none', {}],
    ['a short one', { 'idempotency-key': 'short' }],
    ['one with spaces', { 'idempotency-key': 'a key with spaces' }],
  ])('needs a key: %s is refused', async (_what, headers) => {
    const { ports, started } = frontPorts();
    const reply = await handle(jsonCall('POST /v1/image-batch', batch, headers), ports);
    expect([reply.statusCode, bodyOf(reply).code]).toEqual([400, 'missing-key']);
    expect(started).toEqual([]);
  });

  test('that cannot be started is kept, and begins when the request is repeated', async () => {
    const parts = { found: 'No room', why: 'Full', remedy: 'Repeat' };
    let isFull = true;
    const { ports, jobs } = frontPorts({
      starter: {
        start: async () => {
          if (isFull) throw new TransientError('not-started', parts);
        },
      },
    });
    const refused = await handle(batchCall(), ports);
    expect([refused.statusCode, refused.headers['retry-after']]).toEqual([503, '5']);
    expect(await jobs.hasDue('image-batch')).toBe(true);
    isFull = false;
    expect((await handle(batchCall(), ports)).statusCode).toBe(202);
  });

  const ended = async (end: JobEnd, made = batchCall()) => {
    const world = frontPorts();
    const { id, pipeline } = bodyOf(await handle(made, world.ports));
    const lease = await world.jobs.take(pipeline, 1_000);
    await world.jobs.finish(lease!, end);
    return { ...world, id: id as string };
  };

  test('says how far it is', async () => {
    const { ports } = frontPorts();
    const { id } = bodyOf(await handle(batchCall(), ports));
    const reply = await handle(statusCall(id), ports);
    expect(reply).toMatchObject({ statusCode: 200, headers: { 'retry-after': '30' } });
    expect(bodyOf(reply)).toEqual({
      id,
      pipeline: 'image-batch',
      state: 'waiting',
      createdAt: '2026-11-21T09:00:00.000Z',
    });
  });

  test('shows its findings once it is done, and null after they are forgotten', async () => {
    const { ports, results, id } = await ended({ kind: 'done', result: 'results/summary.json' });
    expect(bodyOf(await handle(statusCall(id), ports))).toMatchObject({
      state: 'done',
      results: null,
    });
    await results.putIfAbsent('results/summary.json', Buffer.from('[{"id":"film-1.png"}]'));
    expect(bodyOf(await handle(statusCall(id), ports))).toMatchObject({
      results: [{ id: 'film-1.png' }],
    });
  });

  test('that failed says why', async () => {
    const { ports, id } = await ended({ kind: 'failed', code: 'gave-up', detail: 'Three times.' });
    expect(bodyOf(await handle(statusCall(id), ports))).toMatchObject({
      state: 'failed',
      failure: { code: 'gave-up', detail: 'Three times.' },
    });
  });

  test('of training names its candidate', async () => {
    const training = { recipe: 'chest-pneumonia', modelVersion: '1.1.0', seed: 1 };
    const { ports, id } = await ended(
      { kind: 'done', result: 'candidates/chest-pneumonia/1.1.0/' },
      jsonCall('POST /v1/active-learning', training, key),
    );
    expect(bodyOf(await handle(statusCall(id), ports))).toMatchObject({
      candidate: 'candidates/chest-pneumonia/1.1.0/',
    });
  });

  test("somebody else's job is none", async () => {
    const { ports } = frontPorts();
    const { id } = bodyOf(await handle(batchCall(), ports));
    const missing = await handle(statusCall('0'.repeat(32)), ports);
    const foreign = await handle(asClient(otherClinic, statusCall(id)), ports);
    expect(foreign).toEqual(missing);
    expect(foreign.statusCode).toBe(404);
  });
});

test('an upload is put below its own client', async () => {
  const reply = await handle(
    jsonCall('POST /v1/uploads', { ids: ['film-1.png'] }),
    frontPorts().ports,
  );
  expect(bodyOf(reply).uploads).toEqual([
    expect.objectContaining({
      id: 'film-1.png',
      method: 'PUT',
      url: 'https://put/batch/clinic0client0id/film-1.png',
    }),
  ]);
});

test('a fault of our own says nothing of itself to the client, and everything to the log', async () => {
  const { ports, logged } = frontPorts({
    structured: {
      read: async () => {
        throw new Error('the table is on fire');
      },
    },
  });
  const made = jsonCall('POST /v1/structured', { model: 'm', ids: ['a'], rows: [[1]] });
  const reply = await handle(made, ports);
  expect(reply.statusCode).toBe(500);
  expect(reply.body).not.toContain('fire');
  expect(JSON.stringify(logged)).toContain('fire');
});

test('a log line names the route and the status, and neither client nor content', async () => {
  const { ports, logged } = frontPorts();
  const { id } = bodyOf(await handle(batchCall(), ports));
  await handle(statusCall(id), ports);
  expect(logged).toEqual([
    { requestId: 'request', route: 'POST /v1/image-batch', status: 202 },
    { requestId: 'request', route: 'GET /v1/jobs/{id}', status: 200 },
  ]);
});

test('an unknown route is none', async () => {
  const reply = await handle(call('GET /v1/everything'), frontPorts().ports);
  expect([reply.statusCode, bodyOf(reply).code]).toEqual([404, 'no-such-route']);
});
