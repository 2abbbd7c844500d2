// The estimate: reckoned by hand for one fleet, changing with what the fleet says, and inside the budgets that are written down.
import { describe, expect, test } from '@jest/globals';
import { environmentNames } from '../../../fleet/fleet.ts';
import type { Fleet } from '../../../fleet/fleet.ts';
import { fleetFor } from '../../../fleet/environments.ts';
import { costLine, refuseOverBudget } from '../../../stacks/cost/budget.ts';
import { monthlyCost, total } from '../../../stacks/cost/monthly-cost.ts';
import { machinePrices, prices } from '../../../stacks/cost/prices.ts';
import { belgium, paris, production, withRegion } from '../../support/fleets.ts';

const withEstate = (change: Partial<Fleet['estate']>): Fleet => ({
  ...production,
  estate: { ...production.estate, ...change },
});
const fixed = (fleet: Fleet) => monthlyCost(fleet).fixedUsd;
const usdOf = (fleet: Fleet, what: string) =>
  monthlyCost(fleet).fixed.find((one) => one.what.startsWith(what))?.usd;

describe('a price', () => {
  test.each(Object.entries({ ...prices, ...machinePrices }))(
    'of %s is positive and names the page to compare it with',
    (_name, { usd, source }) => {
      expect(usd).toBeGreaterThan(0);
      expect(new URL(source).protocol).toBe('https:');
    },
  );

  test('is known for every machine of every environment', () => {
    const unknown = environmentNames
      .flatMap((name) => monthlyCost(fleetFor(name)).fixed)
      .filter(({ price }) => price === null);
    expect(unknown).toEqual([]);
  });
});

describe('what stands always', () => {
  test('is what a pocket calculator says', () => {
    // 3 x 0.2121 x 730, 27 x 0.011 x 730, (3 addresses + 3 translators) x 0.005 x 730.
    expect(usdOf(production, 'aws-paris machines')).toBeCloseTo(464.5, 1);
    expect(usdOf(production, 'aws-paris endpoints')).toBeCloseTo(216.81, 2);
    expect(usdOf(production, 'aws-paris addresses')).toBeCloseTo(21.9, 2);
    // Two tasks of half a processor and 2 GB: 2 x 730 x (0.5 x 0.0389 + 2 x 0.00424).
    expect(usdOf(production, 'structured data, processors')).toBeCloseTo(28.4, 1);
    expect(usdOf(production, 'structured data, memory')).toBeCloseTo(12.38, 2);
    // Flags of 7 addresses and the checks of 3 are on AWS, 4 elsewhere.
    expect(usdOf(production, 'health checks on AWS')).toBeCloseTo(35, 5);
    expect(usdOf(production, 'health checks elsewhere')).toBeCloseTo(27, 5);
  });

  test('is the sum of its rows', () => {
    const cost = monthlyCost(production);
    expect(cost.fixedUsd).toBeCloseTo(total(cost.fixed), 9);
    expect(cost.usedUsd).toBeCloseTo(total(Object.values(cost.scenarios).flat()), 9);
  });

  test('grows by one machine, and its disk, with one machine more', () => {
    const { instances } = production.regions.find(({ id }) => id === belgium)!;
    const more = withRegion(production, belgium, {
      instances: { ...instances, min: instances.min + 1 },
    });
    expect(fixed(more) - fixed(production)).toBeCloseTo(730 * 0.2215 + 40 * 0.11, 6);
  });

  test('is less where one address translator serves all zones', () => {
    expect(fixed(production) - fixed(withEstate({ protectsData: false }))).toBeCloseTo(
      2 * 730 * (0.05 + 0.005),
      6,
    );
  });

  test('has no pipelines where there is no AWS', () => {
    const elsewhere = monthlyCost(withRegion(production, paris, { cloud: 'gcp' }));
    expect(elsewhere.fixed.filter(({ what }) => what.includes('structured'))).toEqual([]);
    expect(Object.keys(elsewhere.scenarios)).toHaveLength(1);
  });
});

test('a warm instance of the front is an option with a price of its own, and costs that when it is taken', () => {
  const [warm] = monthlyCost(production).options;
  // 0.5 GB x 2,628,000 s x 0.0000033334
  expect(warm?.usd).toBeCloseTo(4.38, 2);
  const [none, three] = [0, 3].map((provisionedConcurrency) =>
    fixed(withEstate({ provisionedConcurrency })),
  );
  expect(three! - none!).toBeCloseTo(3 * warm!.usd, 6);
});

test('the loads that the pipelines were made for cost what the seed of them says is little', () => {
  const { scenarios } = monthlyCost(production);
  const usd = (what: string) => total(scenarios[what] ?? []);
  expect(usd('structured data, one request a minute')).toBeLessThan(1);
  expect(usd('an image batch of 25 min each working hour')).toBeCloseTo(
    21.7 * 12 * (25 / 60) * (2 * 0.0389 + 4 * 0.00424),
    6,
  );
  expect(usd('two trainings of 5 h on a GPU')).toBe(5);
});

describe('the budget', () => {
  test.each(environmentNames)('of %s is enough for what stands always', (name) => {
    expect(() => refuseOverBudget(fleetFor(name))).not.toThrow();
  });

  test('refuses a fleet that costs more, and names what costs most', () => {
    const poor = withEstate({ monthlyBudgetUsd: 1_000 });
    expect(() => refuseOverBudget(poor)).toThrow(
      expect.objectContaining({
        code: 'over-budget',
        message: expect.stringMatching(
          /its budget is 1,000.*aws-paris machines: 3 x c7i.xlarge 464/s,
        ),
      }),
    );
  });

  test('is exact: the last dollar decides', () => {
    const usd = fixed(production);
    expect(() => refuseOverBudget(withEstate({ monthlyBudgetUsd: usd }))).not.toThrow();
    expect(() => refuseOverBudget(withEstate({ monthlyBudgetUsd: usd - 0.01 }))).toThrow();
  });
});

describe('the line for people', () => {
  test('says what, of what, and as of when', () => {
    expect(costLine(production)).toMatch(
      /^about [\d,]+ USD a month fixed of a budget of 9,000, \d+ more as used; one warm instance of the front \(no cold start\) 4\.38 \(estimates of \d{4}-\d{2}\)$/,
    );
  });

  test('names what it could not count, rather than refusing a size it has not heard of', () => {
    const { instances } = production.regions.find(({ id }) => id === paris)!;
    const novel = withRegion(production, paris, {
      instances: { ...instances, machine: 'c9x.huge' },
    });
    expect(() => refuseOverBudget(novel)).not.toThrow();
    expect(costLine(novel)).toContain('price unknown: aws-paris machines: 3 x c9x.huge');
  });
});
