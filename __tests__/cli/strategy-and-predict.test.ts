// The strategy in an operator's hands: what is shown and predicted, and every refusal with its reason, its remedy and exit code 2.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkoutRoot } from '../../local/fleet-files.ts';
import { run } from '../support/running-fleet.ts';

const set = (...args: string[]) => ['strategy', 'set', ...args];
const ask = (...args: string[]) => ['predict', '--region', 'aws-paris', ...args];

describe('refused', () => {
  test.each<readonly [string, readonly string[], string, string]>([
    ['no strategy', set('twice'), '"twice" is not a strategy', 'Write one of: single, failover'],
    ['the literal duplicate', set('literal:2'), 'Duplicate Resource Record', 'duplicate-sets'],
    [
      'more of the standby than it has',
      set('multi:2'),
      'for aws-paris, whose standby gcp-belgium has 1',
      'Choose multi:1 or less',
    ],
    [
      'what Terraform owns',
      set('hedge:1:1', '--env', 'production'),
      'The strategy of production is not set from here',
      'change `strategy` in fleet/environments.ts, and deploy',
    ],
    [
      'what Terraform owns, and could not publish either',
      set('multi:3', '--env', 'production'),
      'whose standby gcp-belgium has 2',
      'Choose multi:2 or less',
    ],
    [
      'an unknown environment',
      set('single', '--env', 'staging'),
      'no environment "staging"',
      'Use one of: local, qa',
    ],
    [
      'no fleet to set it for',
      set('hedge:1:1', '--port', '9'),
      'No fleet is running on port 9',
      '--port|npm start',
    ],
    [
      'no fleet to show it of',
      ['strategy', 'show', '--port', '9'],
      'No fleet is running on port 9',
      '--port|npm start',
    ],
    [
      'an unknown environment to show',
      ['strategy', 'show', '--env', 'staging'],
      'no environment "staging"',
      'Use one of: local, qa',
    ],
    [
      'an unknown region',
      ['predict', '--region', 'aws-oslo'],
      'no region "aws-oslo" in production',
      'Use one of: aws-paris, gcp-belgium, azure-frankfurt',
    ],
    ['no strategy to predict', ask('--strategy', 'twice'), 'not a strategy', 'Write one of'],
    [
      'the literal duplicate to predict',
      ask('--strategy', 'literal:2'),
      'Duplicate Resource Record',
      'duplicate-sets',
    ],
    [
      'more of the standby than it has to predict',
      ask('--strategy', 'multi:3'),
      'whose standby gcp-belgium has 2',
      'Choose multi:2 or less',
    ],
    ['a TTL of nothing', ask('--ttl', '0'), 'The TTL is "0"', 'whole number of 1 to 3600'],
    ['a TTL beyond an hour', ask('--ttl', '3601'), 'The TTL is "3601"', '1 to 3600'],
    [
      'unknown users',
      ask('--population', 'constructor'),
      'no population "constructor"',
      'Use one of: clinics, trials',
    ],
    [
      'half a load',
      ask('--kilobytes', '800'),
      'Only the kilobytes of the region’s load are given',
      'Give both',
    ],
  ])('%s', async (_, args, found, remedy) => {
    const { code, out, err } = await run(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(found);
    expect(err).toMatch(new RegExp(`\\. .*(${remedy})`));
    // What was found, why it is refused, what to do: three sentences, and no stack.
    expect(err.split(/\.\s/).length).toBeGreaterThanOrEqual(3);
    expect(err).not.toMatch(/\n\s+at |this is a bug/);
  });
});

describe('a fleet whose vantages are all away', () => {
  /** Older than any that runs, so that no verb without --port means it. */
  const directory = join(checkoutRoot, '.evenkeel', 'fleets', '19');
  const nobody = 'https://127.0.0.1:9';
  beforeAll(() => {
    mkdirSync(directory, { recursive: true });
    const record = {
      pid: process.pid,
      startedAt: '1970-01-01T00:00:00.000Z',
      zone: 'evenkeel.lab',
      directory,
      urls: { clinic: 'http://localhost:19', vantages: { 'vantage-dublin': nobody } },
    };
    writeFileSync(join(directory, 'fleet.json'), JSON.stringify(record));
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  test('shows no strategy: it says that time may mend it, with exit code 1', async () => {
    const { code, out, err } = await run('strategy', 'show', '--port', '19');
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/^evenkeel: No vantage answers\. .*Try again in a few seconds/);
  });
});

test('a prediction says what is lost, what it is against single addresses, and what it costs in peace', async () => {
  const asked = ['--region', 'aws-paris', '--strategy', 'hedge:1:1', '--ttl', '10'];
  const { code, out } = await run(
    'predict',
    ...asked,
    '--population',
    'trials',
    '--users',
    '8000',
    '--json',
  );
  expect(code).toBe(0);
  const told = JSON.parse(out) as {
    readonly price: { readonly crossRegionShare: number };
    readonly all: { readonly meanSeconds: { readonly value: number } };
    readonly single: { readonly all: { readonly meanSeconds: { readonly value: number } } };
  };
  expect(told.price.crossRegionShare).toBe(0.5);
  // Half of D + T/2, and the whole of it: D of 3.3 to 3.9 s, T of 9.6 to 11 s.
  expect(Math.abs(told.all.meanSeconds.value - 4.3)).toBeLessThan(0.5);
  expect(Math.abs(told.single.all.meanSeconds.value - 8.6)).toBeLessThan(0.7);
});

test('the strategy of production is shown with what it publishes', async () => {
  const { code, out } = await run('strategy', 'show', '--env', 'production');
  expect(code).toBe(0);
  expect(out).toMatch(/strategy multi:1/);
  // Three own addresses and one of Belgium's.
  expect(out).toMatch(/aws-paris +3 +gcp-belgium +60 s +25\.0 %/);
});

test('a prediction for people ends in its price: what crosses, who serves it, and gigabytes', async () => {
  const load = ['--requests-per-second', '50', '--kilobytes', '800'];
  const few = ['--population', 'trials', '--users', '1000'];
  const { code, out } = await run(...ask('--strategy', 'multi:2', ...load, ...few));
  expect(code).toBe(0);
  expect(out).toMatch(/^aws-paris dies; strategy multi:2, TTL 60 s; rewritten after/);
  expect(out).toMatch(/40\.0 % of aws-paris's traffic begins at its standby in peace/);
  expect(out).toMatch(/Warm standby: gcp-belgium .* serves 42\.0 % .* alone is 10\.0 %/);
  expect(out).toMatch(/Added latency of what crosses: not known/);
  expect(out).toMatch(/41472 GB a month/);
});
