// Turns measured columns into what a linear model can weigh: the logarithm of sizes, the others as they are. Pure.
import type { Samples } from './logistic.ts';

/** For each column whether its logarithm is taken. */
export type LogColumns = readonly boolean[];

/** What a logarithm is taken of at least: far below any measure, so that a zero is an extreme and not an infinity. */
export const logFloor = 1e-6;

export function withLogarithms(samples: Samples, logs: LogColumns): Samples {
  const { features, columns } = samples;
  const transformed = Float64Array.from(features, (value, at) =>
    logs[at % columns] === true ? Math.log(Math.max(value, logFloor)) : value,
  );
  return { ...samples, features: transformed };
}
