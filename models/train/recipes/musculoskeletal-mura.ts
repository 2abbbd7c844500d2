// The recipe for people who hold MURA's research agreement: is anything abnormal in this study of an upper limb?
import type { ManifestRow } from '../../data/manifest.ts';
import { muraTask } from '../../data/mura.ts';
import type { ImageRecipe } from '../image-recipe.ts';
import { kneePhantom } from './knee-osteoarthritis.ts';

const select = (rows: readonly ManifestRow[]) => ({
  train: rows.filter((row) => row.split === 'train'),
  validation: rows.filter((row) => row.split === 'val'),
});

export const musculoskeletalMura: ImageRecipe = {
  name: 'musculoskeletal-mura',
  title: 'Abnormality in radiographs of the upper limb',
  label: 'abnormality',
  data: {
    task: muraTask,
    doi: null,
    licence:
      'Stanford University School of Medicine MURA Dataset Research Use Agreement: not to be passed on',
    attribution:
      'Rajpurkar, Pranav; Irvin, Jeremy; et al. (2018), "MURA: Large Dataset for Abnormality Detection in Musculoskeletal Radiographs", arXiv:1712.06957',
  },
  expects:
    'One view of an elbow, finger, forearm, hand, humerus, shoulder or wrist; the answer of a study is the mean of its views',
  use: 'Reads the views of one study of the upper limb and gives the probability that its radiologist called it abnormal, with a class activation map of each view.',
  population:
    'Patients of one hospital (Stanford), 2001 to 2012, seven regions of the upper limb. Nobody else.',
  limits: [
    'No weights are shipped: the set may not be passed on, and neither was this recipe ever run on it. It was tested on made-up films in its layout.',
    '"Abnormal" is everything from a fracture to hardware and degeneration; the model does not say which.',
    'The class activation map shows what the score came from (7 x 7 cells), not where disease is.',
  ],
  splitRule:
    'the authors\u2019 validation set is the test set; a tenth of the training patients, by a hash of their number, chooses epoch, threshold and calibration',
  transformations: [
    'Decoded to 8-bit grey, squashed to 224 x 224 (triangle filter), (grey - 127) / 128 in three equal channels: the same code as in serving.',
  ],
  shortcutNote:
    'Hardware, casts and markers may betray the label. Facts about the file alone, on the test set, view by view:',
  select,
  tries: [],
  floors: { auroc: 0.85, sensitivity: 0.7, specificity: 0.7 },
  tests: [
    {
      split: 'test',
      title: 'Authors\u2019 validation set',
      note: '`--split test`: the set that the authors published for validation. Their test set is not public.',
    },
  ],
  questions: {
    count: 1,
    headline: 0,
    answers: ({ label }) => [label],
    balanced: true,
  },
  fineTuning: {
    cut: 'block7.sum',
    epochs: 12,
    batch: 32,
    learningRate: 5e-4,
    headRateFactor: 5,
    weightDecay: 0.02,
    averageDecay: 0.999,
    dropout: 0.3,
    labelSmoothing: 0,
    patience: 4,
    augmentation: {
      cutMax: 0.12,
      borderMax: 0.1,
      contrastMax: 1.4,
      brightnessMax: 25,
      gammaMax: 1.4,
      flip: true,
      turnDegreesMax: 30,
      detailMin: 0.5,
    },
    teacher: null,
  },
  calibration: { variedCopies: 0, prevalence: null },
  threshold: { sensitivityMin: null },
  coverage: 0.8,
  drawPhantom: kneePhantom,
};
