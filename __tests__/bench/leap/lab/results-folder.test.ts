// The folder of a run: gone on with where it was left, and never with another run's settings.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { ExperimentSettings } from '../../../../bench/leap/lab/experiment-plan.ts';
import { ResultsFolder } from '../../../../bench/leap/lab/results-folder.ts';
import type { RoundResult } from '../../../../bench/leap/lab/round.ts';
import { parseRow, rowText } from '../../../../bench/leap/row.ts';
import type { Row } from '../../../../bench/leap/row.ts';

const settings: ExperimentSettings = {
  arms: ['single'],
  ttlsSeconds: [10],
  kills: 2,
  fault: 'blackhole',
  resolvers: ['unbound'],
  clients: ['first'],
  copies: 1,
  seed: 1,
};

const rowAt = (killedAtMs: number): Row => ({
  arm: 'single',
  resolver: 'unbound',
  client: 'first',
  ttlSeconds: 10,
  region: 'aws-paris',
  killedAtMs,
  cache: 'unbound#1',
  downtimeMs: 8_000,
  requests: 20,
  failed: 8,
  firstAddressAliveShare: 0,
  zeroDowntime: false,
});

const resultAt = (number: number, killedAtMs: number): RoundResult => ({
  record: {
    number,
    arm: 'single',
    ttlSeconds: 10,
    phaseMs: 0,
    fault: 'blackhole',
    killedAtMs,
    detectedMs: 3_000,
    publishedMs: 3_500,
    windowMs: 23_000,
    rows: 1,
    loadAverage: 1,
  },
  rows: [rowAt(killedAtMs)],
  raw: { clinics: [{ cache: 'unbound#1', client: 'first', sent: [] }], told: {} },
});

let path = '';
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'leap-results-'));
});
afterEach(() => rmSync(path, { recursive: true, force: true }));

const opened = () => new ResultsFolder(path, settings, { command: 'npm run experiment' });
const rows = () =>
  readFileSync(join(path, 'rows.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map(parseRow);

test('rounds that were made are known again, with their rows and what these were made from', () => {
  opened().add(resultAt(0, 1_000));
  opened().add(resultAt(1, 2_000));
  expect(opened().done.map(({ number }) => number)).toEqual([0, 1]);
  expect(rows()).toEqual([rowAt(1_000), rowAt(2_000)]);
  const raw = gunzipSync(readFileSync(join(path, 'raw', '0001.json.gz'))).toString('utf8');
  expect(JSON.parse(raw)).toEqual(resultAt(1, 2_000).raw);
});

test('rows of a round that was cut off are left out, and half a row is', () => {
  opened().add(resultAt(0, 1_000));
  appendFileSync(join(path, 'rows.jsonl'), `${rowText(rowAt(2_000))}\n{"arm":"sin`);
  expect(opened().done).toHaveLength(1);
  expect(rows()).toEqual([rowAt(1_000)]);
});

test('another run does not go on with it', () => {
  opened();
  expect(() => new ResultsFolder(path, { ...settings, seed: 2 }, {})).toThrow(/other settings/);
});
