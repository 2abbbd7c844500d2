import { expect, test } from '@jest/globals';
import { tokenEndpoint } from '../../../services/pipelines/token-endpoint.ts';

const url = 'https://pool.test/oauth2/token';
const form = { grant_type: 'client_credentials', scope: 'pipelines/structured' };

test('sends the grant as a form, and gives back what the pool says', async () => {
  const sent: RequestInit[] = [];
  const pool = tokenEndpoint(url, async (to, init) => {
    expect(to).toBe(url);
    sent.push(init ?? {});
    return new Response('{"error":"invalid_client"}', { status: 400 });
  });
  expect(await pool.exchange({ form, authorization: 'Basic abc' })).toEqual({
    status: 400,
    body: '{"error":"invalid_client"}',
  });
  expect(sent).toMatchObject([
    {
      method: 'POST',
      body: 'grant_type=client_credentials&scope=pipelines%2Fstructured',
      headers: { authorization: 'Basic abc' },
      redirect: 'error',
    },
  ]);
  await pool.exchange({ form, authorization: null });
  expect(sent[1]?.headers).not.toHaveProperty('authorization');
});

test.each<[string, typeof fetch]>([
  ['fails', async () => new Response('', { status: 503 })],
  [
    'is not there',
    async () => {
      throw new TypeError('fetch failed');
    },
  ],
])('a pool that %s may be back soon', async (_what, send) => {
  await expect(
    tokenEndpoint(url, send).exchange({ form, authorization: null }),
  ).rejects.toMatchObject({
    name: 'TransientError',
    code: 'service-unavailable',
  });
});
