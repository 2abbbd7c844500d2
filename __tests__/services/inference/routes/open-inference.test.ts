// The Open Inference Protocol v2, as its clients speak it.
import { describe, expect, test } from '@jest/globals';
import { jsonBytesMax } from '../../../../services/inference/server-options.ts';
import { testApp, testPool } from '../../../support/test-app.ts';

const row = { name: 'rows', shape: [1, 3], datatype: 'FP32', data: [0.5, 2, 3] };
const inferUrl = '/v2/models/table-test/infer';
const post = (url: string, payload: object | string) => ({
  method: 'POST' as const,
  url,
  headers: { 'content-type': 'application/json' },
  payload,
});

describe('metadata', () => {
  test.each([
    ['/v2', { name: 'evenkeel', version: '0.1.0', extensions: ['model_repository(index)'] }],
    ['/v2/health/live', { live: true }],
    ['/v2/health/ready', { ready: true }],
    ['/v2/models/chest-test/ready', { name: 'chest-test', ready: true }],
    ['/v2/models/chest-test/versions/1.2.3/ready', { name: 'chest-test', ready: true }],
    [
      '/v2/models/table-test/versions/1.2.3',
      {
        name: 'table-test',
        versions: ['1.2.3'],
        platform: 'onnx_onnxv1',
        inputs: [{ name: 'rows', datatype: 'FP32', shape: [-1, 3] }],
        outputs: [
          { name: 'probability', datatype: 'FP32', shape: [-1, 1] },
          { name: 'logit', datatype: 'FP32', shape: [-1, 1] },
        ],
      },
    ],
  ])('GET %s', async (url, expected) => {
    const { app } = await testApp();
    const reply = await app.inject(url);
    expect(reply.statusCode).toBe(200);
    expect(reply.json()).toEqual(expected);
  });

  test('the index lists what is served', async () => {
    const { app } = await testApp();
    const reply = await app.inject(post('/v2/repository/index', {}));
    expect(reply.json()).toEqual([
      { name: 'chest-test', version: '1.2.3', state: 'READY', reason: '' },
      { name: 'table-test', version: '1.2.3', state: 'READY', reason: '' },
    ]);
  });

  test.each([
    '/v2/models/elbow',
    '/v2/models/elbow/ready',
    '/v2/models/chest-test/versions/9.9.9',
    '/v2/models/chest-test/versions/9.9.9/ready',
  ])('of what is not served is 404, with the message where clients look: %s', async (url) => {
    const { app } = await testApp();
    const reply = await app.inject(url);
    expect(reply.statusCode).toBe(404);
    const problem = reply.json<{ detail: string }>();
    expect(problem).toMatchObject({ code: 'model-not-found', error: problem.detail });
  });
});

describe('inference', () => {
  test('answers all outputs, echoes the id, and takes a version in the URL', async () => {
    const { app } = await testApp();
    for (const url of [inferUrl, '/v2/models/table-test/versions/1.2.3/infer']) {
      const reply = await app.inject(post(url, { id: 'request-1', inputs: [row] }));
      expect(reply.statusCode).toBe(200);
      expect(reply.json()).toEqual({
        model_name: 'table-test',
        model_version: '1.2.3',
        id: 'request-1',
        outputs: [
          {
            name: 'probability',
            datatype: 'FP32',
            shape: [1, 1],
            data: [expect.closeTo(0.62246, 5)],
          },
          { name: 'logit', datatype: 'FP32', shape: [1, 1], data: [0.5] },
        ],
      });
    }
  });

  test('answers only the outputs asked for, and no id when none was sent', async () => {
    const { app } = await testApp();
    const body = {
      inputs: [{ ...row, parameters: { origin: 'test' } }],
      outputs: [{ name: 'logit' }],
    };
    const answer = (await app.inject(post(inferUrl, body))).json<Record<string, unknown>>();
    expect(answer['outputs']).toMatchObject([{ name: 'logit' }]);
    expect(answer).not.toHaveProperty('id');
  });

  test.each<[string, object | string, number, string]>([
    ['malformed JSON', '{"inputs":', 400, 'wrong-request'],
    ['no inputs', {}, 400, 'wrong-request'],
    ['an empty list of inputs', { inputs: [] }, 400, 'wrong-request'],
    ['a shape of text', { inputs: [{ ...row, shape: ['1', '3'] }] }, 400, 'wrong-request'],
    ['a poisoned prototype', '{"__proto__":{},"inputs":[]}', 400, 'wrong-request'],
    ['the wrong shape', { inputs: [{ ...row, shape: [1, 4] }] }, 400, 'wrong-shape'],
    ['too few numbers', { inputs: [{ ...row, data: [1] }] }, 400, 'wrong-data'],
    ['another datatype', { inputs: [{ ...row, datatype: 'INT8' }] }, 400, 'wrong-datatype'],
    ['another input', { inputs: [{ ...row, name: 'x' }] }, 400, 'wrong-input'],
    ['an unknown output', { inputs: [row], outputs: [{ name: 'x' }] }, 400, 'unknown-output'],
  ])('refuses %s', async (_what, body, status, code) => {
    const unreached = new Error('must not be reached');
    const { app } = await testApp({
      pool: testPool({ infer: () => Promise.reject(unreached) }),
    });
    const reply = await app.inject(post(inferUrl, body));
    expect(reply.statusCode).toBe(status);
    expect(reply.json()).toMatchObject({ code, error: expect.any(String) });
  });

  test('refuses a model or version that is not served, and another media type', async () => {
    const { app } = await testApp();
    const unknown = await app.inject(post('/v2/models/elbow/infer', { inputs: [row] }));
    expect(unknown.json()).toMatchObject({ status: 404, code: 'model-not-found' });
    const old = await app.inject(
      post('/v2/models/table-test/versions/1.0.0/infer', { inputs: [row] }),
    );
    expect(old.json()).toMatchObject({ status: 404, code: 'model-not-found' });
    const binary = await app.inject({
      ...post(inferUrl, 'x'),
      headers: { 'content-type': 'application/octet-stream' },
    });
    expect(binary.json()).toMatchObject({ status: 415, code: 'unsupported-media-type' });
  });

  test('takes bodies to their limit, and none beyond', async () => {
    const { app } = await testApp();
    const body = JSON.stringify({ inputs: [row] });
    const padded = (bytes: number) => post(inferUrl, body.padEnd(bytes));
    expect((await app.inject(padded(jsonBytesMax))).statusCode).toBe(200);
    const beyond = await app.inject(padded(jsonBytesMax + 1));
    expect(beyond.json()).toMatchObject({ status: 413, code: 'body-too-large' });
  });

  test('a picture of 3 x 224 x 224 numbers in full length fits the limit', () => {
    const longest = '-0.12345678901234567'.length + 1;
    expect(3 * 224 * 224 * longest).toBeLessThan(jsonBytesMax / 3);
  });
});
