// The estimate against the budget: a line for people at each synthesis, and a refusal before anything is built that cannot be paid.
import { InputError } from '../../fleet/errors.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import { monthlyCost } from './monthly-cost.ts';
import type { CostRow, MonthlyCost } from './monthly-cost.ts';
import { pricesAsOf } from './prices.ts';

const largestShown = 5;

/** `InputError` 'over-budget' when what stands always costs more than `estate.monthlyBudgetUsd`. */
export function refuseOverBudget(fleet: Fleet): void {
  const { fixed, fixedUsd } = monthlyCost(fleet);
  const { monthlyBudgetUsd } = fleet.estate;
  if (fixedUsd <= monthlyBudgetUsd) return;
  const largest = [...fixed].sort((a, b) => b.usd - a.usd).slice(0, largestShown);
  throw new InputError('over-budget', {
    found: `${fleet.environment} would cost about ${dollars(fixedUsd)} USD a month before anybody uses it, and its budget is ${dollars(monthlyBudgetUsd)}`,
    why: `Most of it: ${largest.map(({ what, usd }) => `${what} ${dollars(usd)}`).join('; ')} (list prices of ${pricesAsOf}, without discounts)`,
    remedy: 'Choose fewer or smaller machines in fleet/environments.ts, or raise monthlyBudgetUsd',
  });
}

/** e.g. `about 2,310 USD a month fixed of a budget of 9,000, 25 more as used; each warm front instance 4.38 (estimates of 2026-11)`. */
export function costLine(fleet: Fleet): string {
  const cost = monthlyCost(fleet);
  return [
    `about ${dollars(cost.fixedUsd)} USD a month fixed of a budget of ${dollars(fleet.estate.monthlyBudgetUsd)}`,
    `, ${dollars(cost.usedUsd)} more as used`,
    ...cost.options.map(({ what, usd }) => `; ${what} ${usd.toFixed(2)}`),
    ...uncounted(cost).map((what) => `; not counted, price unknown: ${what}`),
    ` (estimates of ${pricesAsOf})`,
  ].join('');
}

const uncounted = ({ fixed }: MonthlyCost): readonly string[] =>
  fixed.filter(({ price }: CostRow) => price === null).map(({ what }) => what);

const dollars = (usd: number) => Math.round(usd).toLocaleString('en-US');
