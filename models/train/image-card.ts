// The card of an image model. Pure.
import type { Backbone } from '../backbone/backbone.ts';
import type { GradeScale } from '../bundle/manifest.ts';
import { evaluation } from '../evaluate/evaluation.ts';
import { gradeOf } from '../evaluate/grades.ts';
import { auroc } from '../evaluate/metrics.ts';
import { answeredByStudy } from '../evaluate/studies.ts';
import type { Augmentation } from './augment.ts';
import type { CardResult, ModelCard } from './card.ts';
import type { Decision } from './decide.ts';
import { gateFeaturesText } from '../known/gate-graph.ts';
import type { FineTuned, TeacherSettings } from './fine-tune/job.ts';
import type { ImageRecipe, Questions } from './image-recipe.ts';
import type { ReadRows } from './read-rows.ts';
import type { TrainSettings } from './recipe.ts';
import { commandOf } from './recipe.ts';
import type { ReadSets } from './row-sets.ts';
import { shortcutBaselines } from './shortcuts.ts';
import { libraryVersions } from './versions.ts';

interface Outcome {
  readonly settings: TrainSettings;
  /** The name and version whose weights the training began with. */
  readonly continuedFrom: string | null;
  readonly sets: ReadSets;
  readonly tuned: FineTuned;
  readonly decision: Decision;
  readonly gate: { readonly films: number; readonly others: number; readonly validation: number };
  readonly backbone: Backbone;
  readonly tableSha256: string;
}

export function imageCard(recipe: ImageRecipe, outcome: Outcome): ModelCard {
  const { settings, sets, decision, backbone, tableSha256 } = outcome;
  const { name } = recipe;
  const { attribution, licence, doi } = recipe.data;
  const { threshold, band, calibration } = decision;
  return {
    name,
    version: settings.version,
    title: recipe.title,
    use: recipe.use,
    population: recipe.population,
    limits: recipe.limits,
    data: { attribution, licence, doi, tableSha256 },
    splitRule: recipe.splitRule,
    transformations: recipe.transformations,
    training: trainingLines(recipe, outcome),
    results: results(recipe, outcome),
    gate: {
      looksAt: gateFeaturesText,
      films: outcome.gate.films,
      others: outcome.gate.others,
      validation: outcome.gate.validation,
      refused: sets.tests.map(({ refused }) => refused),
      unfamiliar: sets.tests.map(({ unfamiliar }) => unfamiliar),
    },
    calibration: {
      ...calibration,
      how: calibrationText(recipe, sets),
    },
    threshold: { value: threshold, how: thresholdText(recipe) },
    abstention: { ...band, measuredOn: 'the validation films' },
    shortcuts: { note: recipe.shortcutNote, baselines: baselines(sets) },
    tries: recipe.tries,
    backbone: {
      name: backbone.record.name,
      licence: backbone.record.licence,
      sha256: backbone.record.sha256,
      origin: backbone.record.provenance['origin'] ?? 'see models/backbone',
    },
    made: {
      command: commandOf(name, settings),
      date: settings.date,
      seed: settings.seed,
      libraries: libraryVersions(),
    },
  };
}

function results(recipe: ImageRecipe, { settings, sets, decision }: Outcome): CardResult[] {
  const { calibration, threshold, band, grades: scale } = decision;
  const judged = {
    name: recipe.name,
    version: settings.version,
    task: recipe.data.task,
    calibration,
    threshold,
    unsure: { low: band.low, high: band.high },
  };
  return recipe.tests.flatMap(({ title, note }, index) => {
    const read = sets.tests[index];
    if (read === undefined) return [];
    const { rows, labels, patients, logits } = read;
    const graded = scale && { grades: gradedRows(recipe.questions, read, scale) };
    const views = { labels, patients, logits };
    const studies = rows.map(({ study }) => study);
    const answered = studies.every((study) => study === '')
      ? { ...views, ...graded }
      : answeredByStudy({ ...views, studies, divisions: [] }, calibration);
    return [{ title, note, evaluation: evaluation(judged, answered) }];
  });
}

