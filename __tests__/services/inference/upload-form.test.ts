// The form of an upload: what is wrong with it is said in words, and its limits hold on both sides.
import { describe, expect, test } from '@jest/globals';
import type { InjectOptions } from 'fastify';
import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { InputError, TransientError } from '../../../fleet/errors.ts';
import { formRequest, imagePart, modelPart } from '../../support/form.ts';
import { film, goodForm, studyClient } from '../../support/study-client.ts';
import { overlayPng, testPool } from '../../support/test-app.ts';

const poolThatThrows = (problem: Error) =>
  testPool({
    read: async () => {
      throw problem;
    },
  });
const parts = { found: 'F', why: 'W', remedy: 'R' };

const cut = (bytes: number) => {
  const { headers, body } = formRequest(goodForm);
  return { headers, body: body.subarray(0, bytes) };
};

describe('a refusal', () => {
  const notAForm = { headers: { 'content-type': 'application/json' }, body: '{}' };
  const many = Array.from({ length: 9 }, (_, i) => ({ name: `field${i}`, value: 'x' }));

  test.each<[string, InjectOptions, number, string]>([
    [
      'a picture in another field',
      formRequest([{ ...imagePart(film), name: 'file' }, modelPart('chest-test')]),
      400,
      'wrong-field',
    ],
    [
      'a picture sent as text',
      formRequest([{ name: 'image', value: 'x' }, modelPart('chest-test')]),
      400,
      'missing-image',
    ],
    ['no picture', formRequest([modelPart('chest-test')]), 400, 'missing-image'],
    ['no model', formRequest([imagePart(film)]), 400, 'missing-model'],
    ['an unknown model', formRequest([imagePart(film), modelPart('elbow')]), 400, 'unknown-model'],
    ['a table model', formRequest([imagePart(film), modelPart('table-test')]), 400, 'table-model'],
    [
      'two pictures',
      formRequest([imagePart(film), imagePart(film), modelPart('chest-test')]),
      413,
      'too-many-parts',
    ],
    ['too many fields', formRequest([...many, ...goodForm]), 413, 'too-many-parts'],
    ['a body that is no form', notAForm, 415, 'not-multipart'],
    ['no body', {}, 415, 'not-multipart'],
    [
      'a picture as the whole body',
      { headers: { 'content-type': 'image/png' }, body: film },
      415,
      'unsupported-media-type',
    ],
    ['a form cut in its file', cut(150), 400, 'truncated-form'],
    [
      'a form cut before its end',
      cut(formRequest(goodForm).body.length - 10),
      400,
      'truncated-form',
    ],
    [
      'a form without boundary',
      { headers: { 'content-type': 'multipart/form-data' }, body: 'x' },
      400,
      'truncated-form',
    ],
  ])('of %s says what to do', async (_what, request, status, code) => {
    const { inject, pool } = await studyClient();
    const reply = await inject(request);
    expect(reply.statusCode).toBe(status);
    expect(reply.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(reply.headers['x-evenkeel-region']).toBe('test-region');
    const problem = reply.json<Record<string, unknown>>();
    expect(problem).toMatchObject({ status, code, type: `urn:problem-type:evenkeel:${code}` });
    expect(Object.keys(problem).sort()).toEqual(['code', 'detail', 'status', 'title', 'type']);
    expect(pool.reads).toBe(0);
  });

  test('names the field the picture was in', async () => {
    const { post } = await studyClient();
    const reply = await post([
      { ...imagePart(film), name: 'x'.repeat(60) },
      modelPart('chest-test'),
    ]);
    expect(reply.json<{ detail: string }>().detail).toContain(`"${'x'.repeat(40)}"`);
  });

  test('of the decoder is passed on', async () => {
    const { post } = await studyClient({
      pool: poolThatThrows(new InputError('damaged-image', parts)),
    });
    const reply = await post(goodForm);
    expect(reply.statusCode).toBe(422);
    expect(reply.json()).toMatchObject({ code: 'damaged-image', detail: 'F. W. R.' });
  });

  test('for lack of a worker says when to come back', async () => {
    const { post } = await studyClient({
      pool: poolThatThrows(new TransientError('queue-full', parts)),
    });
    const reply = await post(goodForm);
    expect(reply.statusCode).toBe(503);
    expect(reply.headers['retry-after']).toBe('17');
    expect(reply.json()).toMatchObject({ code: 'queue-full' });
  });

  test('before the models are ready is transient, whatever the model', async () => {
    const pool = testPool();
    pool.current = { ...pool.current, readiness: null, ready: false };
    const { post } = await studyClient({ pool });
    const reply = await post([imagePart(film), modelPart('elbow')]);
    expect(reply.statusCode).toBe(503);
    expect(reply.json()).toMatchObject({ code: 'starting' });
  });

  test('of a bug is 500 and tells nothing', async () => {
    const { post, log } = await studyClient({
      pool: poolThatThrows(new Error('secret path /srv/x')),
    });
    const reply = await post(goodForm);
    expect(reply.statusCode).toBe(500);
    expect(reply.body).not.toContain('secret');
    expect(log.join('')).toContain('secret path');
  });
});

const sized = (bytes: number) => [
  imagePart(new Uint8Array(bytes).fill(50)),
  modelPart('chest-test'),
];

describe('limits', () => {
  const limit = 1 * 2 ** 20;
  const env = { UPLOAD_MIB_MAX: '1' };

  test('a picture of exactly the largest size is read, one byte more is not', async () => {
    const { post } = await studyClient({ env });
    expect((await post(sized(limit))).statusCode).toBe(200);
    const reply = await post(sized(limit + 1));
    expect(reply.statusCode).toBe(413);
    expect(reply.json()).toMatchObject({ code: 'body-too-large' });
  });

  test('what announces itself as too long is refused before it is read', async () => {
    const { post } = await studyClient({ env });
    const reply = await post(sized(limit + 100_000));
    expect(reply.json<{ detail: string }>().detail).toContain('1048576 bytes');
  });

  test('uploads under way are counted, to the last', async () => {
    const gate = new AbortController();
    const started: string[] = [];
    const read = async () => {
      started.push('read');
      if (!gate.signal.aborted) await once(gate.signal, 'abort');
      return {
        logit: 0,
        probability: 0.1,
        features: null,
        isFamiliar: true,
        heatmapPng: overlayPng,
      };
    };
    const { post } = await studyClient({ env: { UPLOADS_MAX: '2' }, pool: testPool({ read }) });
    const under = [1, 2].map((id) => post([imagePart(Uint8Array.of(id)), modelPart('chest-test')]));
    while (started.length < 2) await setImmediate();
    const third = await post(goodForm);
    expect(third.statusCode).toBe(503);
    expect(third.json()).toMatchObject({ code: 'queue-full' });
    gate.abort();
    expect((await Promise.all(under)).map(({ statusCode }) => statusCode)).toEqual([200, 200]);
    expect((await post(goodForm)).statusCode).toBe(200);
  });
});
