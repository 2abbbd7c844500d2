// The strategy in an operator's hands: what is shown and predicted, and every refusal with its reason, its remedy and exit code 2.
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { addPredictCommand } from '../../cli/predict-command.ts';
import { addStrategyCommand } from '../../cli/strategy-command.ts';
import { isInputError, isTransientError } from '../../fleet/errors.ts';
import type { InputError, TransientError } from '../../fleet/errors.ts';
import { checkoutRoot } from '../../local/fleet-files.ts';
import { run } from '../support/running-fleet.ts';

const set = (...args: string[]) => ['strategy', 'set', ...args];
const ask = (...args: string[]) => ['predict', '--region', 'aws-paris', ...args];

/** The verbs in this process: seconds less for each. What `main.ts` makes of an error is tried once, below. */
async function printed(args: readonly string[]): Promise<string> {
  const lines: string[] = [];
  const log = jest
    .spyOn(console, 'log')
    .mockImplementation((line: string) => void lines.push(line));
  try {
    const program = new Command().exitOverride();
    addStrategyCommand(program);
    addPredictCommand(program);
    await program.parseAsync(args, { from: 'user' });
    return lines.join('\n');
  } finally {
    log.mockRestore();
  }
}

const errorOf = (args: readonly string[]): Promise<unknown> =>
  printed(args).then(
    () => null,
    (error: unknown) => error,
  );

describe('refused', () => {
  test.each<readonly [string, readonly string[], string, string | RegExp]>([
    ['no strategy', set('twice'), '"twice" is not a strategy', 'Write one of: single, failover'],
    ['the literal duplicate', set('literal:2'), 'one address 2 times', 'duplicate-sets'],
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
      /--port|npm start/,
    ],
    [
      'no fleet to show it of',
      ['strategy', 'show', '--port', '9'],
      'No fleet is running on port 9',
      /--port|npm start/,
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
      'one address 2 times in one record set',
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
    const error = await errorOf(args);
    expect(isInputError(error)).toBe(true);
    const { parts } = error as InputError;
    expect(parts.found).toContain(found);
    expect(parts.why.length).toBeGreaterThan(20);
    expect(parts.remedy).toMatch(remedy);
  });

  test('as a person meets it: one line of found, why and remedy, exit code 2, and nothing printed', async () => {
    const { code, out, err } = await run(...set('hedge:1:1', '--env', 'production'));
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(
      /^evenkeel: The strategy of production is not set from here\. Terraform .*\. See what it would mean \(evenkeel predict .*\.\n/,
    );
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

  test('shows no strategy, which time may mend', async () => {
    const error = await errorOf(['strategy', 'show', '--port', '19']);
    expect(isTransientError(error)).toBe(true);
    expect((error as TransientError).message).toMatch(
      /^No vantage answers\. .*Try again in a few seconds/,
    );
  });
});

test('a prediction says what is lost, what it is against single addresses, and what it costs in peace', async () => {
  const arm = ['--strategy', 'hedge:1:1', '--ttl', '10', '--population', 'trials'];
  const told = JSON.parse(await printed(ask(...arm, '--users', '4000', '--json'))) as {
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
  const out = await printed(['strategy', 'show', '--env', 'production']);
  expect(out).toMatch(/strategy multi:1/);
  // Three own addresses and one of Belgium's.
  expect(out).toMatch(/aws-paris +3 +gcp-belgium +60 s +25\.0 %/);
});

test('a prediction for people ends in its price: what crosses, who serves it, and gigabytes', async () => {
  const load = ['--requests-per-second', '50', '--kilobytes', '800'];
  const few = ['--population', 'trials', '--users', '1000'];
  const out = await printed(ask('--strategy', 'multi:2', ...load, ...few));
  expect(out).toMatch(/^aws-paris dies; strategy multi:2, TTL 60 s; rewritten after/);
  expect(out).toMatch(/40\.0 % of aws-paris's traffic begins at its standby in peace/);
  expect(out).toMatch(/Warm standby: gcp-belgium .* serves 42\.0 % .* alone is 10\.0 %/);
  expect(out).toMatch(/Added latency of what crosses: not known/);
  expect(out).toMatch(/41472 GB a month/);
});
