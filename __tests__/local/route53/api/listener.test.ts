// What the API does with requests no SDK would send.
import { ListTagsForResourceCommand } from '@aws-sdk/client-route-53';
import { describe, expect, test } from '@jest/globals';
import { request } from 'node:http';

import { bodyBytesMax } from '../../../../local/route53/api/listener.ts';
import { start, startWithZone } from '../started.ts';

describe('the API at its edges', () => {
  interface Sent {
    readonly method?: string;
    readonly signed?: boolean;
    readonly body?: Buffer | string;
  }
  const raw = (apiUrl: string, path: string, { method = 'GET', signed = true, body }: Sent = {}) =>
    new Promise<{ status: number; text: string }>((resolve, reject) => {
      const sent = request(
        apiUrl + path,
        { method, headers: signed ? { authorization: 'AWS4-HMAC-SHA256 Credential=x' } : {} },
        (response) => {
          let text = '';
          response.on('data', (chunk: Buffer) => (text += chunk.toString()));
          response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });

  test('an unsigned request is refused, so no web page can reach it', async () => {
    const { apiUrl } = await start();
    const refused = await raw(apiUrl, '/2013-04-01/hostedzone', { signed: false });
    expect(refused).toMatchObject({
      status: 403,
      text: expect.stringContaining('<Code>MissingAuthenticationToken</Code>'),
    });
    expect((await raw(apiUrl, '/2013-04-01/hostedzone')).status).toBe(200);
  });

  test('an operation it does not have is named in a clear error', async () => {
    const { apiUrl, client } = await start();
    await expect(
      client.send(new ListTagsForResourceCommand({ ResourceType: 'hostedzone', ResourceId: 'Z1' })),
    ).rejects.toMatchObject({
      name: 'UnknownOperationException',
      message: expect.stringContaining('GET /2013-04-01/tags/hostedzone/Z1'),
    });
    expect((await raw(apiUrl, '/')).status).toBe(404);
    expect((await raw(apiUrl, '/2013-04-01/hostedzone', { method: 'PUT' })).status).toBe(404);
  });

  test('a body has at most one mebibyte', async () => {
    const { apiUrl } = await start();
    const post = (body: Buffer) => raw(apiUrl, '/2013-04-01/hostedzone', { method: 'POST', body });
    expect(await post(Buffer.alloc(bodyBytesMax, ' '))).toMatchObject({
      status: 400,
      text: expect.stringContaining('MalformedInput'),
    });
    const over = await post(Buffer.alloc(bodyBytesMax + 1, ' ')).catch(
      (error: NodeJS.ErrnoException) => error,
    );
    // The connection may be closed on the sender before it reads the reply.
    expect(over).toMatchObject(
      'status' in over ? { status: 413 } : { code: expect.stringMatching(/ECONNRESET|EPIPE/) },
    );
  });

  test('a body that is not the document asked for is MalformedInput', async () => {
    const { apiUrl, zoneId } = await startWithZone();
    for (const body of ['', 'x', '<A/>', '<ChangeResourceRecordSetsRequest>'])
      expect(
        (await raw(apiUrl, `/2013-04-01${zoneId}/rrset/`, { method: 'POST', body })).text,
      ).toContain('MalformedInput');
    const hollow =
      '<ChangeResourceRecordSetsRequest><ChangeBatch/></ChangeResourceRecordSetsRequest>';
    expect(
      (await raw(apiUrl, `/2013-04-01${zoneId}/rrset/`, { method: 'POST', body: hollow })).text,
    ).toContain('InvalidInput');
  });

  test('pages of no items, or of too strange a number, are refused', async () => {
    const { apiUrl } = await start();
    for (const maxItems of ['0', '-1', 'many', ''])
      expect((await raw(apiUrl, `/2013-04-01/hostedzone?maxitems=${maxItems}`)).status).toBe(400);
  });
});
