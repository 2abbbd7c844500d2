import { expect, test } from '@jest/globals';
import { handle } from '../../../services/pipelines/handle.ts';
import type { TokenRequest } from '../../../services/pipelines/token-reply.ts';
import { bodyOf, call, frontPorts } from '../../support/front-ports.ts';

const form = (body: string, authorization?: string) =>
  call('POST /auth', {
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      ...(authorization === undefined ? {} : { authorization }),
    },
    body,
    requestContext: { requestId: 'request' },
  });

test('a token is fetched with what the grant consists of, and with nothing else', async () => {
  const asked: TokenRequest[] = [];
  const { ports, logged } = frontPorts({
    tokens: {
      exchange: async (request) => {
        asked.push(request);
        return { status: 200, body: '{"access_token":"secret-token"}' };
      },
    },
  });
  const reply = await handle(
    form('grant_type=client_credentials&scope=pipelines%2Fstructured&redirect_uri=x', 'Basic abc'),
    ports,
  );
  expect(asked).toEqual([
    {
      form: { grant_type: 'client_credentials', scope: 'pipelines/structured' },
      authorization: 'Basic abc',
    },
  ]);
  expect(reply).toMatchObject({ statusCode: 200, headers: { 'cache-control': 'no-store' } });
  expect(bodyOf(reply)).toEqual({ access_token: 'secret-token' });
  expect(JSON.stringify(logged)).not.toContain('secret-token');
});

test.each([
  ['grant_type=password&username=a&password=b', 'unsupported_grant_type'],
  ['scope=a', 'unsupported_grant_type'],
  ['grant_type=client_credentials&client_id=a&client_id=b', 'invalid_request'],
])('a token is refused for %s in the words of OAuth', async (body, error) => {
  const reply = await handle(form(body), frontPorts().ports);
  expect([reply.statusCode, bodyOf(reply)]).toEqual([400, { error }]);
});

test('a token is refused by the pool as the pool says it', async () => {
  const { ports } = frontPorts({
    tokens: { exchange: async () => ({ status: 401, body: '{"error":"invalid_client"}' }) },
  });
  const reply = await handle(form('grant_type=client_credentials'), ports);
  expect([reply.statusCode, bodyOf(reply)]).toEqual([401, { error: 'invalid_client' }]);
});
