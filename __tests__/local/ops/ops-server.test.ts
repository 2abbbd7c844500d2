// The operators' page over HTTP: who may look, what is refused and how, and that looking and asking are all it does.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { request } from 'node:http';
import { TransientError } from '../../../fleet/errors.ts';
import { startOps } from '../../../local/ops/ops-server.ts';
import type { OpsServer } from '../../../local/ops/ops-server.ts';
import type { FleetView } from '../../../local/fleet-view.ts';
import type { Forecaster } from '../../../local/what-if/forecaster.ts';
import { peaceView, quickForecast } from '../../support/ops.ts';

const html = { accept: 'text/html,application/xhtml+xml' };
const whatIf = '/ops/what-if?region=aws-paris&strategy=hedge:1:1&ttl=10';

let ops: OpsServer;
let view: () => Promise<FleetView>;
let forecast: Forecaster['forecast'];

beforeEach(async () => {
  view = () => Promise.resolve(peaceView);
  forecast = (text) => Promise.resolve().then(() => quickForecast(text));
  ops = await startOps(0, {
    view: () => view(),
    forecaster: { forecast: (text) => forecast(text) },
    now: () => new Date('2026-11-21T12:00:00Z'),
  });
});
afterEach(() => ops.close());

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Not fetch, which sets the Host header itself. */
function ask(
  path: string,
  headers: Readonly<Record<string, string>> = {},
  method = 'GET',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(ops.url);
    const sent = request({ hostname, port, path, method, headers, agent: false }, (answer) => {
      let body = '';
      answer.setEncoding('utf8').on('data', (text: string) => (body += text));
      answer.on('end', () => {
        const flat = Object.entries(answer.headers).map(([name, value]) => [name, String(value)]);
        resolve({
          status: answer.statusCode ?? 0,
          headers: Object.fromEntries(flat) as Record<string, string>,
          body,
        });
      });
    });
    sent.on('error', reject).end();
  });
}

const arrival = () => ask(new URL(ops.url).pathname + new URL(ops.url).search, html);
const cookie = async () => (await arrival()).headers['set-cookie']!.split(';')[0]!;
const inside = async (
  path: string,
  headers: Readonly<Record<string, string>> = {},
  method?: string,
) => ask(path, { cookie: await cookie(), ...headers }, method);
const problemIn = ({ headers, body }: Answer) => {
  expect(headers['content-type']).toMatch(/^application\/problem\+json/);
  return JSON.parse(body) as {
    readonly code: string;
    readonly status: number;
    readonly detail: string;
  };
};

describe('who may look', () => {
  test('whoever comes with the key gets a cookie, and an address without it', async () => {
    const { status, headers } = await arrival();
    expect([status, headers['location']]).toEqual([303, '/ops']);
    expect(headers['set-cookie']).toMatch(
      /^evenkeel-ops-\d+=[\w-]{32}; Path=\/ops; HttpOnly; SameSite=Lax$/,
    );
    const page = await inside('/ops', html);
    expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
  });

  test.each([
    ['no cookie', {}],
    ['a wrong one', { cookie: 'evenkeel-ops-1=guess' }],
    ['an empty one', { cookie: '' }],
  ])('%s: a stranger learns nothing, and is told where the key is', async (_, headers) => {
    const answer = await ask('/ops', headers);
    expect(problemIn(answer)).toMatchObject({ code: 'no-key', status: 401 });
    expect(answer.body).not.toContain('evenkeel.lab');
    expect((await ask('/ops?key=guess')).status).toBe(401);
  });

  test('a name that somebody else made lead here is refused, cookie or not', async () => {
    const answer = await inside('/ops', { ...html, host: 'evil.example' });
    expect(problemIn(answer)).toMatchObject({ code: 'misdirected', status: 421 });
  });
});

