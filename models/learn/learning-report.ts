// What a simulation of active learning says: means over seeds, intervals, and whether asking gains over drawing by lot. Pure.
import type { LearningRound, Strategy } from './simulate-learning.ts';

export interface LearningRun {
  readonly strategy: Strategy;
  readonly seed: number;
  readonly rounds: readonly LearningRound[];
}

export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface CurvePoint {
  readonly strategy: Strategy;
  /** Labelled films, the mean over seeds. */
  readonly films: number;
  readonly auroc: Interval;
}

export interface Comparison {
  readonly strategy: Strategy;
  /** AUROC above that of the same seed by lot, mean over all rounds after the common start. */
  readonly gain: Interval;
  /** Fewest films with which its mean curve reaches where lots end, or null when it does not. */
  readonly filmsToMatch: number | null;
}

export interface LearningReport {
  readonly curves: readonly CurvePoint[];
  readonly comparisons: readonly Comparison[];
  readonly says: string;
}

export function learningReport(runs: readonly LearningRun[]): LearningReport {
  const strategies = [...new Set(runs.map(({ strategy }) => strategy))];
  const curves = strategies.flatMap((strategy) => curveOf(runs, strategy));
  const comparisons = strategies
    .filter((strategy) => strategy !== 'random')
    .map((strategy) => comparisonOf(runs, curves, strategy));
  return { curves, comparisons, says: comparisons.map(sentence).join(' ') };
}

function curveOf(runs: readonly LearningRun[], strategy: Strategy): readonly CurvePoint[] {
  const mine = runs.filter((run) => run.strategy === strategy);
  const rounds = Math.min(...mine.map((run) => run.rounds.length));
  return Array.from({ length: rounds }, (_, round) => ({
    strategy,
    films: mean(mine.map((run) => run.rounds[round]?.films ?? Number.NaN)),
    auroc: interval(mine.map((run) => run.rounds[round]?.auroc ?? Number.NaN)),
  }));
}

function comparisonOf(
  runs: readonly LearningRun[],
  curves: readonly CurvePoint[],
  strategy: Strategy,
): Comparison {
  const gains = runs
    .filter((run) => run.strategy === strategy)
    .flatMap((run) => {
      const byLot = runs.find((other) => other.strategy === 'random' && other.seed === run.seed);
      return byLot === undefined ? [] : [meanGain(run, byLot)];
    });
  const goal = curves.findLast((point) => point.strategy === 'random')?.auroc.value ?? Number.NaN;
  const first = curves.find((point) => point.strategy === strategy && point.auroc.value >= goal);
  return { strategy, gain: interval(gains), filmsToMatch: first?.films ?? null };
}

/** The first round is the same for both. */
function meanGain(run: LearningRun, byLot: LearningRun): number {
  const shared = Math.min(run.rounds.length, byLot.rounds.length);
  const differences = Array.from(
    { length: shared - 1 },
    (_, at) => (run.rounds[at + 1]?.auroc ?? 0) - (byLot.rounds[at + 1]?.auroc ?? 0),
  );
  return mean(differences);
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Student's t, 97.5 %, by degrees of freedom from 1 on. */
const tQuantiles = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262] as const;
export const seedsMax = tQuantiles.length + 1;

/** Mean and 95 % t interval over seeds. It speaks for other draws of the start and the order, not for other patients. */
export function interval(values: readonly number[]): Interval {
  const value = mean(values);
  const t = tQuantiles[values.length - 2];
  if (t === undefined) throw new Error(`${values.length} seeds give no interval`);
  const variance = values.reduce((sum, one) => sum + (one - value) ** 2, 0) / (values.length - 1);
  const half = t * Math.sqrt(variance / values.length);
  return { value, low: value - half, high: value + half };
}

export const strategyNames: Readonly<
  Record<Strategy, { readonly short: string; readonly long: string }>
> = {
  random: { short: 'by lot', long: 'Drawing by lot' },
  uncertain: { short: 'most uncertain', long: 'Asking about the most uncertain films' },
  'uncertain-and-different': {
    short: 'uncertain and different',
    long: 'Asking about uncertain films that differ from each other',
  },
};

function sentence({ strategy, gain, filmsToMatch }: Comparison): string {
  const figure = `${signed(gain.value)} AUROC on average over the rounds [${signed(gain.low)}, ${signed(gain.high)}]`;
  if (gain.high < 0)
    return `${strategyNames[strategy].long} loses against drawing by lot: ${figure}.`;
  if (gain.low <= 0)
    return `${strategyNames[strategy].long} shows no gain over drawing by lot: ${figure}, an interval that holds zero.`;
  const saving =
    filmsToMatch === null
      ? 'it never reaches where lots end'
      : `it reaches with ${Math.round(filmsToMatch)} films what lots reach with all of theirs`;
  return `${strategyNames[strategy].long} gains over drawing by lot: ${figure}; ${saving}.`;
}

const signed = (value: number) => `${value < 0 ? '\u2212' : '+'}${Math.abs(value).toFixed(4)}`;
