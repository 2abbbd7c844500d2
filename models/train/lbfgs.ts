// L-BFGS in typed arrays: minimises a smooth convex function of many variables. Pure.
import { InputError } from '../../fleet/errors.ts';

/** Writes the gradient at `point` into `gradient` and returns the value. */
export type Objective = (point: Float64Array, gradient: Float64Array) => number;

export interface LbfgsSettings {
  /** Stops when the Euclidean norm of the gradient is below this. */
  readonly gradientNormMax: number;
  readonly iterationsMax: number;
}

export interface Minimum {
  readonly point: Float64Array;
  readonly value: number;
  readonly gradientNorm: number;
  readonly iterations: number;
}

/** Pairs remembered (Liu and Nocedal, Mathematical Programming 1989;45:503-528 find 3 to 20 enough). */
const memory = 10;
const armijo = 1e-4;
const curvature = 0.9;
const trialsMax = 60;
/** Below this relative change of the value, rounding hides descent and only slopes can tell. */
const valueNoise = 1e-13;

interface State {
  readonly point: Float64Array;
  readonly gradient: Float64Array;
  readonly value: number;
}
interface Pair {
  readonly step: Float64Array;
  readonly change: Float64Array;
  readonly inner: number;
}

export function minimise(
  objective: Objective,
  start: Float64Array,
  { gradientNormMax, iterationsMax }: LbfgsSettings,
): Minimum {
  const evaluate = (point: Float64Array): State => {
    const gradient = new Float64Array(point.length);
    return { point, gradient, value: objective(point, gradient) };
  };
  let state = evaluate(Float64Array.from(start));
  const pairs: Pair[] = [];
  for (let iterations = 0; ; iterations++) {
    const gradientNorm = Math.sqrt(dot(state.gradient, state.gradient));
    if (gradientNorm <= gradientNormMax)
      return { point: state.point, value: state.value, gradientNorm, iterations };
    const next =
      iterations < iterationsMax ? lineSearch(evaluate, state, direction(state, pairs)) : null;
    if (next === null) throw notConverged(gradientNorm, gradientNormMax, iterations);
    remember(pairs, state, next);
    state = next;
  }
}

/** The two-loop recursion (Nocedal and Wright, Numerical Optimization, 2006, algorithm 7.4). */
function direction({ gradient }: State, pairs: readonly Pair[]): Float64Array {
  const result = Float64Array.from(gradient, (value) => -value);
  const last = pairs.at(-1);
  if (last === undefined) {
    // Before any curvature is known, a step of length at most one cannot overshoot wildly.
    const norm = Math.sqrt(dot(gradient, gradient));
    return norm > 1 ? result.map((value) => value / norm) : result;
  }
  const factors = new Float64Array(pairs.length);
  for (const [index, pair] of [...pairs.entries()].toReversed()) {
    const factor = dot(pair.step, result) / pair.inner;
    factors[index] = factor;
    addScaled(result, pair.change, -factor);
  }
  const scale = last.inner / dot(last.change, last.change);
  for (let index = 0; index < result.length; index++) result[index] = (result[index] ?? 0) * scale;
  for (const [index, pair] of pairs.entries())
    addScaled(result, pair.step, (factors[index] ?? 0) - dot(pair.change, result) / pair.inner);
  return result;
}

/**
 * Bisection for the weak Wolfe conditions (Lewis and Overton, Mathematical Programming 2013;141:135-163). Where rounding
 * blurs the value, the approximate Wolfe condition of Hager and Zhang (SIAM J. Optim. 2005;16:170-192) replaces Armijo's,
 * which lets the gradient shrink to about the machine's precision.
 */
function lineSearch(
  evaluate: (point: Float64Array) => State,
  from: State,
  way: Float64Array,
): State | null {
  const slope = dot(from.gradient, way);
  let low = 0;
  let high = Number.POSITIVE_INFINITY;
  let length = 1;
  for (let trial = 0; trial < trialsMax; trial++) {
    const point = Float64Array.from(from.point);
    addScaled(point, way, length);
    const next = evaluate(point);
    const nextSlope = dot(next.gradient, way);
    const blurred = Math.abs(next.value - from.value) <= valueNoise * Math.abs(from.value);
    const descends = blurred
      ? nextSlope <= (2 * armijo - 1) * slope
      : next.value <= from.value + armijo * length * slope;
    if (!descends) high = length;
    else if (nextSlope < curvature * slope) low = length;
    else return next;
    length = Number.isFinite(high) ? (low + high) / 2 : 2 * length;
  }
  return null;
}

function remember(pairs: Pair[], from: State, to: State): void {
  const step = to.point.map((value, index) => value - (from.point[index] ?? 0));
  const change = to.gradient.map((value, index) => value - (from.gradient[index] ?? 0));
  const inner = dot(step, change);
  if (inner <= 0) return;
  if (pairs.push({ step, change, inner }) > memory) pairs.shift();
}

function dot(left: Float64Array, right: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < left.length; index++) sum += (left[index] ?? 0) * (right[index] ?? 0);
  return sum;
}

function addScaled(target: Float64Array, source: Float64Array, scale: number): void {
  for (let index = 0; index < target.length; index++)
    target[index] = (target[index] ?? 0) + scale * (source[index] ?? 0);
}

const notConverged = (norm: number, wanted: number, iterations: number) =>
  new InputError('not-converged', {
    found: `The gradient's norm is still ${norm.toExponential(2)} after ${iterations} iterations, ${wanted} was asked for`,
    why: 'Coefficients away from the optimum would depend on where the search began',
    remedy: 'Use a larger L2 penalty, or accept a larger gradient norm',
  });
