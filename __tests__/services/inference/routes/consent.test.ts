// Consent as a clinic's client gives it or does not: what is kept of a film, and what never is.
import { describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { encodeDicom } from '../../../../models/phantoms/dicom.ts';
import type { StudyAnswer } from '../../../../services/studies.ts';
import { chunk } from '../../../support/png.ts';
import {
  brokenLake,
  consentPart,
  contentsOf,
  grey,
  keptOf,
  pngOf,
  researchClient,
} from '../../../support/research-client.ts';
import { goodForm, studyClient } from '../../../support/study-client.ts';

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
  const headerEnd = 33;
  const words = chunk('tEXt', Buffer.from(text, 'latin1'));
  return Buffer.concat([png.subarray(0, headerEnd), words, png.subarray(headerEnd)]);
}
