// Figures as the tables write them.
import { expect, test } from '@jest/globals';
import { rateText, shareText, withInterval } from '../../../../bench/leap/report/figure-texts.ts';

test('a mean stands with its interval', () => {
  expect(withInterval({ value: 12.06, low: 10.1, high: 14.25 })).toBe('12.1 (10.1 to 14.3)');
});

test('all of few users prove less than all of many: the exact bound for a share without spread', () => {
  const all = { value: 1, low: 1, high: 1 };
  const none = { value: 0, low: 0, high: 0 };
  // 1 - 0.025^(1/n), as of Clopper and Pearson.
  expect(shareText(all, 10)).toBe('100 % (at least 69 %)');
  expect(shareText(all, 1_000)).toBe('100 % (at least 99 %)');
  expect(shareText(none, 10)).toBe('0 % (at most 31 %)');
  expect(shareText({ value: 0.5, low: 0.4, high: 0.6 }, 10)).toBe('50 % (40 % to 60 %)');
});

test('a rate of none is none', () => {
  expect([0, 0.0653, 31.87].map(rateText)).toEqual(['0', '0.065', '32']);
});
