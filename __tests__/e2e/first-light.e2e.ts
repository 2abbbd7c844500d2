// The whole fleet as a newcomer meets it: started by its command, read with, struck, healed and stopped.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { StudyReading } from '../../fleet/study.ts';
import type { DrillReport } from '../../local/drill-report.ts';
import { processesOf } from '../../local/fleet-files.ts';
import type { FleetRecord, FleetUrls } from '../../local/fleet-files.ts';
import type { FleetView } from '../../local/fleet-view.ts';
import { encodePng } from '../../models/imaging/encode.ts';
import { drawChest } from '../../models/phantoms/chest.ts';

const checkout = join(__dirname, '..', '..');
const startMsMax = 90_000;
const drillMsMax = 170_000;

interface Ready {
  readonly event: 'ready';
  readonly urls: FleetUrls;
  readonly directory: string;
}

let fleet: ChildProcess;
let ready: Ready;
let record: FleetRecord;
let port = 0;
let phantom: Uint8Array;

const evenkeel = (...args: string[]) =>
  spawn(process.execPath, ['--import', 'tsx', 'cli/main.ts', ...args], { cwd: checkout });

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const child = evenkeel(...args);
  let out = '';
  let err = '';
  child.stdout.on('data', (text: Buffer) => (out += text.toString()));
  child.stderr.on('data', (text: Buffer) => (err += text.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, out, err };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: free } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return free;
}

async function firstReady(child: ChildProcess): Promise<Ready> {
  const { stdout } = child;
  if (stdout === null) throw new Error('the fleet has no output');
  for await (const line of createInterface({ input: stdout })) {
    const event = JSON.parse(line) as Ready | { readonly event: 'progress' };
    if (event.event === 'ready') return event;
  }
  throw new Error('the fleet ended before it was ready');
}

async function until(what: string, holds: () => Promise<boolean>, msMax = 90_000): Promise<void> {
  const deadline = performance.now() + msMax;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`not within ${msMax} ms: ${what}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 300);
    });
  }
}

const view = async () =>
  JSON.parse((await run('status', '--json', '--port', String(port))).out) as FleetView;
const inPeacetime = async () => (await view()).degraded.length === 0;

const upload = (image: Uint8Array, model = 'chest-pneumonia') => {
  const form = new FormData();
  form.set('image', new Blob([Uint8Array.from(image)]), 'film.png');
  form.set('model', model);
  return fetch(`${ready.urls.clinic}/v1/studies`, { method: 'POST', body: form });
};

beforeAll(async () => {
  port = await freePort();
  phantom = await encodePng(drawChest(7, { finding: true }));
  fleet = evenkeel('up', '--json', '--port', String(port));
  ready = await firstReady(fleet);
  record = JSON.parse(readFileSync(join(ready.directory, 'fleet.json'), 'utf8')) as FleetRecord;
}, startMsMax);

afterAll(async () => {
  if (fleet.exitCode !== null) return;
  fleet.kill('SIGKILL');
  await once(fleet, 'exit');
});

test('a radiograph gets a reading, with its region and its heat map', async () => {
  const response = await upload(phantom);
  expect(response.status).toBe(200);
  const reading = (await response.json()) as StudyReading;
  expect(Object.keys(ready.urls.regions)).toContain(response.headers.get('x-evenkeel-region'));
  expect(reading).toMatchObject({ model: 'chest-pneumonia', findings: [{ label: 'pneumonia' }] });
  expect(reading.disclaimer).toMatch(/not for diagnosis/);
  const heatmap = await fetch(`${ready.urls.clinic}${reading.findings[0]?.heatmap}`);
  expect([heatmap.status, heatmap.headers.get('content-type')]).toEqual([200, 'image/png']);
});

test('the page offers the upload and says what this is not for', async () => {
  const page = await (await fetch(ready.urls.clinic)).text();
  expect(page).toMatch(/not for diagnosis/i);
  expect(page).toMatch(/type="file"/);
});

test('what is not a radiograph is refused with the reason, and the fleet goes on', async () => {
  const response = await upload(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'));
  expect(response.status).toBe(415);
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect((await response.json()) as object).toMatchObject({ code: 'unsupported-format' });
  expect((await upload(phantom)).status).toBe(200);
});

test('a second start on the same port says what runs there, and leaves it alone', async () => {
  expect(processesOf(ready.directory).length).toBeGreaterThanOrEqual(6);
  const { code, err } = await run('up', '--port', String(port));
  expect(code).toBe(2);
  expect(err).toMatch(/already running at http:\/\/localhost:\d+.*--port \d+/);
});

test(
  'a controller that is killed comes back, and the zone never lacks an answer',
  async () => {
    const [pid = 0] = processesOf(ready.directory).slice(-1);
    process.kill(pid, 'SIGKILL');
    const resolver = new Resolver();
    resolver.setServers([ready.urls.dns]);
    await until('every vantage watches', async () => {
      expect((await resolver.resolve4(`api.${record.zone}`)).length).toBeGreaterThan(0);
      return (await view()).vantages.every((v) => v.answers);
    });
  },
  startMsMax,
);

test(
  'the loss of the primary costs careful clients nothing, and it returns in stages',
  async () => {
    await until('peacetime', inPeacetime);
    const { out, err } = await run(
      'drill',
      '--region',
      'aws-paris',
      '--fault',
      'kill',
      '--for',
      '8s',
      '--json',
      '--port',
      String(port),
    );
    expect(err).not.toMatch(/bug/);
    const report = JSON.parse(out) as DrillReport;
    expect(report.clients.filter((c) => c.policy === 'every').map((c) => c.failed)).toEqual([0]);
    expect(report.returnWeights).toEqual([8, 32, 56, 80]);
    // The harness can see a failure: a client that holds the dead address does lose uploads.
    expect(report.failedRequests).toBeGreaterThan(0);
    expect(report).toMatchObject({ passed: true });
  },
  drillMsMax,
);

test('Ctrl-C leaves no process and no record behind', async () => {
  fleet.kill('SIGINT');
  const [code] = (await once(fleet, 'exit')) as [number];
  expect(code).toBe(0);
  expect(processesOf(ready.directory)).toEqual([]);
  expect(existsSync(join(ready.directory, 'fleet.json'))).toBe(false);
}, 30_000);
