// The model of gdnsd's rule does what its manual says, and its configuration says what the model assumes.
import { expect, test } from '@jest/globals';
import { gdnsdArms } from '../../../bench/failover/arms.ts';
import { gdnsdConfigText, gdnsdZoneText } from '../../../bench/failover/gdnsd-config.ts';
import { afterPoll, freshGdnsdState } from '../../../bench/failover/gdnsd-rule.ts';
import { fleetFor } from '../../../fleet/environments.ts';

const arms = gdnsdArms(fleetFor('production').probe);
const defaults = arms['gdnsd defaults']!;
const tuned = arms['gdnsd tuned']!;

/** `x` is a failure, anything else a success. */
const after = (polls: string, thresholds = defaults, from = freshGdnsdState) =>
  polls.split('').reduce((state, poll) => afterPoll(state, poll !== 'x', thresholds), from);

const down = after('x'.repeat(10));

test('ten failures in a row are down, nine are not', () => {
  expect(after('x'.repeat(9)).isUp).toBe(true);
  expect(down.isUp).toBe(false);
});

test('failures add up over successes in between, until ten successes in a row forget them', () => {
  expect(after('x.........'.repeat(10)).isUp).toBe(false);
  expect(after('x..........'.repeat(10)).isUp).toBe(true);
});

test('down is left after twenty successes in a row and no fewer', () => {
  expect(after('.'.repeat(19), defaults, down).isUp).toBe(false);
  expect(after(`${'.'.repeat(19)}x${'.'.repeat(19)}`, defaults, down).isUp).toBe(false);
  expect(after('.'.repeat(20), defaults, down).isUp).toBe(true);
});

test('tuned like ours, one success forgives and three misses in a row condemn', () => {
  expect(after('xx.xx.xx', tuned).isUp).toBe(true);
  expect(after('xx.xxx', tuned).isUp).toBe(false);
});

const config = {
  directory: '/run/bench',
  listenAddress: '198.18.11.2',
  listenPort: 5_301,
  zone: 'evenkeel.lab',
  addresses: { 'aws-paris': '198.18.1.2', 'gcp-belgium': '198.18.2.2' },
  checkPort: 8_080,
};

test('the configuration carries thresholds, addresses and seconds', () => {
  const text = gdnsdConfigText({ ...config, thresholds: tuned });
  for (const line of [
    'listen => [ 198.18.11.2:5301 ]',
    'interval => 2',
    'timeout => 1',
    'up_thresh => 6',
    'ok_thresh => 1',
    'down_thresh => 3',
    'aws-paris => 198.18.1.2',
    'vhost => api.evenkeel.lab',
  ])
    expect(text.split('\n').map((l) => l.trim())).toContain(line);
  expect(gdnsdZoneText({ ...config, thresholds: tuned })).toMatch(/^api 60 DYNA multifo!regions$/m);
});

test('what gdnsd cannot be told is refused here and not rounded', () => {
  const written = (thresholds: object) => () =>
    gdnsdConfigText({ ...config, thresholds: { ...tuned, ...thresholds } });
  expect(written({ intervalMs: 1_500 })).toThrow('whole seconds');
  expect(written({ timeoutMs: 2_000 })).toThrow('less than the interval');
});
