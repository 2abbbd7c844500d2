// POST /v1/studies as a clinic's client meets it: what a reading says, and what is kept of it.
import { describe, expect, test } from '@jest/globals';
import { disclaimer } from '../../../../fleet/study.ts';
import type { StudyReading } from '../../../../fleet/study.ts';
import type { ObjectStore } from '../../../../services/adapters/object-store.ts';
import { studyAddress } from '../../../../services/inference/study-records.ts';
import { imagePart, modelPart } from '../../../support/form.ts';
import { film, goodForm, studyClient } from '../../../support/study-client.ts';
import { overlayPng, testPool } from '../../../support/test-app.ts';

const refuse = () => Promise.reject(new Error('disk full'));
const brokenStore: ObjectStore = {
  putIfAbsent: refuse,
  get: refuse,
  head: refuse,
  list: refuse,
  remove: refuse,
};

const study = studyAddress('chest-test', '1.2.3', film);

describe('a reading', () => {
  test('has the documented form, whichever field comes first', async () => {
    const { post } = await studyClient();
    const expected: StudyReading = {
      study,
      region: 'test-region',
      model: 'chest-test',
      version: '1.2.3',
      findings: [
        {
          label: 'Test finding',
          probability: 0.9,
          decision: 'abnormal',
          heatmap: `/v1/studies/${study}/heatmaps/test-finding.png`,
        },
      ],
      disclaimer,
    };
    for (const form of [goodForm, goodForm.toReversed()]) {
      const reply = await post(form);
      expect(reply.statusCode).toBe(200);
      expect(reply.json()).toEqual(expected);
      expect(reply.headers).toMatchObject({
        'x-evenkeel-region': 'test-region',
        'cache-control': 'no-store',
      });
    }
  });

  test('of a model that grades carries the grade, at once and from the store', async () => {
    const grade = {
      name: 'KL 1',
      probabilities: [
        { name: 'KL 0', probability: 0.25 },
        { name: 'KL 1', probability: 0.75 },
      ],
    };
    const pool = testPool({
      read: async () => ({
        logit: 0,
        probability: 0.5,
        features: null,
        isFamiliar: true,
        heatmapPng: overlayPng,
        grade,
      }),
    });
    const { post } = await studyClient({ pool });
    for (let time = 0; time < 2; time++)
      expect((await post(goodForm)).json<StudyReading>().findings[0]?.grade).toEqual(grade);
  });

  test.each([
    [39, 'normal'],
    [40, 'unsure'],
    [60, 'unsure'],
    [61, 'abnormal'],
  ])('of %d %% is %s', async (percent, decision) => {
    const { post } = await studyClient();
    const reply = await post([imagePart(Uint8Array.of(percent)), modelPart('chest-test')]);
    expect(reply.json<StudyReading>().findings[0]?.decision).toBe(decision);
  });

  test('of a film unlike those of the model is unsure and says so, whatever the probability', async () => {
    const pool = testPool({
      read: async () => ({
        logit: 5,
        probability: 0.99,
        features: null,
        isFamiliar: false,
        heatmapPng: overlayPng,
      }),
    });
    const { post } = await studyClient({ pool });
    for (let time = 0; time < 2; time++)
      expect((await post(goodForm)).json<StudyReading>().findings[0]).toMatchObject({
        probability: 0.99,
        decision: 'unsure',
        unfamiliar: true,
      });
    const usual = await (await studyClient()).post(goodForm);
    expect(usual.json<StudyReading>().findings[0]).not.toHaveProperty('unfamiliar');
  });

  test('is made once: the same film again is answered from the store', async () => {
    const { post, pool, metrics } = await studyClient();
    const first = await post(goodForm);
    const second = await post([imagePart(film, 'another-name.png'), modelPart('chest-test')]);
    expect(second.json()).toEqual(first.json());
    expect(pool.reads).toBe(1);
    const lookups = await metrics.registry.getSingleMetricAsString('study_lookups_total');
    expect(lookups).toContain('study_lookups_total{outcome="hit"} 1');
  });

  test('is made once when the same film comes twice at the same time', async () => {
    const { post, pool } = await studyClient();
    const replies = await Promise.all([post(goodForm), post(goodForm)]);
    expect(replies.map(({ statusCode }) => statusCode)).toEqual([200, 200]);
    expect(pool.reads).toBe(1);
  });

  test('stored by another region names the region that answers', async () => {
    const { post, store } = await studyClient();
    await post(goodForm);
    const other = await studyClient({ store, env: { EVENKEEL_REGION: 'other-region' } });
    const reply = await other.post(goodForm);
    expect(reply.json<StudyReading>().region).toBe('other-region');
    expect(other.pool.reads).toBe(0);
  });

  test('under no-store is made anew, keeps nothing, and brings its heat map along', async () => {
    const { post, pool, store } = await studyClient();
    for (let time = 1; time <= 2; time++) {
      const reply = await post(goodForm, { 'cache-control': 'max-age=0, No-Store' });
      const [finding] = reply.json<StudyReading>().findings;
      expect(finding?.heatmap).toBe(
        `data:image/png;base64,${Buffer.from(overlayPng).toString('base64')}`,
      );
      expect(pool.reads).toBe(time);
    }
    expect(await store.list('', { max: 10 })).toEqual([]);
  });

  test('never keeps the picture', async () => {
    const { post, store } = await studyClient();
    const marked = Buffer.concat([film, Buffer.from('PIXELS-OF-A-PATIENT')]);
    await post([imagePart(marked), modelPart('chest-test')]);
    const kept = await store.list('', { max: 10 });
    expect(kept).toHaveLength(1);
    const bytes = Buffer.from((await store.get(kept[0]!.key))!).toString('latin1');
    expect(bytes).not.toContain('PIXELS');
    expect(bytes).not.toContain(marked.toString('base64').slice(0, 12));
  });

  test('is answered even when no store keeps it', async () => {
    const { post, app } = await studyClient({ store: brokenStore });
    const reply = await post(goodForm);
    expect(reply.statusCode).toBe(200);
    expect(reply.json<StudyReading>().findings[0]?.heatmap).toMatch(/^data:image\/png;base64,/);
    const kept = await app.inject(`/v1/studies/${study}`);
    expect(kept.statusCode).toBe(503);
    expect(kept.json()).toMatchObject({ code: 'store-unavailable' });
  });
});

