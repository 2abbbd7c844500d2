import { expect, test } from '@jest/globals';
import { evaluationReport } from '../../../models/evaluate/report.ts';
import type { ModelCard } from '../../../models/train/card.ts';
import { renderModelPage } from '../../../models/train/model-page.ts';

const model = {
  name: 'knee-osteoarthritis',
  version: '1.2.3',
  task: 't',
  calibration: { slope: 1, intercept: 0 },
  threshold: 0.5,
  unsure: { low: 0.4, high: 0.6 },
};
const rows = 24;
const report = evaluationReport(
  model,
  {
    logits: Float64Array.from({ length: rows }, (_, row) => row - 10.5),
    labels: Uint8Array.from({ length: rows }, (_, row) => (row < 12 ? 0 : 1)),
    patients: Array.from({ length: rows }, (_, row) => `p${row}`),
    divisions: [
      {
        by: 'sublabel',
        groups: Array.from({ length: rows }, (_, row) => (row === 0 ? 'rare' : 'usual')),
      },
    ],
  },
  { resamples: 100 },
);
const card: ModelCard = {
  name: 'knee-osteoarthritis',
  version: '1.2.3',
  title: 'A model',
  use: 'Reads something.',
  population: 'Some people.',
  limits: ['Not for others.'],
  data: { attribution: 'Somebody (2018)', licence: 'CC-BY-4.0', doi: '10.1/x', tableSha256: 'ab' },
  splitRule: 'by patient',
  transformations: [],
  training: [],
  results: [{ title: 'Hard set', note: 'hard', evaluation: report }],
  calibration: { slope: 1, intercept: 0, how: 'Platt' },
  threshold: { value: 0.5, how: 'Youden' },
  abstention: { low: 0.4, high: 0.6, coverage: 0.9, errorRate: 0.1, measuredOn: 'validation' },
  shortcuts: { baselines: [], note: 'None.' },
  tries: [{ recipe: 'Twice the penalty', result: 'AUROC 0.5' }],
  backbone: null,
  made: { command: 'evenkeel train x', date: '2026-11-21', seed: 1, libraries: {} },
};
const shortcuts = {
  baselines: [{ title: 'Width alone', auroc: { value: 0.75, low: 0.5, high: 1 } }],
  notes: ['A note.'],
};
const skew = {
  films: 3,
  meanLogitDifference: 0.25,
  rootMeanSquare: 1.5,
  largest: 2,
  decisionsChanged: 1,
  aurocOriginals: null,
  aurocCopies: null,
};
const page = renderModelPage(
  {
    card,
    sets: [
      { title: 'Hard set', command: 'm --split test', report: { ...report, shortcuts, skew } },
    ],
  },
  [[{ path: 'figures/1-roc.svg', title: 'ROC' }]],
);

test('a page says population, limits, attribution, tries, and how each figure is repeated', () => {
  for (const words of [
    'not a medical device',
    'Some people.',
    'Not for others.',
    'Somebody (2018)',
    'Twice the penalty: AUROC 0.5',
    'evenkeel evaluate m --split test',
    '![ROC](figures/1-roc.svg)',
    '| Width alone | 0.750 [0.500, 1.000] |',
    '1 decisions change',
  ])
    expect(page).toContain(words);
});

test('a part too small for an interval is shown with its number and without one', () => {
  expect(page).toMatch(/\| sublabel: rare \| 1 \/ 1 \| 1\.000 \(too few for an interval\)/);
});

test('what others report is quoted with its source, and not claimed', () => {
  expect(page).toContain('Tiulpin et al., Scientific Reports 2018');
  expect(page).toContain('nothing here was run by us');
});
