// Whether a flag is raised, as Route 53's checkers judge it, and what its note says.
import { afterEach, expect, test } from '@jest/globals';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { httpFlags } from '../../../failover/adapters/http-flags.ts';
import { flagText } from '../../../fleet/flag.ts';
import { paris } from '../../support/fleets.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function looked(listener: RequestListener) {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const flags = httpFlags({ folderUrl: `http://127.0.0.1:${port}/flags/`, timeoutMs: 300 });
  try {
    return await flags.look(paris);
  } finally {
    await flags.close();
  }
}

const note = { reason: 'storm', actor: 'jane', raisedAt: 'now', until: 'later' };
const answering =
  (status: number, body = ''): RequestListener =>
  (_, response) =>
    void response.writeHead(status).end(body);

test('the object of the region is asked for, and its note is read', async () => {
  let asked: string | undefined;
  const found = await looked((request, response) => {
    asked = request.url;
    response.end(flagText(note));
  });
  expect(asked).toBe('/flags/aws-paris');
  expect(found).toEqual(note);
});

test.each([
  ['an empty object', answering(200)],
  ['what is no JSON', answering(200, 'storm')],
  ['a note without words', answering(200, '{"reason": 7, "actor": " "}')],
  ['an object too long to be a note', answering(200, 'x'.repeat(10_000))],
  ['a redirection, which a checker takes for an answer', answering(302)],
])('%s is a flag all the same', async (_, listener) => {
  expect(await looked(listener)).toMatchObject({ reason: 'no reason given', actor: 'somebody' });
});

test.each([403, 404])('%d is no flag', async (status) => {
  expect(await looked(answering(status))).toBeNull();
});

test.each([
  ['an error of the store', answering(503)],
  ['a store that refuses the question', answering(400)],
  ['silence', () => undefined],
  ['a connection that breaks', (request) => request.socket.destroy()],
] satisfies readonly (readonly [string, RequestListener])[])(
  '%s tells neither the one nor the other',
  async (_, listener) => {
    await expect(looked(listener)).rejects.toThrow();
  },
);
