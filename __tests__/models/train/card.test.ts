import { expect, test } from '@jest/globals';
import type { Evaluation } from '../../../fleet/card.ts';
import type { ModelCard } from '../../../models/train/card.ts';
import { renderCard } from '../../../models/train/card.ts';

const figure = (value: number) => ({ value, low: value - 0.01, high: value + 0.01 });
const measured = (auroc: number): Evaluation => ({
  model: 'm',
  version: '1.2.3',
  task: 't',
  n: 40,
  patients: 20,
  threshold: 0.4,
  auroc: figure(auroc),
  accuracy: figure(0.9),
  sensitivity: figure(0.8),
  specificity: figure(0.7),
  ece: 0.05,
});
const card: ModelCard = {
  name: 'm',
  version: '1.2.3',
  title: 'A model',
  use: 'Reads something.',
  population: 'Somebody.',
  limits: ['One limit.'],
  data: { attribution: 'A. Author (2018)', licence: 'CC-BY-4.0', doi: '10.1/x', tableSha256: 'ab' },
  splitRule: 'by patient',
  transformations: ['Made grey.'],
  training: ['Trained.'],
  results: [
    { title: 'Hard', note: 'the hard one', evaluation: measured(0.91) },
    { title: 'Easy', note: 'the easy one', evaluation: measured(0.99) },
  ],
  calibration: { slope: 1.5, intercept: -0.25, how: 'Platt' },
  threshold: { value: 0.4, how: 'Youden' },
  abstention: { low: 0.3, high: 0.5, coverage: 0.9, errorRate: 0.02, measuredOn: 'validation' },
  shortcuts: { note: 'Beware.', baselines: [{ title: 'Width alone', auroc: 0.888 }] },
  backbone: { name: 'net', licence: 'Apache-2.0', sha256: 'cd', origin: 'somewhere' },
  made: {
    command: 'evenkeel train m',
    date: '2026-11-21',
    seed: 1,
    libraries: { node: '20.20.2' },
  },
};

test('a card puts the headline first and in bold, each figure with its interval', () => {
  const text = renderCard(card);
  expect(text).toContain('| | **Hard** | Easy |');
  expect(text).toContain('| AUROC | 0.910 [0.900, 0.920] | 0.990 [0.980, 1.000] |');
  expect(text).toContain('| Rows / patients | 40 / 20 | 40 / 20 |');
});

test.each([
  'not a medical device',
  'https://doi.org/10.1/x',
  'A. Author (2018)',
  'Licence CC-BY-4.0 (https://creativecommons.org/licenses/by/4.0/)',
  'by patient',
  'Made grey.',
  'Somebody.',
  '- One limit.',
  'Threshold 0.400: Youden',
  '1.5000 x logit + -0.2500',
  'Between 0.300 and 0.500 the model abstains',
  '90.0 % of the rows, 2.0 % of these wrongly',
  'Width alone: AUROC 0.888',
  'Backbone net, licence Apache-2.0, SHA-256 `cd`',
  '`evenkeel train m` on 2026-11-21, seed 1; node 20.20.2',
])('a card states %p', (fact) => {
  expect(renderCard(card)).toContain(fact);
});

test('a model without backbone or shortcuts has neither line', () => {
  const text = renderCard({ ...card, backbone: null, shortcuts: { note: 'None.', baselines: [] } });
  expect(text).not.toContain('Backbone');
  expect(text).toContain('## Shortcuts\n\nNone.\n\n## Data');
});
