// Non-inferiority by an interval: shown, or not shown because the set is too small, or refuted. Pure.
import type { Estimate } from '../../fleet/card.ts';
import type { Check } from './gate-report.ts';

export function nonInferior(name: string, measured: Estimate, margin: number): Check {
  const isShown = measured.low > -margin;
  const missed =
    measured.value > -margin ? 'not shown: the set is too small to rule a loss out' : 'inferior';
  return {
    name,
    outcome: isShown ? 'pass' : 'fail',
    measured,
    limit: -margin,
    said: isShown ? 'not inferior' : missed,
  };
}
