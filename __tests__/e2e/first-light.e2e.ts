// The whole fleet as a newcomer meets it: started by its command, read with, struck, healed and stopped.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Resolver } from 'node:dns/promises';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Deployment } from '../../fleet/fleet.ts';
import type { StudyReading } from '../../fleet/study.ts';
import type { DrillReport } from '../../local/drills/report.ts';
import { processesOf } from '../../local/fleet-files.ts';
import { encodePng } from '../../models/imaging/encode.ts';
import { drawChest } from '../../models/phantoms/chest.ts';
import { run, RunningFleet, until } from '../support/running-fleet.ts';

const startMsMax = 90_000;
const drillMsMax = 170_000;
/** Three vantages are started anew, twice. */
const strategyMsMax = 240_000;

let fleet: RunningFleet;
let phantom: Uint8Array;

beforeAll(async () => {
  phantom = await encodePng(drawChest(7, { finding: true }));
  fleet = await RunningFleet.start();
}, startMsMax);

afterAll(() => fleet.destroy());

const upload = (image: Uint8Array, model = 'chest-pneumonia') => {
  const form = new FormData();
  form.set('image', new Blob([Uint8Array.from(image)]), 'film.png');
  form.set('model', model);
  return fetch(`${fleet.ready.urls.clinic}/v1/studies`, { method: 'POST', body: form });
};

test('a radiograph gets a reading, with its region and its heat map', async () => {
  const { urls } = fleet.ready;
  const response = await upload(phantom);
  expect(response.status).toBe(200);
  const reading = (await response.json()) as StudyReading;
  expect(Object.keys(urls.regions)).toContain(response.headers.get('x-evenkeel-region'));
  expect(reading).toMatchObject({ model: 'chest-pneumonia', findings: [{ label: 'pneumonia' }] });
  expect(reading.disclaimer).toMatch(/not for diagnosis/);
  const heatmap = await fetch(`${urls.clinic}${reading.findings[0]?.heatmap}`);
  expect([heatmap.status, heatmap.headers.get('content-type')]).toEqual([200, 'image/png']);
});

