// What a person is told when a command cannot be carried out: one sentence of what, why and remedy, and exit code 2.
import { expect, test } from '@jest/globals';
import { run } from '../support/running-fleet.ts';

test.each([
  [['status', '--port', '9'], 'No fleet is running on port 9'],
  [['up', '--port', '70000'], '"70000" is not a port'],
  [['drain', 'aws-paris', '--reason', 'x', '--for', '9h'], '"9h" is not a duration'],
  [['fleet', '--env', 'staging'], 'There is no environment "staging"'],
  [['evaluate', 'nothing', '--manifest', 'm.csv', '--root', '.'], 'There is no model "nothing"'],
  [['data', 'get', 'everything', '--out', 'x'], 'everything'],
  [['drain', 'aws-paris'], "required option '--reason <text>' not specified"],
  [['flag', 'raise', 'aws-paris'], "required option '--reason <text>' not specified"],
  [
    ['flag', 'lower', 'aws-paris', '--env', 'production'],
    'aws s3 cp /dev/null s3://evenkeel-example-flags/flags/<region> --region eu-west-1',
  ],
  [['authority', 'issue', '--env', 'qa', '--dir', 'none'], 'Nobody is named'],
  [['authority', 'issue', '--env', 'qa', '--dir', 'none', '--vantages'], 'none holds no authority'],
  [['predict', '--region', 'aws-oslo'], 'There is no region "aws-oslo"'],
  [['predict', '--region', 'aws-paris', '--strategy', 'twice'], '"twice" is not a strategy'],
  [['predict', '--region', 'aws-paris', '--strategy', 'literal:2'], 'Duplicate Resource Record'],
  [['predict', '--region', 'aws-paris', '--ttl', '0'], '--ttl is "0"'],
  [['predict', '--region', 'aws-paris', '--population', 'constructor'], 'no population'],
  [['strategy', 'set', 'literal:2'], 'Duplicate Resource Record'],
  [['strategy', 'set', 'hedge:1:1', '--env', 'production'], 'is not set from here'],
  [['strategy', 'show', '--env', 'staging'], 'There is no environment "staging"'],
  [['strategy', 'set', 'hedge:1:1', '--port', '9'], 'No fleet is running on port 9'],
  [['frobnicate'], "unknown command 'frobnicate'"],
])('%j is refused: %s', async (args, found) => {
  const { code, out, err } = await run(...args);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain(found);
  expect(err).not.toMatch(/\n\s+at /);
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

test('the fleets of every environment are without fault and can be shown', async () => {
  const { code, out } = await run('fleet', '--env', 'production');
  expect(code).toBe(0);
  expect(out).toMatch(/aws-paris +aws +eu-west-3 +primary +80 +gcp-belgium, azure-frankfurt/);
});
