// Pool-based active learning, played through on films whose labels are known but shown only when asked for. Pure.
import { calibrated } from '../evaluate/calibrate.ts';
import { auroc } from '../evaluate/metrics.ts';
import { seededRandom, shuffled } from '../evaluate/seeded-random.ts';
import type { HeadCandidate } from '../train/choose-penalty.ts';
import { choosePenalty } from '../train/choose-penalty.ts';
import { logits } from '../train/logistic.ts';
import type { LabelledFeatures } from './feature-rows.ts';
import { pickRows, rowsOf } from './feature-rows.ts';
import { mostUncertain, mostUncertainAndDifferent } from './uncertainty.ts';

export const strategies = ['random', 'uncertain', 'uncertain-and-different'] as const;
export type Strategy = (typeof strategies)[number];

export interface LearningSets {
  /** Whose labels are asked for. */
  readonly pool: LabelledFeatures;
  /** Chooses penalty and calibration, as in a refit. */
  readonly validation: LabelledFeatures;
  readonly test: LabelledFeatures;
}

export interface LearningSettings {
  readonly seed: number;
  readonly strategy: Strategy;
  /** Drawn at random; all of their films are labelled at the start, the same for every strategy of a seed. */
  readonly patientsAtStart: number;
  readonly filmsPerRound: number;
  /** No round begins that would label more. */
  readonly filmsMax: number;
  readonly penalties: readonly number[];
}

export interface LearningRound {
  readonly films: number;
  /** On the test films. */
  readonly auroc: number;
  readonly l2: number;
}

/** The rounds one by one, so that a caller can tell how far it is. */
export function* simulateLearning(
  sets: LearningSets,
  settings: LearningSettings,
): Generator<LearningRound> {
  const { pool, validation, test } = sets;
  const random = seededRandom(settings.seed);
  const labelled = firstFilms(pool, settings.patientsAtStart, random);
  for (;;) {
    const head = choosePenalty(pickRows(pool, labelled), validation, { grid: settings.penalties });
    const scores = logits(head.model, test.features);
    yield { films: labelled.length, auroc: auroc(scores, test.labels), l2: head.l2 };
    if (labelled.length + settings.filmsPerRound > settings.filmsMax) return;
    labelled.push(...askedNext(pool, { labelled, head, settings, random }));
  }
}

function firstFilms(pool: LabelledFeatures, patients: number, random: () => number): number[] {
  const all = [...new Set(pool.patients)];
  const drawn = new Set(
    Array.from(shuffled(all.length, random).subarray(0, patients), (at) => all[at]),
  );
  return [...pool.patients.keys()].filter((row) => drawn.has(pool.patients[row]));
}

interface Round {
  readonly labelled: readonly number[];
  readonly head: HeadCandidate;
  readonly settings: LearningSettings;
  readonly random: () => number;
}

/** Rows of the pool. */
function askedNext(pool: LabelledFeatures, round: Round): readonly number[] {
  const known = new Set(round.labelled);
  const open = [...pool.patients.keys()].filter((row) => !known.has(row));
  return picked(pool, open, round).map((at) => open[at] ?? 0);
}

/** Places in `open`. */
function picked(
  pool: LabelledFeatures,
  open: readonly number[],
  { labelled, head, settings, random }: Round,
): readonly number[] {
  const { strategy, filmsPerRound } = settings;
  if (strategy === 'random') return [...shuffled(open.length, random).subarray(0, filmsPerRound)];
  const features = rowsOf(pool, open);
  const probabilities = logits(head.model, features).map((z) => calibrated(head.calibration, z));
  if (strategy === 'uncertain') return mostUncertain(probabilities, filmsPerRound);
  const labelledFeatures = rowsOf(pool, labelled);
  const askable = { probabilities, features, columns: pool.columns, labelledFeatures };
  return mostUncertainAndDifferent(askable, filmsPerRound);
}
