// Liveness and readiness in every state of the pool.
import { describe, expect, test } from '@jest/globals';
import { testApp, testPool } from '../../../support/test-app.ts';

describe('/livez', () => {
  test('is 200 even when nothing can be read', async () => {
    const pool = testPool();
    pool.current = { ...pool.current, readiness: null, ready: false, workersLive: 0, fault: 'x' };
    const { app } = await testApp({ pool, isDraining: () => true });
    const reply = await app.inject('/livez');
    expect(reply.statusCode).toBe(200);
    expect(reply.json()).toEqual({ status: 'live' });
  });
});

describe('/readyz', () => {
  test('names engine, models and workers when ready', async () => {
    const { app } = await testApp();
    const reply = await app.inject('/readyz');
    expect(reply.statusCode).toBe(200);
    expect(reply.json()).toEqual({
      status: 'ready',
      region: 'test-region',
      engine: { id: 'onnx', description: 'test engine' },
      models: [
        { name: 'chest-test', version: '1.2.3' },
        { name: 'table-test', version: '1.2.3' },
      ],
      workers: { live: 2, wanted: 2 },
    });
  });

  test.each([
    ['starting', { readiness: null, ready: false, workersLive: 0 }, false],
    ['no-worker', { ready: false, workersLive: 0 }, false],
    [
      'not-ready',
      { readiness: null, ready: false, fault: 'golden mismatch in /srv/models' },
      false,
    ],
    ['draining', {}, true],
  ])('is 503 "%s" with the same members otherwise', async (code, change, draining) => {
    const pool = testPool();
    pool.current = { ...pool.current, ...change };
    const { app } = await testApp({ pool, isDraining: () => draining });
    const reply = await app.inject('/readyz');
    expect(reply.statusCode).toBe(503);
    expect(reply.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(reply.json()).toMatchObject({ code, status: 503, region: 'test-region' });
    expect(reply.json()).toHaveProperty('workers.wanted', 2);
    expect(reply.body).not.toContain('/srv/models');
    const openInference = await app.inject('/v2/health/ready');
    expect(openInference.statusCode).toBe(503);
    expect(openInference.json()).toMatchObject({ ready: false, code });
  });
});
