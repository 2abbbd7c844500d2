import multipart from '@fastify/multipart';
import { afterEach, describe, expect, test } from '@jest/globals';
import fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import { InputError, TransientError } from '../../../fleet/errors.ts';
import { disclaimer } from '../../../fleet/study.ts';
import type { Decision, StudyReading } from '../../../fleet/study.ts';
import { uploadIntake } from '../../../services/inference/upload-intake.ts';
import { pagesPlugin } from '../../../services/pages/plugin.ts';
import type { ServedModel, Studies, Upload } from '../../../services/studies.ts';

const chest: ServedModel = {
  name: 'chest-pneumonia',
  version: '1.0.0',
  label: 'pneumonia',
  kind: 'image',
  expects: 'One frontal chest film <of a child>',
  threshold: 0.6,
  unsure: { low: 0.2, high: 0.9 },
};
const table: ServedModel = { ...chest, name: 'breast-cancer-wdbc', kind: 'table' };
const film = Buffer.from('\x89PNG the film of Jane Doe');

const reading = (decision: Decision, probability: number): StudyReading => ({
  study: 'a'.repeat(64),
  region: 'aws-paris',
  model: 'chest-pneumonia',
  version: '1.0.0',
  findings: [
    { label: 'pneumonia', probability, decision, heatmap: '/v1/studies/a/heatmaps/p.png' },
  ],
  disclaimer,
});

const apps: FastifyInstance[] = [];
afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.close()));
});

interface Scene {
  readonly app: FastifyInstance;
  readonly uploads: Upload[];
  readonly logged: string[];
}

async function scene(outcome: StudyReading | Error = reading('normal', 0.1)): Promise<Scene> {
  const uploads: Upload[] = [];
  const logged: string[] = [];
  const studies: Studies = {
    models: () => [chest, table],
    read: (upload) => {
      uploads.push(upload);
      return outcome instanceof Error ? Promise.reject(outcome) : Promise.resolve(outcome);
    },
    heatmap: () => Promise.resolve(null),
    preview: () => Promise.resolve(Uint8Array.of(1, 2, 3)),
  };
  const app = fastify({ logger: { stream: { write: (line: string) => logged.push(line) } } });
  apps.push(app);
  await app.register(multipart);
  const intake = uploadIntake({ fileBytesMax: 1_000, uploadsMax: 2 });
  await app.register((inner) =>
    pagesPlugin(inner, { studies, region: 'gcp-belgium', intake, research: null }),
  );
  return { app, uploads, logged };
}

/** The form as a browser without scripts posts it. */
async function post(app: FastifyInstance, parts: Readonly<Record<string, string | Blob>>) {
  const form = new FormData();
  for (const [name, value] of Object.entries(parts))
    if (typeof value === 'string') form.set(name, value);
    else form.set(name, value, 'jane-doe.png');
  const encoded = new Response(form);
  return app.inject({
    method: 'POST',
    url: '/',
    headers: { 'content-type': encoded.headers.get('content-type') ?? '' },
    payload: Buffer.from(await encoded.arrayBuffer()),
  });
}

const upload = { model: 'chest-pneumonia', image: new Blob([film]) };
const inlineCode = /<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=|javascript:/i;

describe('the form', () => {
  test('offers the image models, says what each expects, and needs no script', async () => {
    const { body, headers, statusCode } = await (await scene()).app.inject('/');
    expect(statusCode).toBe(200);
    expect(headers['cache-control']).toBe('no-store');
    expect(body).toMatch(/<form[^>]*method="post"[^>]*enctype="multipart\/form-data"/);
    expect(body).toContain('One frontal chest film &lt;of a child>');
    expect(body).toContain('value="chest-pneumonia"');
    expect(body).not.toContain('breast-cancer-wdbc');
  });
});

