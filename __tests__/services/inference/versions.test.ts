// Canary and shadow: who reads which film, what is heard of it, and what becomes of a candidate that fails.
import { describe, expect, test } from '@jest/globals';
import { InputError, TransientError } from '../../../fleet/errors.ts';
import { decide } from '../../../fleet/study.ts';
import type { StudyReading } from '../../../fleet/study.ts';
import type { Reading } from '../../../models/reader.ts';
import { chosenVersion } from '../../../services/inference/choose-version.ts';
import { readAlong } from '../../../services/inference/shadow.ts';
import type { ShadowReading } from '../../../services/inference/shadow.ts';
import type { Candidate, ModelVersion } from '../../../services/inference/pool/messages.ts';
import { formRequest, imagePart, modelPart } from '../../support/form.ts';
import { imageManifest } from '../../support/manifests.ts';
import { testApp, testPool } from '../../support/test-app.ts';
import type { TestPool } from '../../support/test-app.ts';

const next = { ...imageManifest, version: '2.0.0' };
const canary = (share: number): Candidate => ({ manifest: next, role: 'canary', share });
const shadow: Candidate = { manifest: next, role: 'shadow', share: 0 };
const states = { stateOf: () => 'good' as const };
const films = Array.from({ length: 1_000 }, (_, id) => Uint8Array.of(id & 255, id >> 8));

function serving(pool: TestPool, ...candidates: Candidate[]): TestPool {
  pool.current = { ...pool.current, readiness: { ...pool.current.readiness!, candidates } };
  return pool;
}

const readingOf = (probability: number): Reading => ({
  logit: 0,
  probability,
  features: null,
  isFamiliar: true,
  heatmapPng: Uint8Array.of(1),
});

describe('a canary', () => {
  const readBy = (share: number) => {
    const pool = serving(testPool(), canary(share));
    return films.map((film) => chosenVersion({ pool, states }, imageManifest, () => film).version);
  };

  test('reads its share of a thousand films, and the same ones each time', () => {
    const versions = readBy(0.1);
    const count = versions.filter((version) => version === '2.0.0').length;
    // Four standard deviations of a binomial: sqrt(1000 x 0.1 x 0.9) = 9.5.
    expect(Math.abs(count - 100)).toBeLessThan(38);
    expect(readBy(0.1)).toEqual(versions);
  });

  test('keeps the films it had when its share grows', () => {
    const few = readBy(0.05);
    const many = readBy(0.5);
    expect(few.every((version, at) => version !== '2.0.0' || many[at] === '2.0.0')).toBe(true);
  });

  test('reads nothing once it drifts or was set aside', () => {
    const pool = serving(testPool(), canary(0.999_999));
    const read = (as: Parameters<typeof chosenVersion>[0]) =>
      chosenVersion(as, imageManifest, () => films[0]!).version;
    expect(read({ pool, states })).toBe('2.0.0');
    expect(read({ pool, states: { stateOf: () => 'drifting' } })).toBe('1.2.3');
    pool.current = { ...pool.current, setAside: [next] };
    expect(read({ pool, states })).toBe('1.2.3');
  });

  const post = (film: Uint8Array) => ({
    method: 'POST' as const,
    url: '/v1/studies',
    ...formRequest([imagePart(film), modelPart(imageManifest.name)]),
  });

  test('is named in the answers it gives, again when the film is sent again', async () => {
    const asked: ModelVersion[] = [];
    const pool = testPool({
      async read(model) {
        asked.push(model);
        return readingOf(0.9);
      },
    });
    const { app } = await testApp({ pool: serving(pool, canary(0.5)) });
    const versions: string[] = [];
    for (const film of films.slice(0, 20)) {
      const first = (await app.inject(post(film))).json() as StudyReading;
      const again = (await app.inject(post(film))).json() as StudyReading;
      expect(again).toEqual(first);
      versions.push(first.version);
    }
    expect(new Set(versions)).toEqual(new Set(['1.2.3', '2.0.0']));
    expect(asked.map(({ version }) => version)).toEqual(versions);
  });

  test.each([
    ['that ends its worker', 200, '1.2.3', () => transient('candidate-failed')],
    ['that has just gone', 200, '1.2.3', () => transient('version-gone')],
    ['with a bug', 200, '1.2.3', () => new Error('logit NaN')],
    ['that refuses the film', 422, undefined, () => unknownFilm()],
    ['behind a full queue', 503, undefined, () => transient('queue-full')],
  ])('%s: %d from %s', async (_, status, version, fault) => {
    const pool = testPool({
      async read(model): Promise<Reading> {
        if (model.version === '2.0.0') throw fault();
        return readingOf(0.9);
      },
    });
    const { app } = await testApp({ pool: serving(pool, canary(0.999_999)) });
    const reply = await app.inject(post(films[0]!));
    expect([reply.statusCode, reply.json().version]).toEqual([status, version]);
  });
});

const parts = { found: 'F', why: 'W', remedy: 'R' };
const transient = (code: string) => new TransientError(code, parts);
const unknownFilm = () => new InputError('not-this-kind-of-film', parts);

describe('a shadow', () => {
  const along = async (answer: () => number, candidates: Candidate[] = [shadow]) => {
    const heard: ShadowReading[] = [];
    const pool = testPool({
      readAlong: async () => readingOf(answer()),
    });
    const onReading = (reading: ShadowReading) => heard.push(reading);
    const read = {
      manifest: imageManifest,
      image: films[0]!,
      probability: 0.7,
      decision: decide(0.7, imageManifest.unsure),
    };
    await readAlong({ pool: serving(pool, ...candidates), states, onReading }, read);
    return heard;
  };
  const failing = (error: () => Error) => () => {
    throw error();
  };

  test('never answers, whatever share of films there is', () => {
    const pool = serving(testPool(), shadow);
    const read = films.map((film) => chosenVersion({ pool, states }, imageManifest, () => film));
    expect(new Set(read)).toEqual(new Set([imageManifest]));
  });

  test('agrees when it decides the same, and differs when it does not', async () => {
    const model = { name: 'chest-test', version: '2.0.0' };
    const close = (delta: number) => expect.closeTo(delta, 9);
    expect(await along(() => 0.9)).toEqual([
      { model, outcome: 'agreed', deltaProbability: close(0.2) },
    ]);
    expect(await along(() => 0.5)).toEqual([
      { model, outcome: 'differed', deltaProbability: close(0.2) },
    ]);
  });

  test('that gives no answer is counted by why', async () => {
    const outcomes = [];
    for (const error of [
      () => unknownFilm(),
      () => transient('shed'),
      () => transient('candidate-failed'),
      () => new Error('bug'),
    ])
      outcomes.push((await along(failing(error)))[0]?.outcome);
    expect(outcomes).toEqual(['refused', 'dropped', 'failed', 'failed']);
    expect(await along(() => 0.9, [canary(0.5)])).toEqual([]);
  });
});
