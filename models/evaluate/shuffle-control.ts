// The label-shuffle control: a head refitted on shuffled labels must recognise nothing, or the harness leaks. Pure.
import type { ShortcutFigure } from '../../fleet/card.ts';
import { heldOutLogits } from '../train/cross-validate.ts';
import { fitLogistic, logits } from '../train/logistic.ts';
import type { Settings } from './group-figure.ts';
import { aurocFigure } from './group-figure.ts';
import { seededRandom, shuffled } from './seeded-random.ts';

export interface FeatureSamples {
  readonly features: Float32Array;
  readonly columns: number;
  readonly labels: Uint8Array;
  readonly patients: readonly string[];
}

const folds = 5;
/** Of each class: with fewer, a fold's fit may see one class only, and 0.5 says nothing. */
const patientsMin = 20;
const fitSettings = { l2: 0.1, balanced: true, gradientNormMax: 1e-3, iterationsMax: 200 };

/**
 * The head refitted on the model's own features, patients apart: with the true labels, and with the labels shuffled.
 * Nothing of sets that are too small for it.
 */
export function shuffleControl(
  samples: FeatureSamples,
  settings: Settings,
): readonly ShortcutFigure[] {
  const few = [0, 1].some((label) => patientsOf(samples, label) < patientsMin);
  if (few) return [];
  const order = shuffled(samples.labels.length, seededRandom(settings.seed));
  const wrong = samples.labels.map((_, row) => samples.labels[order[row] ?? 0] ?? 0);
  return [
    {
      title: `Control: the head refitted on this set's true labels (${folds}-fold, patients apart)`,
      auroc: refitted(samples, settings),
    },
    {
      title: 'Control: the same with shuffled labels (0.5 is expected)',
      auroc: refitted({ ...samples, labels: wrong }, settings),
    },
  ];
}

const patientsOf = ({ labels, patients }: FeatureSamples, label: number) =>
  new Set(patients.filter((_, row) => labels[row] === label)).size;

function refitted(samples: FeatureSamples, settings: Settings) {
  const { labels, patients } = samples;
  const probabilities = heldOutLogits(samples, {
    fold: patientFolds(patients, settings.seed),
    folds,
    fit: (part) => fitLogistic(part, fitSettings),
    logits: (model, part) => logits(model, part.features),
  });
  return aurocFigure({ probabilities, labels, patients }, settings);
}

/** The fold of each row; all rows of a patient are in one. */
function patientFolds(patients: readonly string[], seed: number): Int32Array {
  const names = [...new Set(patients)];
  const order = shuffled(names.length, seededRandom(seed + 1));
  const foldOf = new Map(names.map((name, index) => [name, (order[index] ?? 0) % folds]));
  return Int32Array.from(patients, (patient) => foldOf.get(patient) ?? 0);
}
