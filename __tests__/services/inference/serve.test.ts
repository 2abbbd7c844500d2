// The service as it runs: real listeners, real worker processes, two stores on disk, and a shutdown that loses nothing.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { generate } from 'selfsigned';
import { Agent, request } from 'undici';
import type { StudyReading } from '../../../fleet/study.ts';
import { decodeGrey } from '../../../models/imaging/decode.ts';
import { encodeJpeg, encodePng } from '../../../models/imaging/encode.ts';
import { drawChest } from '../../../models/phantoms/chest.ts';
import { serve } from '../../../services/inference/serve.ts';
import type { Service } from '../../../services/inference/serve.ts';
import { settingsFrom } from '../../../services/settings.ts';
import type { Environment } from '../../../services/settings.ts';
import {
  putInProduction,
  writeImageBundle,
  writeTableBundle,
  writeTestKeys,
} from '../../support/bundles.ts';
import { formRequest, imagePart, modelPart } from '../../support/form.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'evenkeel-serve-'));
});
afterAll(() => rm(folder, { recursive: true }));

const scripted = pathToFileURL(join(__dirname, '../../support/scripted-worker.ts'));

async function start(env: Environment, workerEntry?: URL) {
  const log: string[] = [];
  const settings = settingsFrom({
    EVENKEEL_REGION: 'test-region',
    PORT: '0',
    WORKERS: '1',
    STORE_DIRS: `${folder}/own,${folder}/mirror`,
    DRAIN_WAIT_SECONDS: '0',
    PATH: process.env['PATH'],
    ...env,
  });
  const logTo = { write: (line: string) => void log.push(line) };
  const service = await serve(settings, {
    logTo,
    ...(workerEntry === undefined ? {} : { workerEntry }),
  });
  return { service, log, url: service.urls[0]! };
}

async function ready(url: string, dispatcher = new Agent()): Promise<void> {
  for (;;) {
    const { statusCode, body } = await request(`${url}/readyz`, { dispatcher });
    await body.dump();
    if (statusCode === 200) return;
    await sleep(50);
  }
}

async function post(url: string, image: Uint8Array, model: string) {
  const { headers, body } = formRequest([imagePart(image), modelPart(model)]);
  const reply = await request(`${url}/v1/studies`, { method: 'POST', headers, body });
  return { status: reply.statusCode, headers: reply.headers, json: await reply.body.json() };
}

describe('with real models', () => {
  let service: Service;
  let url = '';
  let log: readonly string[] = [];
  beforeAll(async () => {
    const registry = join(folder, 'registry');
    await putInProduction(registry, await writeImageBundle(registry));
    await putInProduction(registry, await writeTableBundle(registry));
    const TRUSTED_KEYS_FILE = await writeTestKeys(folder);
    ({ service, url, log } = await start({ MODELS_DIR: registry, TRUSTED_KEYS_FILE }));
    await ready(url);
  });
  afterAll(() => service.drain());

  test('a film as PNG or JPEG becomes a finding with a heat map, stored in both domains', async () => {
    const phantom = drawChest(3, { finding: true });
    for (const film of [await encodePng(phantom), await encodeJpeg(phantom)]) {
      const { status, json } = await post(url, film, 'test-chest');
      expect(status).toBe(200);
      const { findings, study } = json as StudyReading;
      expect(findings[0]?.probability).toBeGreaterThan(0);
      expect(findings[0]?.probability).toBeLessThan(1);
      const heatmap = await request(url + findings[0]!.heatmap);
      const png = new Uint8Array(await heatmap.body.arrayBuffer());
      expect(await decodeGrey(png)).toMatchObject({ width: 448, height: 448 });
      for (const domain of ['own', 'mirror'])
        expect(await readdir(join(folder, domain, 'studies'))).toContain(`${study}.json`);
    }
  });

  test('what is no film is refused, and the service goes on', async () => {
    const film = await encodePng(drawChest(4));
    const refusals: [Uint8Array, number, string][] = [
      [new Uint8Array(), 400, 'empty-file'],
      [Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 415, 'unsupported-format'],
      [film.subarray(0, film.length / 2), 422, 'damaged-image'],
    ];
    for (const [bytes, status, code] of refusals)
      expect(await post(url, bytes, 'test-chest')).toMatchObject({ status, json: { code } });
    expect((await post(url, film, 'test-chest')).status).toBe(200);
  });

  test('a row is answered through the Open Inference Protocol', async () => {
    const inputs = [{ name: 'rows', shape: [1, 3], datatype: 'FP32', data: [12, 18, -4] }];
    const reply = await request(`${url}/v2/models/test-table/infer`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ inputs, outputs: [{ name: 'logit' }] }),
    });
    // (12-10)/2 * 1 + (18-20)/4 * -2 + (-4+5)/0.5 * 0.25 + 0.75
    expect(await reply.body.json()).toMatchObject({
      outputs: [{ name: 'logit', shape: [1, 1], data: [expect.closeTo(3.25, 5)] }],
    });
  });

  test('the page is there, and shows the film it was given', async () => {
    const page = await request(`${url}/`);
    expect(page.statusCode).toBe(200);
    expect(await page.body.text()).toContain('test-chest');
    const form = formRequest([imagePart(await encodePng(drawChest(3))), modelPart('test-chest')]);
    const answer = await request(`${url}/`, { method: 'POST', ...form });
    expect(answer.statusCode).toBe(200);
    expect(await answer.body.text()).toContain('data:image/png;base64,');
  });

  test('the log says which engine reads, and nothing of the films', () => {
    const text = log.join('');
    expect(text).toContain('onnxruntime-node');
    expect(text).not.toContain('film.png');
  });
});

