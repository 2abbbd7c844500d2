// The recipe of the chest model: pneumonia in paediatric chest radiographs, tested on the authors' own test set.
import { deposits } from '../../data/deposits.ts';
import type { ManifestRow } from '../../data/manifest.ts';
import { drawChest } from '../../phantoms/chest.ts';
import type { ImageRecipe } from '../image-recipe.ts';

/** Neither the authors' test films nor any film of a patient number that occurs among them is learned from. */
function select(rows: readonly ManifestRow[]) {
  const official = new Set(
    rows.filter((row) => row.originalSplit === 'test').map((row) => row.patient),
  );
  const open = rows.filter((row) => !official.has(row.patient));
  return {
    train: open.filter((row) => row.split === 'train'),
    validation: open.filter((row) => row.split === 'val'),
  };
}

export const chestPneumonia: ImageRecipe = {
  name: 'chest-pneumonia',
  data: deposits['chest-pneumonia'],
  title: 'Pneumonia in paediatric chest radiographs',
  label: 'pneumonia',
  expects: 'One frontal (anteroposterior) chest radiograph of a child, the whole film',
  use: 'Reads one frontal chest radiograph of a child and gives the probability that its authors labelled it pneumonia (bacterial or viral), with a class activation map.',
  population:
    'Children of one to five years, one hospital (Guangzhou Women and Children\u2019s Medical Center), anteroposterior films of routine care, labelled by physicians. Nobody else.',
  limits: [
    'One hospital: on the authors\u2019 own test set, which was put together differently, specificity is far lower than on the random split of the same films. Expect another hospital to differ at least as much.',
    'Not for adults, lateral views, other diseases, or films with lines and tubes.',
    'Pictures that are no frontal chest radiographs are refused. The chest of an adult may pass for that of a child: the answer is then worth little.',
    'Full-size films are squashed here with another filter than the copies the model was trained on: of 16 films read both ways, the logits differ by 1.5 (root mean square, mostly towards normal) where logits as such spread by 6.',
    'The class activation map shows what the score came from (7 x 7 cells), not where disease is.',
  ],
  splitRule:
    'patients are disjoint between training, validation and both test sets; no film of the authors\u2019 test set, and no film of a patient number that occurs in it, was used for training or validation',
  transformations: [
    'The films came as copies squashed to 224 x 224 JPEG; byte-identical duplicates had been removed.',
    'Here: decoded to 8-bit grey, squashed to 224 x 224 (triangle filter) where needed, (grey - 127) / 128 in three equal channels: the same code as in serving.',
  ],
  shortcutNote:
    'In this set the shape of a film betrays its class: measured before on 1,566 full-size originals, the width alone reaches AUROC 0.888 and the aspect ratio alone 0.875, and every colour file shows pneumonia. Squashing bakes the aspect ratio into the pixels. Against this, training copies vary crop, aspect, borders and exposure, and everything is converted to grey first; what remains of the shortcut is not known. Width and aspect cannot be measured on the squashed copies. On the headline test set:',
  select,
  tries: [
    {
      recipe: 'Logistic head on the frozen backbone (version 1.0.0)',
      result: 'AUROC 0.970, accuracy 0.866, expected calibration error 0.149',
    },
    {
      recipe:
        'The same weights, probabilities fitted to the validation films as they are, at their own prevalence; the largest Youden index',
      result: 'AUROC 0.986, accuracy 0.918, expected calibration error 0.101',
    },
    {
      recipe:
        'The same weights, probabilities fitted to the films as they are and to varied copies, at a prevalence of 50 %',
      result: 'AUROC 0.986, accuracy 0.939, expected calibration error 0.054',
    },
  ],
  floors: { auroc: 0.95, sensitivity: 0.9, specificity: 0.7 },
  tests: [
    {
      split: 'official',
      title: 'Authors\u2019 test set',
      note: '`--split official`: every film whose original_split is test. Another mixture of films than the training set, hence the honest headline.',
    },
    {
      split: 'test',
      title: 'Own split',
      note: '`--split test`: a patient-disjoint random share of all films. It flatters, because training and test films were collected together.',
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
    epochs: 8,
    batch: 32,
    learningRate: 5e-4,
    headRateFactor: 5,
    weightDecay: 0.02,
    averageDecay: 0.99,
    dropout: 0.3,
    labelSmoothing: 0.1,
    patience: 4,
    augmentation: {
      cutMax: 0.15,
      borderMax: 0.1,
      contrastMax: 1.6,
      brightnessMax: 30,
      gammaMax: 1.6,
      flip: true,
      turnDegreesMax: 12,
      detailMin: 0.3,
    },
    teacher: null,
  },
  calibration: { variedCopies: 3, prevalence: 0.5 },
  threshold: { sensitivityMin: 0.95 },
  coverage: 0.9,
  drawPhantom: (seed, finding) => drawChest(seed, { finding }),
};
