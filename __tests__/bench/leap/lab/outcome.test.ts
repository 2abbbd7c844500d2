// What a kill meant to one client, from its requests and its cache's answers.
import { describe, expect, test } from '@jest/globals';
import { outcomeOf } from '../../../../bench/leap/lab/outcome.ts';

const [dead, alive] = ['198.18.1.2', '198.18.2.2'];
const window = {
  killedAtMs: 10_000,
  untilMs: 20_000,
  publishedAtMs: 13_000,
  deadAddresses: [dead],
};
const sent = (...requests: readonly (readonly [at: number, ok: boolean])[]) =>
  requests.map(([at, ok]) => ({ at, ok, tookMs: 1 }));
type Answered = readonly [at: number, ...addresses: string[]];
const told = (...answers: readonly Answered[]) =>
  answers.map(([at, ...addresses]) => ({ at, addresses }));

describe('downtime', () => {
  test('is nothing when every request was answered', () => {
    expect(outcomeOf(sent([10_500, true], [11_500, true]), [], window)).toMatchObject({
      downtimeMs: 0,
      requests: 2,
      failed: 0,
      zeroDowntime: true,
    });
  });

  test('is the time from each failed request to the next one, wherever the failures lie', () => {
    const requests = sent([10_500, false], [11_500, true], [12_500, false], [14_000, true]);
    expect(outcomeOf(requests, [], window)).toMatchObject({
      downtimeMs: 2_500,
      failed: 2,
      zeroDowntime: false,
    });
  });

  test('of a client that never recovered lasts to the end of the window', () => {
    expect(outcomeOf(sent([10_500, false], [11_500, false]), [], window).downtimeMs).toBe(9_500);
  });

  test('counts neither what was begun before the kill nor what was begun after the window', () => {
    const requests = sent([9_999, false], [10_000, true], [19_999, true], [20_000, false]);
    expect(outcomeOf(requests, [], window)).toMatchObject({ requests: 2, failed: 0 });
  });
});

describe('the share of answers that begin with a live address', () => {
  const shareOf = (...answers: readonly Answered[]) =>
    outcomeOf([], told(...answers), window).firstAddressAliveShare;

  test('counts answers from the kill to the rewrite', () => {
    expect(
      shareOf(
        [9_000, dead, alive],
        [10_500, alive, dead],
        [11_500, dead, alive],
        [12_500, dead, alive],
        [12_900, dead, alive],
        [13_500, alive],
        [14_500, alive],
      ),
    ).toBe(0.25);
  });

  test('goes on with a cache that has not learnt of the rewrite', () => {
    expect(shareOf([12_000, dead], [15_000, dead], [16_000, alive])).toBe(0);
  });

  test('a cache that held the standby alone was right all the time', () => {
    expect(shareOf([11_000, alive], [12_000, alive])).toBe(1);
  });

  test('silence is no answer, and without any the share is 1', () => {
    expect(shareOf([11_000])).toBe(1);
  });

  test('where nobody rewrites, every answer of the window counts', () => {
    const answers = told([11_000, alive, dead], [19_000, alive, dead]);
    const never = { ...window, publishedAtMs: null };
    expect(outcomeOf([], answers, never).firstAddressAliveShare).toBe(1);
    expect(outcomeOf([], [...answers, ...told([19_500, dead])], never)).toMatchObject({
      firstAddressAliveShare: 2 / 3,
    });
  });
});
