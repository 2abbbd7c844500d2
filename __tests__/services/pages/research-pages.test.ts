// The pages about research, as a browser without scripts meets them.
import { describe, expect, test } from '@jest/globals';
import { formRequest, imagePart, modelPart } from '../../support/form.ts';
import type { FormPart } from '../../support/form.ts';
import { consentPart, gradingPool, pngOf, researchClient } from '../../support/research-client.ts';
import { testApp } from '../../support/test-app.ts';

const inlineCode = /<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=|javascript:/i;

async function scene(options: Parameters<typeof researchClient>[0] = {}) {
  const { app, lake } = await researchClient(options);
  const post = (url: string, parts: readonly FormPart[]) =>
    app.inject({ method: 'POST', url, ...formRequest(parts) });
  const upload = async (more: readonly FormPart[] = [consentPart]) =>
    post('/', [imagePart(await pngOf(1)), modelPart('chest-test'), ...more]);
  return { app, lake, post, upload };
}

const hidden = (body: string, name: string) =>
  new RegExp(`name="${name}" value="([^"]+)"`).exec(body)?.[1] ?? '';
const field = (name: string, value: string): FormPart => ({ name, value });

describe('consent', () => {
  test('is asked for in plain words, and off', async () => {
    const { app } = await scene();
    const { body } = await app.inject('/');
    const [box = ''] = /<input type="checkbox"[^>]*>/.exec(body) ?? [];
    expect(box).toContain('name="consent"');
    expect(box).not.toContain('checked');
    expect(body).toContain('for at most 365 days');
    expect(body).toContain('href="/withdraw"');
  });

  test('is not asked for where nothing is kept', async () => {
    const { app } = await testApp();
    const { body } = await app.inject('/');
    expect(body).not.toMatch(/consent|withdraw/i);
    expect((await app.inject('/withdraw')).statusCode).toBe(404);
  });

  test('that is not given keeps nothing, and asks for no opinion', async () => {
    const { upload, lake } = await scene();
    const { body } = await upload([]);
    expect(body).not.toContain('action="/feedback"');
    expect(await lake.list('', { max: 9 })).toEqual([]);
  });

  test('that is given is confirmed with a token and a form for an opinion', async () => {
    const { upload } = await scene();
    const { body, headers } = await upload();
    expect(headers['cache-control']).toBe('no-store');
    expect(body).toContain('Until 2027-11-21 at the latest');
    expect(hidden(body, 'token')).toMatch(/^[0-9a-f]{64}\.[\w-]{43}$/);
    expect(body).toContain('It does not show Test finding');
    expect(body).not.toMatch(inlineCode);
  });
});

describe('an opinion', () => {
  const opinionOn = (body: string, opinion: string) => [
    field('study', hidden(body, 'study')),
    field('key', hidden(body, 'key')),
    field('opinion', opinion),
    field('role', 'radiologist'),
  ];

  test('is kept once, however often the button is pressed', async () => {
    const { upload, post, lake } = await scene();
    const { body } = await upload();
    for (let time = 1; time <= 2; time++) {
      const reply = await post('/feedback', opinionOn(body, 'present'));
      expect(reply.statusCode).toBe(200);
      expect(reply.body).toContain('Thank you');
    }
    const kept = await lake.list('lake/feedback/', { max: 9 });
    expect(kept).toHaveLength(1);
    const feedback = JSON.parse(String(Buffer.from((await lake.get(kept[0]!.key))!))) as object;
    expect(feedback).toMatchObject({ opinion: 'relabel', shows: 'present', role: 'radiologist' });
  });

  test('may be the grade alone, where the model grades', async () => {
    const { upload, post, lake } = await scene({ pool: gradingPool() });
    const { body } = await upload();
    expect(body).toContain('<option value="KL 4">');
    const parts = [...opinionOn(body, 'grade'), field('grade', 'KL 4')];
    expect((await post('/feedback', parts)).statusCode).toBe(200);
    const [kept] = await lake.list('lake/feedback/', { max: 9 });
    const feedback = JSON.parse(String(Buffer.from((await lake.get(kept!.key))!))) as object;
    expect(feedback).toMatchObject({ opinion: 'relabel', shows: 'present', grade: 'KL 4' });
    const without = await post('/feedback', [
      ...opinionOn(body, 'grade'),
      field('key', 'another-key'),
    ]);
    expect(without.statusCode).toBe(400);
    expect(without.body).toContain('neither');
  });

  test('is not asked for a grade where the model gives none', async () => {
    const { upload } = await scene();
    expect((await upload()).body).not.toContain('name="grade"');
  });

  test('that was not chosen is refused with what to do', async () => {
    const { upload, post } = await scene();
    const { body } = await upload();
    const reply = await post('/feedback', opinionOn(body, ''));
    expect(reply.statusCode).toBe(400);
    expect(reply.body).toContain('Choose one of the answers');
  });
});

describe('a withdrawal', () => {
  test('from the page of the reading removes the film', async () => {
    const { upload, post, lake } = await scene();
    const { body } = await upload();
    const reply = await post('/withdraw', [field('token', hidden(body, 'token'))]);
    expect(reply.statusCode).toBe(200);
    expect(reply.body).toContain('The film is removed');
    expect(await lake.list('lake/films/', { max: 9 })).toEqual([]);
    expect((await upload()).body).toContain('That is final');
  });

  test('later, from its own page, takes the token as it was copied', async () => {
    const { app, upload, post, lake } = await scene();
    expect((await app.inject('/withdraw')).body).toContain('<label for="token">');
    const { body } = await upload();
    await post('/withdraw', [field('token', ` ${hidden(body, 'token')}\n`)]);
    expect(await lake.list('lake/films/', { max: 9 })).toEqual([]);
  });

  test('with a wrong token says so', async () => {
    const { post } = await scene();
    const reply = await post('/withdraw', [field('token', 'mistyped')]);
    expect(reply.statusCode).toBe(404);
    expect(reply.body).toContain('This token stands for no consent');
  });
});
