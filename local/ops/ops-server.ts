// Serves the operators' page on loopback: it shows and it forecasts; whoever has only its key can change nothing.
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isInputError, isTransientError } from '../../fleet/errors.ts';
import { problem, problemMediaType, problemOf } from '../../services/inference/problem.ts';
import type { Problem } from '../../services/inference/problem.ts';
import type { FleetView } from '../fleet-view.ts';
import type { Forecaster } from '../what-if/forecaster.ts';
import { cookieFor, newKey, visitorOf } from './ops-access.ts';
import { opsHtml, opsPolicy } from './ops-page.ts';
import type { OpsPage } from './ops-page.ts';
import { formIn, questionOf } from './what-if-form.ts';
import type { Outcome } from './what-if-html.ts';

interface OpsSources {
  readonly view: () => Promise<FleetView>;
  readonly forecaster: Pick<Forecaster, 'forecast'>;
  readonly now: () => Date;
}

export interface OpsServer {
  /** With the key: whoever has it may look. */
  readonly url: string;
  close(): Promise<void>;
}

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const headersAlways = {
  'cache-control': 'no-store',
  'content-security-policy': opsPolicy,
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};
const retryAfterSeconds = '5';

export async function startOps(port: number, sources: OpsSources): Promise<OpsServer> {
  const key = newKey();
  const server = createServer({ requestTimeout: 5_000 }, (incoming, response) => {
    replyTo(incoming, key, sources).then(
      (reply) => send(response, reply),
      (error: unknown) => send(response, problemReply(bug(error))),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${bound}/ops?key=${key}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function send(response: ServerResponse, { status, headers, body }: Reply): void {
  response.writeHead(status, { ...headersAlways, ...headers });
  // Node leaves the body out of an answer to HEAD.
  response.end(body);
}

async function replyTo(
  incoming: IncomingMessage,
  key: string,
  sources: OpsSources,
): Promise<Reply> {
  const target = `http://127.0.0.1${incoming.url ?? '/'}`;
  if (!URL.canParse(target)) return problemReply(problem('bad-url', 'The address is malformed.'));
  const url = new URL(target);
  switch (visitorOf(incoming, url, key)) {
    case 'misdirected':
      return problemReply(
        problem('misdirected', `Nobody is at "${incoming.headers.host ?? ''}" here.`, 421),
      );
    case 'stranger':
      return problemReply(problem('no-key', howToEnter, 401));
    case 'arriving':
      return welcome(url, incoming.socket.localPort ?? 0, key);
    case 'here':
      return pageReply(incoming, url, sources);
  }
}

const howToEnter =
  'This address lacks the key of the page. It shows what an attacker would like to know. Open the address that evenkeel up and evenkeel status print.';

/** Without the key in its address the page may be bookmarked and shown to others. */
function welcome(url: URL, port: number, key: string): Reply {
  url.searchParams.delete('key');
  const headers = { location: `${url.pathname}${url.search}`, 'set-cookie': cookieFor(port, key) };
  return { status: 303, headers, body: '' };
}

async function pageReply(incoming: IncomingMessage, url: URL, sources: OpsSources): Promise<Reply> {
  const isPage = incoming.headers.accept?.includes('text/html') === true;
  if (incoming.method !== 'GET' && incoming.method !== 'HEAD') {
    const refused = problem('method-not-allowed', 'The page is only read. Use GET.');
    return problemReply(refused, { allow: 'GET, HEAD' });
  }
  switch (url.pathname) {
    case '/ops':
      return isPage ? htmlReply(sources, null, { kind: 'none' }) : jsonReply(await sources.view());
    case '/ops/what-if':
      return isPage ? whatIfPage(url, sources) : whatIfJson(url, sources);
    default:
      return problemReply(problem('no-such-route', 'There are /ops and /ops/what-if here.'));
  }
}

async function whatIfJson(url: URL, { forecaster }: OpsSources): Promise<Reply> {
  try {
    return jsonReply(await forecaster.forecast(questionOf(formIn(url))));
  } catch (error) {
    return refusalReply(error);
  }
}

async function whatIfPage(url: URL, sources: OpsSources): Promise<Reply> {
  const form = formIn(url);
  try {
    const forecast = await sources.forecaster.forecast(questionOf(form));
    return await htmlReply(sources, form, { kind: 'forecast', forecast });
  } catch (error) {
    if (!isInputError(error) && !isTransientError(error)) throw error;
    const { code, parts } = error;
    const page = await htmlReply(sources, form, { kind: 'refused', code, parts });
    const { status, headers } = refusalReply(error);
    return { ...page, status, headers: { ...headers, ...page.headers } };
  }
}

async function htmlReply(
  { view, now }: OpsSources,
  form: OpsPage['form'],
  outcome: Outcome,
): Promise<Reply> {
  const page = { view: await view(), seenAt: now(), form, outcome };
  return {
    status: 200,
    headers: { 'content-type': 'text/html; charset=utf-8' },
    body: opsHtml(page),
  };
}

const jsonReply = (body: object): Reply => ({
  status: 200,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: JSON.stringify(body),
});

function refusalReply(error: unknown): Reply {
  if (!isInputError(error) && !isTransientError(error)) throw error;
  const again = isTransientError(error) ? { 'retry-after': retryAfterSeconds } : {};
  return problemReply(problemOf(error), again);
}

const problemReply = (body: Problem, more: Readonly<Record<string, string>> = {}): Reply => ({
  status: body.status,
  headers: { 'content-type': problemMediaType, ...more },
  body: JSON.stringify(body),
});

const bug = (error: unknown): Problem => ({
  ...problem('unexpected', `${String(error)}. This is a bug; evenkeel status may still tell.`, 500),
  title: 'The page met an error of its own',
});
