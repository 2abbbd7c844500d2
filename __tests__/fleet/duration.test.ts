import { expect, test } from '@jest/globals';
import { formatDuration, parseDurationMs } from '../../fleet/duration.ts';

const hourMs = 3_600_000;

test.each([
  ['90s', 90_000],
  ['2m', 120_000],
  ['1h', hourMs],
  ['500ms', 500],
  ['0.5h', 1_800_000],
  [' 3s ', 3_000],
])('%p is %d ms', (text, ms) => {
  expect(parseDurationMs(text, hourMs)).toBe(ms);
});

test.each(['', '60', 's', '-1s', '0s', '1 s', '1d', '61m', 'constructor', '1e3s'])(
  '%p is refused with the remedy',
  (text) => {
    expect(() => parseDurationMs(text, hourMs)).toThrow(/between 1ms and 1h.*for example 90s/);
  },
);

test.each([
  [1, '1ms'],
  [1_500, '1500ms'],
  [90_000, '90s'],
  [120_000, '2m'],
  [2 * hourMs, '2h'],
])('%d ms is written %p', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});