/** What the model grades each film, beside the readers' grade. */
function gradedRows({ answers, count }: Questions, read: ReadRows, { names, cuts }: GradeScale) {
  const { rows, grades } = read;
  return {
    names,
    predicted: Uint8Array.from(rows, (_, row) =>
      gradeOf(grades.subarray(row * count, (row + 1) * count), cuts),
    ),
    actual: Uint8Array.from(rows, (row) => answers(row).filter(Boolean).length),
  };
}

function baselines({ train, tests, variedHeadline }: ReadSets) {
  const [headline] = tests;
  if (headline === undefined) return [];
  return [
    ...shortcutBaselines(train, headline),
    {
      title: 'The model itself, each film once cropped, stretched and re-exposed at random',
      auroc: auroc(variedHeadline.logits, variedHeadline.labels),
    },
  ];
}

function calibrationText({ calibration }: ImageRecipe, { validation }: ReadSets): string {
  const { variedCopies, prevalence } = calibration;
  const films = `Platt scaling on ${validation.labels.length} validation films`;
  const copies = variedCopies === 0 ? '' : `, each in ${variedCopies} varied copies`;
  const stated = prevalence === null ? '' : `, stated for a prevalence of ${100 * prevalence} %`;
  return `${films}${copies}${stated}`;
}

const thresholdText = ({ threshold: { sensitivityMin } }: ImageRecipe): string =>
  sensitivityMin === null
    ? 'the largest Youden index on the validation films'
    : `the largest at which ${100 * sensitivityMin} % of the sick validation films are found`;

function trainingLines(
  { label, questions, fineTuning }: ImageRecipe,
  { continuedFrom, sets: { train, validation }, tuned: { epochs, best, backend } }: Outcome,
) {
  const positives = train.labels.reduce((sum, value) => sum + value, 0);
  const { cut, batch, learningRate, headRateFactor, weightDecay, averageDecay, dropout, teacher } =
    fineTuning;
  return [
    `${train.labels.length} films of ${new Set(train.patients).size} patients (${positives} with ${label}); ${validation.labels.length} validation films of ${new Set(validation.patients).size} patients`,
    `Varied anew in every epoch: ${variation(fineTuning.augmentation)}`,
    `EfficientNet-Lite0 with its batch normalisations folded into the convolutions; ${cut === null ? 'all weights' : `the weights behind ${cut}`} and a head of ${questions.count} logit${questions.count === 1 ? '' : 's'} learnt with AdamW: batches of ${batch}, rate ${learningRate} (head ${headRateFactor} times that) on a half cosine after a warm-up, decay ${weightDecay}, dropout ${dropout} before the head${questions.balanced ? ', both classes weighing the same' : ''}; gradients by TensorFlow.js (${backend})`,
    ...(continuedFrom === null ? [] : [continuedText(continuedFrom)]),
    ...(teacher === null ? [] : [teacherText(teacher)]),
    `Exponential mean of the weights (${averageDecay}); of ${epochs.length} epochs the one with the least validation loss was kept: number ${best.number}, loss ${best.validationLoss.toFixed(4)}, AUROC ${best.validationAuroc.toFixed(4)}`,
  ];
}

const continuedText = (version: string): string =>
  `Began with what ${version} had learnt, backbone and head, and not with the backbone\u2019s own weights`;

const teacherText = ({ version, share }: TeacherSettings): string =>
  `Taught by version ${version}: ${100 * share} % of each answer that is learnt is what that version says of the film and its mirror image (mean of both logits), the rest what the readers said`;

function variation(settings: Augmentation): string {
  const { cutMax, borderMax, contrastMax, gammaMax, brightnessMax } = settings;
  const { flip, turnDegreesMax, detailMin } = settings;
  return [
    `each edge cut by up to ${100 * cutMax} % or widened by up to ${100 * borderMax} % black`,
    `contrast by a factor of up to ${contrastMax}`,
    `gamma up to ${gammaMax}`,
    `brightness by up to ${brightnessMax} grey levels`,
    ...(flip ? ['half of them mirrored'] : []),
    ...(turnDegreesMax > 0 ? [`turned by up to ${turnDegreesMax} degrees`] : []),
    ...(detailMin < 1
      ? [`half of them softened as if shrunk to as little as ${100 * detailMin} %`]
      : []),
  ].join(', ');
}