describe('shutting down', () => {
  test('loses no request: not ready first, still serving, then every started one is answered', async () => {
    const { service, url } = await start({ DRAIN_WAIT_SECONDS: '1', WORKERS: '2' }, scripted);
    await ready(url);
    const answers: Promise<{ status: number; headers: Record<string, unknown> }>[] = [];
    let id = 0;
    const arrivals = setInterval(() => {
      answers.push(post(url, Uint8Array.of(4, (id += 1)), 'chest-test'));
    }, 40);
    await sleep(200);
    const drained = service.drain();
    await sleep(100);
    const readyz = await request(`${url}/readyz`);
    expect(readyz.statusCode).toBe(503);
    expect(await readyz.body.json()).toMatchObject({ code: 'draining' });
    expect(readyz.headers['connection']).toBe('close');
    await sleep(600);
    // By now the balancer has looked away; nothing new comes.
    clearInterval(arrivals);
    expect(await drained).toBe('drained');
    const settled = await Promise.all(answers);
    expect(settled.length).toBeGreaterThan(15);
    expect(settled.map(({ status }) => status)).toEqual(settled.map(() => 200));
    expect(settled.at(-1)?.headers['connection']).toBe('close');
    await expect(request(`${url}/livez`)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('comes to an end at its deadline even when a run hangs', async () => {
    const { service, url, log } = await start({ DRAIN_SECONDS_MAX: '1' }, scripted);
    await ready(url);
    const hung = post(url, Uint8Array.of(2), 'chest-test').catch((error: unknown) => error);
    await sleep(200);
    expect(await service.drain()).toBe('deadline');
    expect(await service.drain()).toBe('deadline');
    await hung;
    expect(log.join('')).toContain('not drained in time');
  });
});

describe('listening', () => {
  test('on several addresses, all answer the same', async () => {
    const { service } = await start({ HOST: '127.0.0.1,127.0.0.2' }, scripted);
    expect(service.urls).toHaveLength(2);
    for (const url of service.urls) {
      const reply = await request(`${url}/livez`);
      expect([reply.statusCode, await reply.body.json()]).toEqual([200, { status: 'live' }]);
    }
    await service.drain();
    for (const url of service.urls) await expect(request(`${url}/livez`)).rejects.toThrow();
  });

  test('with TLS, when there is a certificate', async () => {
    const pems = await generate([{ name: 'commonName', value: '127.0.0.1' }], { keyType: 'ec' });
    const [TLS_CERT_FILE, TLS_KEY_FILE] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    await Promise.all([writeFile(TLS_CERT_FILE, pems.cert), writeFile(TLS_KEY_FILE, pems.private)]);
    const { service, url } = await start({ TLS_CERT_FILE, TLS_KEY_FILE }, scripted);
    expect(url).toMatch(/^https:/);
    const dispatcher = new Agent({
      connect: { ca: pems.cert, checkServerIdentity: () => undefined },
    });
    await ready(url, dispatcher);
    await dispatcher.close();
    await service.drain();
  });

  test('without a readable certificate says which', async () => {
    const files = { TLS_CERT_FILE: 'missing-cert.pem', TLS_KEY_FILE: 'missing-key.pem' };
    await expect(start(files, scripted)).rejects.toMatchObject({
      code: 'tls-unreadable',
      message: expect.stringContaining('missing-cert.pem'),
    });
  });

  test.each([
    ['port-taken', (port: string) => ({ PORT: port })],
    ['port-taken', (port: string) => ({ PORT: port, HOST: '127.0.0.2,127.0.0.1' })],
    ['no-such-address', () => ({ HOST: '203.0.113.7' })],
  ])('refuses with "%s" and leaves nothing behind', async (code, env) => {
    const { service, url } = await start({}, scripted);
    await expect(start(env(new URL(url).port), scripted)).rejects.toMatchObject({ code });
    await service.drain();
  });
});

test('models that fail their self-test keep the service from being ready, and the log says why', async () => {
  const registry = join(folder, 'tampered');
  const bundle = await writeTableBundle(registry);
  await putInProduction(registry, bundle);
  await writeFile(join(bundle.dir, bundle.manifest.model.file), 'not the model that was evaluated');
  const TRUSTED_KEYS_FILE = await writeTestKeys(folder);
  const { service, url, log } = await start({ MODELS_DIR: registry, TRUSTED_KEYS_FILE });
  while (!log.some((line) => line.includes('worker lost'))) await sleep(50);
  const readyz = await request(`${url}/readyz`);
  expect(readyz.statusCode).toBe(503);
  expect(await readyz.body.json()).toMatchObject({ code: 'not-ready', engine: null });
  expect((await request(`${url}/livez`)).statusCode).toBe(200);
  expect(log.join('')).toContain('SHA-256');
  await service.drain();
});
