// What a person is told when a command cannot be carried out: one sentence of what, why and remedy, and exit code 2.
import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import { begin, run } from '../support/running-fleet.ts';

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
  [['frobnicate'], "unknown command 'frobnicate'"],
])('%j is refused: %s', async (args, found) => {
  const { code, out, err } = await run(...args);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain(found);
  expect(err).not.toMatch(/\n\s+at /);
});

test('the fleets of every environment are without fault and can be shown', async () => {
  const { code, out } = await run('fleet', '--env', 'production');
  expect(code).toBe(0);
  expect(out).toMatch(/aws-paris +aws +eu-west-3 +primary +80 +gcp-belgium, azure-frankfurt/);
});

test('a reader that stops early, as `| head` does, is no error', async () => {
  const child = begin('fleet', '--env', 'production');
  child.stdout.destroy();
  let err = '';
  child.stderr.on('data', (text: Buffer) => (err += text.toString()));
  const [code] = (await once(child, 'close')) as [number];
  expect({ code, err }).toEqual({ code: 0, err: '' });
});
