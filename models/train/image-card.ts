// The decision rule of an image model, and its card. Pure.
import type { Backbone } from '../backbone/backbone.ts';
import { deposits } from '../data/deposits.ts';
import { calibrated } from '../evaluate/calibrate.ts';
import { evaluation } from '../evaluate/evaluation.ts';
import { auroc } from '../evaluate/metrics.ts';
import type { AbstentionBand } from '../evaluate/threshold.ts';
import { abstentionBand, youdenThreshold } from '../evaluate/threshold.ts';
import type { Augmentation } from './augment.ts';
import type { CardResult, ModelCard } from './card.ts';
import type { HeadCandidate } from './choose-penalty.ts';
import type { FeatureSets } from './feature-sets.ts';
import { ofVersion } from './features.ts';
import type { ImageRecipe } from './image-recipe.ts';
import { logits } from './logistic.ts';
import type { TrainSettings } from './recipe.ts';
import { commandOf } from './recipe.ts';
import { shortcutBaselines } from './shortcuts.ts';
import { libraryVersions } from './versions.ts';

export interface DecisionRule extends AbstentionBand {
  readonly threshold: number;
}

/** Threshold and abstention band, from the validation films alone. */
export function decisionOf(
  { coverage }: ImageRecipe,
  { validation }: FeatureSets,
  { calibration, validationLogits }: HeadCandidate,
): DecisionRule {
  const probabilities = validationLogits.map((logit) => calibrated(calibration, logit));
  const threshold = youdenThreshold(probabilities, validation.labels);
  const band = abstentionBand(probabilities, validation.labels, { threshold, coverage });
  return { ...band, threshold };
}

interface Outcome {
  readonly settings: TrainSettings;
  readonly sets: FeatureSets;
  readonly head: HeadCandidate;
  readonly decision: DecisionRule;
  readonly backbone: Backbone;
  readonly tableSha256: string;
}

export function imageCard(recipe: ImageRecipe, outcome: Outcome): ModelCard {
  const { settings, sets, head, decision, backbone, tableSha256 } = outcome;
  const { name } = recipe;
  const { attribution, licence, doi } = deposits[name];
  const { threshold, ...band } = decision;
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
    training: trainingLines(recipe, sets, head),
    results: results(recipe, outcome),
    calibration: {
      ...head.calibration,
      how: `Platt scaling on ${sets.validation.labels.length} validation films`,
    },
    threshold: { value: threshold, how: 'the largest Youden index on the validation films' },
    abstention: { ...band, measuredOn: 'the validation films' },
    shortcuts: { note: recipe.shortcutNote, baselines: baselines(sets, head) },
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

function results(recipe: ImageRecipe, { settings, sets, head, decision }: Outcome): CardResult[] {
  const judged = {
    name: recipe.name,
    version: settings.version,
    task: deposits[recipe.name].task,
    calibration: head.calibration,
    threshold: decision.threshold,
  };
  return recipe.tests.flatMap(({ title, note }, index) => {
    const rows = sets.tests[index];
    if (rows === undefined) return [];
    const films = ofVersion(rows, 0);
    const scored = { ...films, logits: logits(head.model, films.features) };
    return [{ title, note, evaluation: evaluation(judged, scored) }];
  });
}

function baselines({ train, tests }: FeatureSets, { model }: HeadCandidate) {
  const [headline] = tests;
  if (headline === undefined) return [];
  const varied = ofVersion(headline, 1);
  return [
    ...shortcutBaselines(train, headline),
    {
      title: 'The model itself, each film once cropped, stretched and re-exposed at random',
      auroc: auroc(logits(model, varied.features), varied.labels),
    },
  ];
}

function trainingLines(
  recipe: ImageRecipe,
  { train, validation }: FeatureSets,
  head: HeadCandidate,
) {
  const images = train.shortcuts.meanGrey.length;
  const patients = new Set(train.patients).size;
  const positives = train.labels.reduce((sum, label) => sum + label, 0) / (1 + recipe.copies);
  return [
    `${images} films of ${patients} patients (${positives} with ${recipe.label}), each as it is and in ${recipe.copies} varied copies; ${validation.labels.length} validation films of ${new Set(validation.patients).size} patients`,
    `Varied: ${variation(recipe.augmentation)}`,
    `Frozen backbone; logistic regression on its 1,280 features, both classes weighing the same, L2 penalty ${head.l2} chosen among ${recipe.penalties.join(', ')} by validation log loss; L-BFGS to a gradient norm of ${head.model.gradientNorm.toExponential(1)}`,
  ];
}

function variation(settings: Augmentation): string {
  const { cutMax, borderMax, contrastMax, gammaMax, brightnessMax, flip, detailMin } = settings;
  return [
    `each edge cut by up to ${100 * cutMax} % or widened by up to ${100 * borderMax} % black`,
    `contrast by a factor of up to ${contrastMax}`,
    `gamma up to ${gammaMax}`,
    `brightness by up to ${brightnessMax} grey levels`,
    ...(flip ? ['half of them mirrored'] : []),
    ...(detailMin < 1
      ? [`half of them softened as if shrunk to as little as ${100 * detailMin} %`]
      : []),
  ].join(', ');
}