describe('a stored study', () => {
  test('is told again, with its heat map', async () => {
    const { post, app } = await studyClient();
    const reading = (await post(goodForm)).json<StudyReading>();
    const again = await app.inject(`/v1/studies/${study}`);
    expect(again.json()).toEqual(reading);
    const heatmap = await app.inject(reading.findings[0]!.heatmap);
    expect(heatmap.statusCode).toBe(200);
    expect([...heatmap.rawPayload]).toEqual([...overlayPng]);
    expect(heatmap.headers).toMatchObject({
      'content-type': 'image/png',
      'cache-control': 'private, max-age=86400, immutable',
    });
  });

  test.each([
    [`/v1/studies/${study}`, 'no-such-study'],
    ['/v1/studies/not-an-address', 'no-such-study'],
    ['/v1/studies/..%2f..%2fetc', 'no-such-study'],
    [`/v1/studies/${study}/heatmaps/test-finding.png`, 'no-such-heatmap'],
    [`/v1/studies/${study}/heatmaps/constructor.png`, 'no-such-heatmap'],
  ])('that is not kept is 404: %s', async (url, code) => {
    const { app } = await studyClient();
    const reply = await app.inject(url);
    expect(reply.statusCode).toBe(404);
    expect(reply.json()).toMatchObject({ code });
  });

  test('has no heat map for another label', async () => {
    const { post, app } = await studyClient();
    await post(goodForm);
    for (const label of ['other', 'constructor', '__proto__'])
      expect((await app.inject(`/v1/studies/${study}/heatmaps/${label}.png`)).statusCode).toBe(404);
  });
});
