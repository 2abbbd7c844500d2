// What the experiment is asked for on the command line.
import { expect, test } from '@jest/globals';
import { experimentArguments } from '../../../bench/leap/experiment-arguments.ts';
import { isInputError } from '../../../fleet/errors.ts';

const from = (text: string) => experimentArguments(text.split(' ').filter((word) => word !== ''));

test('without a word it is every resolver and every client but the browser, at a TTL of 10 s', () => {
  const { settings, out } = from('--out rows');
  expect(out).toBe('rows');
  expect(settings.ttlsSeconds).toEqual([10]);
  expect(settings.arms[0]).toBe('control');
  expect(settings.resolvers).toContain('pdns+no-packet-cache');
  expect(settings.clients).toContain('keep-alive');
  expect(settings.clients).not.toContain('chromium');
});

test('lists are read item by item', () => {
  const { settings } = from(
    '--out o --arms single,multi:2 --ttl 10,60 --kills 4 --clients first,chromium',
  );
  expect(settings).toMatchObject({
    arms: ['single', 'multi:2'],
    ttlsSeconds: [10, 60],
    kills: 4,
    clients: ['first', 'chromium'],
  });
});

test('the simulator takes users for copies, and more kills', () => {
  const { settings } = from('--out o --backend sim --users 5000 --arms single');
  expect(settings).toMatchObject({ users: 5_000, kills: 40, arms: ['single'] });
});

test.each([
  ['--out o --arms literal:2', /Route 53/],
  ['--out o --arms twice', /not a strategy/],
  ['--out o --arms single,single', /twice/],
  ['--out o --arms single,', /commas/],
  ['--out o --ttl 0', /from 1 to 300/],
  ['--out o --ttl 301', /from 1 to 300/],
  ['--out o --kills 1.5', /whole number/],
  ['--out o --copies 11', /from 1 to 10/],
  ['--out o --resolvers powerdns', /Use some of/],
  ['--out o --clients ie6', /Use some of/],
  ['--out o --fault earthquake', /blackhole, refused, killed/],
  ['--out o --backend moto', /lab, sim/],
  ['--out o --users 10', /not for --backend lab/],
  ['--out o --backend sim --copies 2', /not for --backend sim/],
  ['--out o --backend sim --fault killed', /not for --backend sim/],
  ['--out o --backend sim --users 0', /from 1 to/],
  ['--arms single', /--out is missing/],
  ['--out o --speed 3', /Use --backend/],
])('"%s" is refused with what would do', (text, remedy) => {
  let error: unknown;
  try {
    from(text);
  } catch (thrown) {
    error = thrown;
  }
  expect(isInputError(error)).toBe(true);
  expect((error as Error).message).toMatch(remedy);
});
