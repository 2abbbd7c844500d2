// The queue of films to label: shown to who holds the token, with the films themselves.
import { describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { keptOf, pngOf, researchClient } from '../../../support/research-client.ts';

const token = 'a'.repeat(40);

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
