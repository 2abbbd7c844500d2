// A film's way into the lake and out of it, as a clinic's client meets it: consent, feedback, withdrawal, and the queue.
import { describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { encodeDicom } from '../../../../models/phantoms/dicom.ts';
import type { ObjectStore } from '../../../../services/adapters/object-store.ts';
import type { StudyAnswer } from '../../../../services/studies.ts';
import {
  consentPart,
  contentsOf,
  grey,
  keptOf,
  pngOf,
  researchClient,
} from '../../../support/research-client.ts';

const token = 'a'.repeat(40);
const refuse = () => Promise.reject(new Error('disk full'));
const brokenLake: ObjectStore = {
  putIfAbsent: refuse,
  get: refuse,
  head: refuse,
  list: refuse,
  remove: refuse,
};

describe('without consent', () => {
  test('the lake stays empty, and the answer does not speak of research', async () => {
    const { send, lake } = await researchClient();
    const reply = await send(await pngOf(1));
    expect(reply.statusCode).toBe(200);
    expect(reply.json<StudyAnswer>()).not.toHaveProperty('research');
    await send(await pngOf(1), [{ name: 'consent', value: '' }]);
    expect((await contentsOf(lake)).size).toBe(0);
  });

  test('no feedback is taken: there is no film to learn from', async () => {
    const { send, feedback } = await researchClient();
    const { study } = (await send(await pngOf(1))).json<StudyAnswer>();
    const reply = await feedback(study, { opinion: 'agree' });
    expect([reply.statusCode, reply.json()]).toEqual([
      404,
      expect.objectContaining({ code: 'not-kept' }),
    ]);
    expect((await feedback('../../etc', { opinion: 'agree' })).statusCode).toBe(404);
  });

  test.each(['yes', 'Research', 'on'])('"%s" is not taken for one', async (value) => {
    const { send, lake } = await researchClient();
    const reply = await send(await pngOf(1), [{ name: 'consent', value }]);
    expect([reply.statusCode, reply.json()]).toEqual([
      400,
      expect.objectContaining({ code: 'wrong-consent' }),
    ]);
    expect((await contentsOf(lake)).size).toBe(0);
  });
});

describe('with consent', () => {
  test('film, reading, link and consent are kept, and nothing else', async () => {
    const { contribute, lake } = await researchClient();
    const answer = await contribute(await pngOf(1));
    const { film, until } = keptOf(answer);
    const contents = await contentsOf(lake);
    expect([...contents.keys()].map((key) => key.replace(/[^/]{64}\.json$/, '*'))).toEqual([
      `lake/consents/${film}/*`,
      `lake/films/${film}`,
      `lake/readings/${film}/chest-test/1.2.3.json`,
      'lake/studies/*',
    ]);
    expect(until).toBe('2027-11-21');
    const png = contents.get(`lake/films/${film}`)!;
    expect(createHash('sha256').update(png).digest('hex')).toBe(film);
    const reading = JSON.parse(
      String(contents.get(`lake/readings/${film}/chest-test/1.2.3.json`)),
    ) as Record<string, unknown>;
    expect(reading).toEqual({
      formatVersion: 1,
      film,
      study: answer.study,
      model: 'chest-test',
      version: '1.2.3',
      label: 'Test finding',
      logit: 0.25,
      probability: answer.findings[0]!.probability,
      decision: 'unsure',
      features: expect.stringMatching(/^[\w+/]{16}$/),
      day: '2026-11-21',
    });
  });

  test('the token is kept nowhere: who can read the lake can withdraw nothing', async () => {
    const { contribute, lake } = await researchClient();
    const { withdrawalToken } = keptOf(await contribute(await pngOf(1)));
    const secret = withdrawalToken.split('.')[1]!;
    expect(secret.length).toBeGreaterThanOrEqual(43);
    for (const [key, content] of await contentsOf(lake))
      expect(`${key} ${content.toString('latin1')}`).not.toContain(secret);
  });

  test('the same film sent again is kept once, under a token of its own', async () => {
    const { contribute, lake } = await researchClient();
    const first = keptOf(await contribute(await pngOf(1)));
    const second = keptOf(await contribute(await pngOf(1)));
    expect(second.film).toBe(first.film);
    expect(second.withdrawalToken).not.toBe(first.withdrawalToken);
    expect(await lake.list('lake/films/', { max: 9 })).toHaveLength(1);
  });

  test('a film that was read before without consent is kept now', async () => {
    const { send, contribute, lake } = await researchClient();
    await send(await pngOf(1));
    keptOf(await contribute(await pngOf(1)));
    expect(await lake.list('lake/readings/', { max: 9 })).toHaveLength(1);
  });

  test('the film is read even when the lake fails, and the answer says that it was not kept', async () => {
    const { send } = await researchClient({ lake: brokenLake });
    const reply = await send(await pngOf(1), [consentPart]);
    expect([reply.statusCode, reply.json<StudyAnswer>().research]).toEqual([
      200,
      { kept: false, reason: 'store-unavailable' },
    ]);
  });

  test('a full lake takes no more films, and more opinions on those it has', async () => {
    const { contribute } = await researchClient({ env: { LAKE_FILMS_MAX: '1' } });
    keptOf(await contribute(await pngOf(1)));
    expect((await contribute(await pngOf(2))).research).toEqual({ kept: false, reason: 'full' });
    keptOf(await contribute(await pngOf(1)));
  });

  test('and no-store at once is refused', async () => {
    const { send } = await researchClient();
    const reply = await send(await pngOf(1), [consentPart], { 'cache-control': 'no-store' });
    expect(reply.json()).toMatchObject({ status: 400, code: 'consent-and-no-store' });
  });

  test('a fleet without a lake refuses, rather than look as if it had taken it', async () => {
    const { studyClient, goodForm } = await import('../../../support/study-client.ts');
    const { post, app } = await studyClient();
    const reply = await post([...goodForm, consentPart]);
    expect(reply.json()).toMatchObject({ status: 400, code: 'research-not-offered' });
    expect((await app.inject('/v1/learning/queue?model=x')).statusCode).toBe(404);
  });
});

describe('what is written in a file about the patient', () => {
  const secrets = /doe|jane|PatientName|12345678|PHANTOM\^EVENKEEL/i;

  test('does not survive in the lake: PNG text', async () => {
    const { contribute, lake } = await researchClient();
    keptOf(await contribute(withText(await pngOf(1), 'PatientName\0DOE^JANE 12345678')));
    for (const [key, content] of await contentsOf(lake))
      expect(`${key} ${content.toString('latin1')}`).not.toMatch(secrets);
  });

  test('does not survive in the lake: EXIF of a JPEG', async () => {
    const { contribute, lake } = await researchClient();
    const { pixels, width, height } = grey(2);
    const jpeg = await sharp(pixels, { raw: { width, height, channels: 1 } })
      .withExif({ IFD0: { ImageDescription: 'DOE^JANE 12345678' } })
      .jpeg()
      .toBuffer();
    expect(jpeg.toString('latin1')).toContain('DOE^JANE');
    keptOf(await contribute(jpeg));
    for (const [key, content] of await contentsOf(lake))
      expect(`${key} ${content.toString('latin1')}`).not.toMatch(secrets);
  });

  test('a DICOM file is refused before anything is kept, consent or not', async () => {
    const { send, lake } = await researchClient();
    const dicom = encodeDicom(grey(1), { modality: 'DX', bodyPart: 'CHEST' });
    expect(Buffer.from(dicom).toString('latin1')).toContain('PHANTOM^EVENKEEL');
    const reply = await send(dicom, [consentPart]);
    expect(reply.json()).toMatchObject({ code: 'unsupported-format' });
    expect((await contentsOf(lake)).size).toBe(0);
  });

  test('files that differ in nothing but that are one film', async () => {
    const { contribute } = await researchClient();
    const plain = keptOf(await contribute(await pngOf(1)));
    const named = keptOf(await contribute(withText(await pngOf(1), 'PatientName\0DOE^JANE')));
    expect(named.film).toBe(plain.film);
  });
});

/** A tEXt chunk (PNG 1.2, 4.2.3) behind the header. */
function withText(png: Uint8Array, text: string): Uint8Array {
  const data = Buffer.from(`tEXt${text}`, 'latin1');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length - 4);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(data));
  const afterHeader = 33;
  return Buffer.concat([
    png.subarray(0, afterHeader),
    length,
    data,
    check,
    png.subarray(afterHeader),
  ]);
}

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
      heatmapPng: new Uint8Array(),
    });
    const { study } = await contribute(await pngOf(1));
    expect((await feedback(study, { opinion: 'agree' })).json()).toMatchObject({ shows: agreed });
    expect((await feedback(study, { opinion: 'disagree' })).json()).toMatchObject({
      shows: denied,
    });
  });

  test.each([
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

describe('the queue', () => {
  const env = { LEARNING_TOKEN: token };
  const headers = { authorization: `Bearer ${token}` };

  test.each([{}, { authorization: 'Bearer wrong' }, { authorization: token }])(
    'is shown to nobody with %j',
    async (given) => {
      const { app } = await researchClient({ env });
      for (const url of ['/v1/learning/queue?model=chest-test', `/v1/learning/films/${token}`]) {
        const reply = await app.inject({ url, headers: given });
        expect([reply.statusCode, reply.headers['www-authenticate']]).toEqual([401, 'Bearer']);
        expect(reply.json()).toMatchObject({ code: 'not-authorised' });
      }
    },
  );

  test('does not exist where no token is set', async () => {
    const { app } = await researchClient();
    const reply = await app.inject({ url: '/v1/learning/queue?model=chest-test', headers });
    expect(reply.statusCode).toBe(404);
  });

  test('names films without a label, and shows them', async () => {
    const { app, contribute, feedback } = await researchClient({ env });
    const first = await contribute(await pngOf(1));
    const second = await contribute(await pngOf(2));
    await feedback(first.study, { opinion: 'relabel', shows: 'present' });
    const reply = await app.inject({ url: '/v1/learning/queue?model=chest-test', headers });
    const { film } = keptOf(second);
    const { probability } = second.findings[0]!;
    expect(reply.json()).toEqual({
      model: 'chest-test',
      ask: [
        {
          film,
          study: second.study,
          version: '1.2.3',
          label: 'Test finding',
          probability,
          entropyBits: expect.closeTo(1, 2),
          opinions: 0,
        },
      ],
      films: { unasked: 1, unresolved: 0, labelled: 1, unreadable: 0 },
    });
    const picture = await app.inject({ url: `/v1/learning/films/${film}`, headers });
    expect(picture.headers).toMatchObject({
      'content-type': 'image/png',
      'cache-control': 'no-store',
    });
    expect(createHash('sha256').update(picture.rawPayload).digest('hex')).toBe(film);
    const none = await app.inject({ url: `/v1/learning/films/${'0'.repeat(64)}`, headers });
    expect(none.json()).toMatchObject({ status: 404, code: 'no-such-film' });
  });

  test.each(['0', '51', 'x'])('of %s films is refused', async (count) => {
    const { app } = await researchClient({ env });
    const url = `/v1/learning/queue?model=chest-test&count=${count}`;
    expect((await app.inject({ url, headers })).statusCode).toBe(400);
  });
});