test('what is not a radiograph is refused with the reason, and the fleet goes on', async () => {
  const response = await upload(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'));
  expect(response.status).toBe(415);
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect((await response.json()) as object).toMatchObject({ code: 'unsupported-format' });
  expect((await upload(phantom)).status).toBe(200);
});

test('a second start on the same port says what runs there, and leaves it alone', async () => {
  expect(processesOf(fleet.ready.directory).length).toBeGreaterThanOrEqual(6);
  const { code, err } = await run('up', '--port', String(fleet.port));
  expect(code).toBe(2);
  expect(err).toMatch(/already running at http:\/\/localhost:\d+.*--port \d+/);
});

test(
  'a controller that is killed comes back, and the zone never lacks an answer',
  async () => {
    await fleet.peacetime();
    const [pid = 0] = processesOf(fleet.ready.directory).slice(-1);
    process.kill(pid, 'SIGKILL');
    const resolver = new Resolver();
    resolver.setServers([fleet.ready.urls.dns]);
    await until('every vantage watches', async () => {
      expect((await resolver.resolve4('api.evenkeel.lab')).length).toBeGreaterThan(0);
      return (await fleet.view()).vantages.every((v) => v.answers);
    });
  },
  startMsMax,
);

/** What the name service's API lists, byte for byte but for the fence, which counts changes. */
async function zoneText(): Promise<string> {
  const { directory, urls } = fleet.ready;
  const file = readFileSync(join(directory, 'deployment.json'), 'utf8');
  const { hostedZoneId } = JSON.parse(file) as Deployment;
  const url = `${urls.route53}/2013-04-01/hostedzone/${hostedZoneId}/rrset`;
  const listing = await fetch(url, { headers: { authorization: 'AWS4-HMAC-SHA256 unverified' } });
  const text = await listing.text();
  expect(text).toContain('<Name>aws-paris.api.evenkeel.lab.</Name>');
  return text.replace(/term=\d+ by=[\w-]+/g, 'term');
}

test(
  'another strategy is published while the fleet serves, and set back the zone is byte for byte as before',
  async () => {
    await fleet.peacetime();
    const set = (strategy: string) =>
      run('strategy', 'set', strategy, '--port', String(fleet.port));
    const resolver = new Resolver();
    resolver.setServers([fleet.ready.urls.dns]);
    const ask = async () => (await resolver.resolve4('aws-paris.api.evenkeel.lab')).sort();
    const before = await zoneText();
    const both = await ask();
    expect(both).toHaveLength(2);

    const refused = await set('multi:2');
    expect([refused.code, refused.err]).toEqual([2, expect.stringMatching(/gcp-belgium has 1/)]);
    expect(await zoneText()).toBe(before);

    expect((await set('hedge:1:1')).code).toBe(0);
    const drawn = new Set<string>();
    await until('each address is an answer of its own', async () => {
      const answer = await ask();
      if (answer.length === 1) drawn.add(answer.join());
      return drawn.size === 2;
    });
    expect([...drawn].sort()).toEqual(both);
    expect((await fleet.view()).strategy).toBe('hedge:1:1');
    expect(await zoneText()).not.toBe(before);

    expect((await set('multi:1')).code).toBe(0);
    await until('the zone is as before', async () => (await zoneText()) === before);
    // Name servers follow the API a little later.
    await until('both are told again', async () => (await ask()).join() === both.join());
  },
  strategyMsMax,
);

test(
  'the operators’ page opens with its key, and forecasts before anything is changed',
  async () => {
    const { operations } = fleet.ready.urls;
    const arrival = await fetch(operations, { redirect: 'manual' });
    const cookie = arrival.headers.get('set-cookie')?.split(';')[0] ?? '';
    const page = async (path: string) => {
      const headers = { cookie, accept: 'text/html' };
      const response = await fetch(new URL(path, operations), { headers });
      return { status: response.status, text: await response.text() };
    };
    expect((await page('/ops')).text).toContain('Strategy: <strong>multi:1</strong>');
    const asked = await page('/ops/what-if?region=aws-paris&strategy=hedge:1:1&ttl=60');
    expect(asked.status).toBe(200);
    expect(asked.text).toContain('aws-paris dies; strategy hedge:1:1, TTL 60 s');
    expect(asked.text).toContain('50.0 % of aws-paris&#39;s traffic');
    expect((await fetch(new URL('/ops', operations))).status).toBe(401);
  },
  strategyMsMax,
);

test(
  'the loss of the primary costs careful clients nothing, and it returns in stages',
  async () => {
    await fleet.peacetime();
    const out = join(fleet.ready.directory, 'report');
    const how = ['--yes', '--json', '--seeds', '2', '--out', out, '--port', String(fleet.port)];
    const held = await run('drill', 'multi-region-recovery', ...how);
    const report = JSON.parse(held.out) as DrillReport;
    const failed = (policy: string) =>
      report.findings.clients
        .filter((c) => c.policy === policy)
        .reduce((sum, c) => sum + c.failed, 0);
    expect(failed('every')).toBe(0);
    expect(report.findings.returnWeights).toEqual([8, 32, 56, 80]);
    // The harness can see a failure: a client that holds the dead address does lose uploads.
    expect(failed('first')).toBeGreaterThan(0);
    expect(report.judgements.filter((j) => !j.passed)).toEqual([]);
    expect([held.code, report.outcome]).toEqual([0, 'passed']);
    expect(readdirSync(out).sort()).toEqual(['report.html', 'report.json', 'report.md']);
  },
  drillMsMax,
);

test('Ctrl-C leaves no process and no record behind', async () => {
  expect(await fleet.interrupt()).toBe(0);
  expect(processesOf(fleet.ready.directory)).toEqual([]);
  expect(existsSync(join(fleet.ready.directory, 'fleet.json'))).toBe(false);
}, 30_000);