describe('a reading', () => {
  test('of a film unlike those of the model says that the film is the reason, not the probability', async () => {
    const plain = reading('unsure', 0.99);
    const findings = plain.findings.map((finding) => ({ ...finding, unfamiliar: true as const }));
    const { body } = await post((await scene({ ...plain, findings })).app, upload);
    expect(body).toContain('UNSURE: human read');
    expect(body).toContain('few of the films that it was made for look like this one');
    expect(body).not.toContain('too close to the threshold');
  });

  test('of a model that grades names the grade and the probability of each', async () => {
    const plain = reading('abnormal', 0.97);
    const probabilities = [0.1, 0.25, 0.65].map((probability, k) => ({
      name: `KL ${k}`,
      probability,
    }));
    const findings = plain.findings.map((finding) => ({
      ...finding,
      grade: { name: 'KL 2', probabilities },
    }));
    const { body } = await post((await scene({ ...plain, findings })).app, upload);
    expect(body).toContain('Predicted grade: KL 2');
    expect(body).toMatch(/<dt>KL 1<\/dt><dd>probability 0\.25<\/dd>/);
    const without = await post((await scene(plain)).app, upload);
    expect(without.body).not.toContain('grade');
  });

  test.each([
    ['abnormal', 0.97, 'LIKELY ABNORMAL', '0.97'],
    ['normal', 0.001, 'NORMAL', 'below 0.01'],
    ['unsure', 0.55, 'UNSURE: human read', '0.55'],
  ] as const)('says %s in words, with the probability %d', async (decision, p, words, figure) => {
    const { app, uploads } = await scene(reading(decision, p));
    const { statusCode, headers, body } = await post(app, upload);
    expect(statusCode).toBe(200);
    expect(headers['cache-control']).toBe('no-store');
    expect(body).toContain(words);
    expect(body).toContain(figure);
    expect(body).toContain('threshold 0.60');
    expect(body).toContain('src="/v1/studies/a/heatmaps/p.png"');
    expect(body).toContain(`data:image/png;base64,${Buffer.of(1, 2, 3).toString('base64')}`);
    expect(body).toContain('aws-paris');
    expect(uploads.map((u) => [u.model, Buffer.from(u.image).equals(film)])).toEqual([
      ['chest-pneumonia', true],
    ]);
  });

  test('of another version shows no threshold, because this region knows only its own', async () => {
    const { app } = await scene({ ...reading('normal', 0.1), version: '0.9.0' });
    expect((await post(app, upload)).body).not.toContain('threshold');
  });

  test('leaves no trace of the file name in the log', async () => {
    const { app, logged } = await scene();
    await post(app, upload);
    expect(logged.join('')).not.toMatch(/jane/i);
  });
});

describe('what is refused', () => {
  test('is explained with what, why and remedy, above the form', async () => {
    const refusal = new InputError('damaged-image', {
      found: 'The picture <b>ends</b> early',
      why: 'Half a film must not be read',
      remedy: 'Export it again',
    });
    const { statusCode, body } = await post((await scene(refusal)).app, upload);
    expect(statusCode).toBe(422);
    expect(body).toMatch(
      /What happened[^]*The picture &lt;b>ends&lt;\/b> early\.[^]*Export it again\./,
    );
    expect(body).toMatch(/role="alert"[^]*<form/);
  });

  test('for now says when to try again', async () => {
    const busy = new TransientError('queue-full', {
      found: 'Full',
      why: 'Bounded',
      remedy: 'Wait',
    });
    const { statusCode, headers } = await post((await scene(busy)).app, upload);
    expect([statusCode, headers['retry-after']]).toEqual([503, '2']);
  });

  test.each([
    ['no file was chosen', { model: 'chest-pneumonia' }, 'missing-image', 400],
    ['no model was chosen', { image: new Blob([film]) }, 'missing-model', 400],
    [
      'the file is in another field',
      { model: 'chest-pneumonia', film: new Blob([film]) },
      'wrong-field',
      400,
    ],
    [
      'the file is too large',
      { model: 'chest-pneumonia', image: new Blob([Buffer.alloc(100_000)]) },
      'body-too-large',
      413,
    ],
  ] as const)('%s', async (_, parts, code, status) => {
    const { app, uploads } = await scene();
    const { statusCode, body } = await post(app, parts);
    expect(statusCode).toBe(status);
    expect(body).toContain(code);
    expect(uploads).toEqual([]);
  });

  test('a bug shows nothing of itself', async () => {
    const { app, logged } = await scene(new Error('secret-path /srv/x'));
    const { statusCode, body } = await post(app, upload);
    expect(statusCode).toBe(500);
    expect(body).not.toMatch(/secret-path/);
    expect(logged.join('')).toMatch(/secret-path/);
  });
});

test('every page carries the disclaimer and no code or style of its own', async () => {
  const pages = [
    await (await scene()).app.inject('/'),
    await post((await scene()).app, upload),
    await post((await scene(new Error('x'))).app, upload),
  ];
  for (const { body } of pages) {
    expect(body).toMatch(/not for diagnosis/);
    expect(body).not.toMatch(inlineCode);
    expect(body).toMatch(/^<!doctype html><html lang="en">/);
  }
});

test('assets are served with their types and answered 304 when unchanged', async () => {
  const { app } = await scene();
  for (const [name, type] of [
    ['pages.css', 'text/css; charset=utf-8'],
    ['viewer.js', 'text/javascript; charset=utf-8'],
    ['answers.js', 'text/javascript; charset=utf-8'],
    ['icon.svg', 'image/svg+xml'],
  ] as const) {
    const first = await app.inject(`/assets/${name}`);
    expect([first.statusCode, first.headers['content-type']]).toEqual([200, type]);
    const headers = { 'if-none-match': String(first.headers['etag']) };
    expect((await app.inject({ url: `/assets/${name}`, headers })).statusCode).toBe(304);
  }
});
