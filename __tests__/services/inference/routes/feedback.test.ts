// Feedback and withdrawal as a clinic's client sends them: what counts, what is refused, and what is left.
import { describe, expect, test } from '@jest/globals';
import {
  brokenLake,
  contentsOf,
  gradingPool,
  keptOf,
  pngOf,
  researchClient,
} from '../../../support/research-client.ts';

describe('feedback', () => {
  test.each([
    [{ opinion: 'relabel', shows: 'present' }, 'present'],
    [{ opinion: 'relabel', shows: 'unreadable', role: 'radiologist' }, 'unreadable'],
    // The model is unsure about ramps: to agree with that says nothing about the film.
    [{ opinion: 'agree' }, null],
    [{ opinion: 'disagree' }, null],
  ])('%j says %s', async (payload, shows) => {
    const { contribute, feedback, lake } = await researchClient();
    const answer = await contribute(await pngOf(1));
    const reply = await feedback(answer.study, payload);
    expect([reply.statusCode, reply.json()]).toEqual([
      200,
      { id: expect.stringMatching(/^[0-9a-f-]{36}$/), shows },
    ]);
    const { film } = keptOf(answer);
    const [[key, stored] = []] = [...(await contentsOf(lake))].filter(([k]) =>
      k.startsWith('lake/feedback/'),
    );
    expect(key).toBe(`lake/feedback/${film}/${reply.json<{ id: string }>().id}.json`);
    expect(JSON.parse(String(stored))).toMatchObject({ ...payload, shows, film });
  });

  test.each([
    ['abnormal', 0.9, 'present', 'absent'],
    ['normal', 0.1, 'absent', 'present'],
  ])('on a film that was called %s takes sides', async (_, level, agreed, denied) => {
    const { contribute, feedback, pool } = await researchClient();
    pool.read = async () => ({
      logit: 0,
      probability: level,
      features: null,
      isFamiliar: true,
      heatmapPng: new Uint8Array(),
    });
    const { study } = await contribute(await pngOf(1));
    expect((await feedback(study, { opinion: 'agree' })).json()).toMatchObject({ shows: agreed });
    expect((await feedback(study, { opinion: 'disagree' })).json()).toMatchObject({
      shows: denied,
    });
  });

  test('on a model that grades may say the grade, which is kept and says what the film shows', async () => {
    const { contribute, feedback, lake } = await researchClient({ pool: gradingPool() });
    const answer = await contribute(await pngOf(1));
    expect(answer.findings[0]).toMatchObject({ decision: 'normal', grade: { name: 'KL 1' } });
    const reply = await feedback(answer.study, { opinion: 'disagree', grade: 'KL 3' });
    expect([reply.statusCode, reply.json()]).toMatchObject([200, { shows: 'present' }]);
    const { id } = reply.json<{ id: string }>();
    const key = `lake/feedback/${keptOf(answer).film}/${id}.json`;
    expect(JSON.parse(String((await contentsOf(lake)).get(key)))).toMatchObject({
      opinion: 'disagree',
      shows: 'present',
      grade: 'KL 3',
    });
    const contradiction = await feedback(answer.study, { opinion: 'agree', grade: 'KL 3' });
    expect(contradiction.json()).toMatchObject({
      status: 400,
      code: 'wrong-feedback',
      detail: expect.stringContaining('KL 2 and more are the finding'),
    });
    const unknown = await feedback(answer.study, { opinion: 'relabel', grade: 'KL 7' });
    expect(unknown.json()).toMatchObject({ status: 400, code: 'wrong-grade' });
  });

  test('with another grade under the same key is refused, and an older one without a grade is the same still', async () => {
    const { contribute, feedback, lake } = await researchClient({ pool: gradingPool() });
    const { study } = await contribute(await pngOf(1));
    const key = { 'idempotency-key': 'before-there-were-grades' };
    const plain = { opinion: 'disagree' };
    const first = await feedback(study, plain, key);
    const [stored] = await lake.list('lake/feedback/', { max: 9 });
    expect(JSON.parse(String(Buffer.from((await lake.get(stored!.key))!)))).not.toHaveProperty(
      'grade',
    );
    expect((await feedback(study, plain, key)).json()).toEqual(first.json());
    const graded = await feedback(study, { ...plain, grade: 'KL 3' }, key);
    expect(graded.json()).toMatchObject({ status: 422, code: 'key-reused' });
  });

  test.each([
    [{ opinion: 'agree', grade: 'KL 2' }, 'wrong-grade'],
    [{ opinion: 'relabel' }, 'wrong-feedback'],
    [{ opinion: 'agree', shows: 'present' }, 'wrong-feedback'],
    [{ opinion: 'maybe' }, 'wrong-request'],
    [{ opinion: 'agree', role: 'Dr. Jane Doe' }, 'wrong-request'],
    [{ opinion: 'agree', comment: 'Jane Doe, 1950' }, 'wrong-request'],
    [{}, 'wrong-request'],
  ])('%j is refused: %s', async (payload, code) => {
    const { contribute, feedback, lake } = await researchClient();
    const { study } = await contribute(await pngOf(1));
    const reply = await feedback(study, payload);
    expect(reply.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(reply.json()).toMatchObject({ status: 400, code });
    expect(await lake.list('lake/feedback/', { max: 9 })).toEqual([]);
  });

  test('under the same key counts once, and with another opinion is refused', async () => {
    const { contribute, feedback, lake } = await researchClient();
    const { study } = await contribute(await pngOf(1));
    const key = { 'idempotency-key': '"0b9d5c2e-feedback"' };
    const present = { opinion: 'relabel', shows: 'present' };
    const replies = [await feedback(study, present, key), await feedback(study, present, key)];
    expect(replies[1]!.json()).toEqual(replies[0]!.json());
    expect(await lake.list('lake/feedback/', { max: 9 })).toHaveLength(1);
    const other = await feedback(study, { opinion: 'relabel', shows: 'absent' }, key);
    expect(other.json()).toMatchObject({ status: 422, code: 'key-reused' });
    const bad = await feedback(study, present, { 'idempotency-key': 'short' });
    expect(bad.json()).toMatchObject({ status: 400, code: 'wrong-key' });
  });

  test('is bounded for each film', async () => {
    const { contribute, feedback } = await researchClient();
    const { study } = await contribute(await pngOf(1));
    for (let time = 1; time <= 32; time++)
      expect((await feedback(study, { opinion: 'agree' })).statusCode).toBe(200);
    expect((await feedback(study, { opinion: 'agree' })).json()).toMatchObject({
      status: 409,
      code: 'too-much-feedback',
    });
  });

  test('is asked for again when the lake does not answer', async () => {
    const { feedback } = await researchClient({ lake: brokenLake });
    const reply = await feedback('a'.repeat(64), { opinion: 'agree' });
    expect([reply.statusCode, reply.headers['retry-after']]).toEqual([503, '17']);
  });
});

describe('withdrawal', () => {
  test('removes film, readings, feedback and links, keeps the film out, and may be repeated', async () => {
    const { contribute, feedback, withdraw, lake } = await researchClient();
    const answer = await contribute(await pngOf(1));
    const { film, withdrawalToken } = keptOf(answer);
    await contribute(await pngOf(1));
    await feedback(answer.study, { opinion: 'agree' });
    for (let time = 1; time <= 2; time++) {
      const reply = await withdraw(withdrawalToken);
      expect([reply.statusCode, reply.json()]).toEqual([200, { film, withdrawn: true }]);
    }
    expect([...(await contentsOf(lake)).keys()]).toEqual([`lake/withdrawals/${film}.json`]);
    expect((await feedback(answer.study, { opinion: 'agree' })).statusCode).toBe(404);
    expect((await contribute(await pngOf(1))).research).toEqual({
      kept: false,
      reason: 'withdrawn',
    });
  });

  test('leaves other films alone', async () => {
    const { contribute, withdraw, lake } = await researchClient();
    const first = keptOf(await contribute(await pngOf(1)));
    const second = keptOf(await contribute(await pngOf(2)));
    await withdraw(first.withdrawalToken);
    expect((await lake.list('lake/films/', { max: 9 })).map(({ key }) => key)).toEqual([
      `lake/films/${second.film}`,
    ]);
  });

  test.each([
    [
      'of another film',
      (own: string, other: string) => `${own.split('.')[0]}.${other.split('.')[1]}`,
    ],
    ['cut short', (own: string) => own.slice(0, -1)],
    ['empty', () => ''],
    ['a path', () => '../../x.y'],
  ])('with a token that is %s removes nothing', async (_, forged) => {
    const { contribute, withdraw, lake } = await researchClient();
    const own = keptOf(await contribute(await pngOf(1))).withdrawalToken;
    const other = keptOf(await contribute(await pngOf(2))).withdrawalToken;
    const reply = await withdraw(forged(own, other));
    expect(reply.json()).toMatchObject({ status: 404, code: 'no-such-consent' });
    expect(await lake.list('lake/films/', { max: 9 })).toHaveLength(2);
  });
});
