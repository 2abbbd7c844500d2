// What holds for every route: headers, unknown URLs and methods, metrics, and a log that knows nobody.
import { describe, expect, test } from '@jest/globals';
import { formRequest, imagePart, modelPart } from '../../support/form.ts';
import { testApp } from '../../support/test-app.ts';

const film = Uint8Array.of(90, 1, 2, 3);

test('every reply names the region and defends the browser', async () => {
  const { app } = await testApp();
  for (const url of ['/livez', '/v1/models', '/nothing', '/%zz', `/v2/models/${'m'.repeat(200)}`]) {
    const { headers } = await app.inject(url);
    expect(headers['x-evenkeel-region']).toBe('test-region');
    expect(headers).not.toHaveProperty('access-control-allow-origin');
  }
  const { headers } = await app.inject('/livez');
  expect(headers['content-security-policy']).toBe(
    "default-src 'self';img-src 'self' data:;script-src 'self';style-src 'self';object-src 'none';" +
      "base-uri 'none';form-action 'self';frame-ancestors 'none'",
  );
  expect(headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
  });
});

describe('a URL or method that is not there', () => {
  test.each([
    ['GET', '/nothing', 404, 'no-such-route', undefined],
    ['GET', '/v1/studies/a/b', 404, 'no-such-route', undefined],
    ['GET', '/%zz', 400, 'bad-url', undefined],
    ['GET', `/v2/models/${'m'.repeat(129)}`, 414, 'url-too-long', undefined],
    ['GET', `/v2/models/${'m'.repeat(128)}`, 404, 'model-not-found', undefined],
    ['DELETE', '/v1/studies', 405, 'method-not-allowed', 'POST'],
    ['PUT', '/v1/models?x=1', 405, 'method-not-allowed', 'GET, HEAD'],
    ['POST', '/v1/studies/abc/heatmaps/x.png', 405, 'method-not-allowed', 'GET, HEAD'],
    ['POST', '/v1/studies/abc/heatmaps/x.jpg', 404, 'no-such-route', undefined],
  ] as const)('%s %s is %d %s', async (...[method, url, status, code, allow]) => {
    const { app } = await testApp();
    const reply = await app.inject({ method, url });
    expect(reply.statusCode).toBe(status);
    expect(reply.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(reply.headers['allow']).toBe(allow);
    expect(reply.json()).toMatchObject({ status, code });
  });
});

test('GET /v1/models says what can be read, in words', async () => {
  const { app } = await testApp();
  expect((await app.inject('/v1/models')).json()).toEqual({
    models: [
      {
        name: 'chest-test',
        version: '1.2.3',
        label: 'Test finding',
        kind: 'image',
        expects: 'A chest film',
        threshold: 0.5,
        unsure: { low: 0.4, high: 0.6 },
      },
      {
        name: 'table-test',
        version: '1.2.3',
        label: 'malignant',
        kind: 'table',
        expects: 'A row of 3 measurements',
        threshold: 0.5,
        unsure: { low: 0.4, high: 0.6 },
      },
    ],
  });
});

test('/metrics counts by route template and tells what runs', async () => {
  const { app } = await testApp();
  await app.inject('/v2/models/chest-test');
  await app.inject('/v2/models/elbow');
  await app.inject('/JANE-DOE');
  const { body, headers } = await app.inject('/metrics');
  expect(headers['content-type']).toMatch(/^text\/plain/);
  expect(body).toContain(
    'http_server_request_duration_seconds_count{method="GET",route="/v2/models/:model",status="200"} 1',
  );
  expect(body).toContain('{method="GET",route="none",status="404"} 1');
  expect(body).toContain('model_info{model="chest-test",version="1.2.3",engine="onnx"} 1');
  expect(body).toContain(`build_info{version="0.1.0",node="${process.version}"} 1`);
  expect(body).toContain('inference_workers_live 2');
  expect(body).not.toContain('JANE');
});

test('while draining every reply asks the client to let go of the connection', async () => {
  let draining = false;
  const { app } = await testApp({ isDraining: () => draining });
  expect((await app.inject('/livez')).headers['connection']).toBe('keep-alive');
  draining = true;
  const reply = await app.inject('/livez');
  expect(reply.statusCode).toBe(200);
  expect(reply.headers['connection']).toBe('close');
});

test('the log holds no word that a client sent, nor the name of a study', async () => {
  const canary = 'JANE-DOE-1970-01-01';
  const { app, log } = await testApp({ env: { LOG_LEVEL: 'debug' } });
  const send = (parts: Parameters<typeof formRequest>[0]) => {
    const form = formRequest(parts);
    const headers = { ...form.headers, 'x-patient': canary, 'user-agent': canary, cookie: canary };
    return app.inject({ method: 'POST', url: `/v1/studies?p=${canary}`, ...form, headers });
  };
  const reply = await send([imagePart(film, `${canary}.png`), modelPart('chest-test')]);
  const { study } = reply.json<{ study: string }>();
  await send([{ ...imagePart(film, canary), name: canary }, modelPart(canary)]);
  await send([imagePart(film, canary), modelPart(canary)]);
  await send([imagePart(film, canary), imagePart(film, canary), modelPart('chest-test')]);
  await send([imagePart(film), { name: canary, value: canary }]);
  await app.inject(`/v1/studies/${study}`);
  await app.inject(`/${canary}?q=${canary}`);
  await app.inject(`/%zz${canary}`);
  await app.inject(`/v2/models/${canary}`);
  await app.inject({
    method: 'POST',
    url: `/v2/models/table-test/infer`,
    headers: { 'content-type': 'application/json' },
    payload: `{"${canary}":"${canary}"`,
  });
  const text = log.join('');
  expect(text.match(/"msg":"answered"/g)?.length).toBeGreaterThanOrEqual(8);
  expect(text).toContain('"route":"/v1/studies"');
  expect(text).not.toContain('JANE');
  expect(text).not.toContain(study);
});