describe('the page', () => {
  test('runs nothing but its own style, and may not be framed or kept', async () => {
    const { headers, body } = await inside('/ops', html);
    const [, style = ''] = /<style>([^]*?)<\/style>/.exec(body) ?? [];
    const digest = Buffer.from(
      await crypto.subtle.digest('SHA-256', new TextEncoder().encode(style)),
    ).toString('base64');
    expect(headers['content-security-policy']).toBe(
      `default-src 'none'; style-src 'sha256-${digest}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
    );
    expect(headers['cache-control']).toBe('no-store');
    expect(body).not.toMatch(/<script|<link|<img|\bsrc=|\bstyle=|\bon[a-z]+="/i);
  });

  test('a forecast stands below its form, beside single addresses, with its price', async () => {
    const { status, body } = await inside(`${whatIf}&requests-per-second=2&kilobytes=500`, html);
    expect(status).toBe(200);
    expect(body).toContain('aws-paris dies; strategy hedge:1:1, TTL 10 s');
    expect(body).toMatch(/with single addresses \d+ \(saved: /);
    expect(body).toContain('50.0 % of aws-paris&#39;s traffic begins at its standby in peace');
    expect(body).toContain('1296 GB a month');
    expect(body).toContain('name="strategy" value="hedge:1:1"');
  });

  test('for programs the same is JSON', async () => {
    const forecastJson = JSON.parse((await inside(whatIf)).body) as object;
    expect(forecastJson).toMatchObject({ region: 'aws-paris', price: { crossRegionShare: 0.5 } });
    expect(JSON.parse((await inside('/ops')).body)).toEqual(peaceView);
  });
});

describe('a refusal', () => {
  test.each([
    ['?region=aws-oslo', 'unknown-region', 'There is no region &#34;aws-oslo&#34;'],
    ['?region=aws-paris&strategy=literal:2', 'wrong-strategy', 'Duplicate Resource Record'],
    ['?region=aws-paris&strategy=multi:2', 'wrong-strategy', 'whose standby gcp-belgium has 1'],
    ['?region=aws-paris&ttl=0', 'wrong-number', 'The TTL is &#34;0&#34;'],
    ['?region=aws-paris&kilobytes=5', 'half-a-load', 'Give both'],
    ['', 'unknown-region', 'There is no region &#34;&#34;'],
  ])('of %s is %s: read on the page, and a problem for programs', async (query, code, words) => {
    const page = await inside(`/ops/what-if${query}`, html);
    expect([page.status, page.headers['content-type']]).toEqual([400, 'text/html; charset=utf-8']);
    expect(page.body).toContain(words);
    expect(page.body).toMatch(/role="alert"[^]*What happened[^]*Why[^]*What to do/);
    expect(page.body).not.toMatch(/\n\s+at /);
    expect(problemIn(await inside(`/ops/what-if${query}`))).toMatchObject({ code, status: 400 });
  });

  test('what was typed comes back as text, never as markup', async () => {
    const evil = '"><script>alert(1)</script>';
    const page = await inside(
      `/ops/what-if?region=aws-paris&strategy=${encodeURIComponent(evil)}&ttl=${encodeURIComponent(evil)}`,
      html,
    );
    expect(page.status).toBe(400);
    expect(page.body).not.toContain('<script');
  });

  test('a second question at a time is told when to ask again', async () => {
    const parts = { found: 'Another is answered', why: 'One at a time', remedy: 'Ask again' };
    forecast = () => Promise.reject(new TransientError('busy', parts));
    const page = await inside(whatIf, html);
    expect([page.status, page.headers['retry-after']]).toEqual([503, '5']);
    expect(page.body).toContain('Another is answered.');
    expect((await inside(whatIf)).headers['retry-after']).toBe('5');
  });

  test.each([
    ['/ops/nothing', 'GET', 404, 'no-such-route'],
    ['/', 'GET', 404, 'no-such-route'],
    ['/ops', 'POST', 405, 'method-not-allowed'],
    ['/ops/what-if', 'DELETE', 405, 'method-not-allowed'],
  ])('%s by %s is %d %s', async (path, method, status, code) => {
    expect(problemIn(await inside(path, html, method))).toMatchObject({ status, code });
  });

  test('a bug is called one, without its stack', async () => {
    view = () => Promise.reject(new TypeError('x is not a function'));
    const answer = await inside('/ops', html);
    expect(problemIn(answer)).toMatchObject({ code: 'unexpected', status: 500 });
    expect(answer.body).not.toMatch(/\bat .*\.ts/);
  });
});
