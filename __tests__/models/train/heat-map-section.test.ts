// What the page of a model says of its heat map, for each outcome of the check.
import { expect, test } from '@jest/globals';
import { heatMapSection } from '../../../models/train/heat-map-section.ts';

const better = { value: 0.9, low: 0.8, high: 0.95 };
const equal = { value: 0.5, low: 0.4, high: 0.6 };
const worse = { value: 0.2, low: 0.1, high: 0.3 };
const none = { value: 0.001, low: -0.004, high: 0.006 };
const some = { value: 0.05, low: 0.03, high: 0.07 };

const curveTo = (blurred: number) => [
  { share: 0, map: 0.875, random: 0.875 },
  { share: 1, map: blurred, random: blurred },
];

const section = (
  deletion = better,
  insertion = better,
  lost: { value: number; low: number | null; high: number | null } = none,
  blurred = 0.125,
) =>
  heatMapSection({
    films: 100,
    seed: 7,
    deletion: { map: 0.25, random: 0.5, better: deletion, curve: curveTo(blurred) },
    insertion: { map: 0.75, random: 0.625, better: insertion, curve: [] },
    border: {
      share: 0.1,
      auroc: { value: 0.95, low: 0.9, high: 0.99 },
      withoutBorder: { value: 0.9, low: 0.85, high: 0.94 },
      lost,
    },
  });

test('the figures are there, with how many films and which seed', () => {
  const text = section();
  expect(text).toContain('100 films with the finding, one a patient, drawn with seed 7');
  expect(text).toContain('| Deletion | 0.250 | 0.500 | 0.900 [0.800, 0.950] |');
  expect(text).toContain('| Insertion | 0.750 | 0.625 | 0.900 [0.800, 0.950] |');
  expect(text).toContain('0.875 on the whole films and 0.125 with every cell blurred');
  expect(text).toContain('AUROC 0.900 [0.850, 0.940] instead of 0.950 [0.900, 0.990]');
});

test.each([
  ['better by both', better, better, 'The map shows what the score came from, better than'],
  ['no better by either', equal, equal, 'order is no better than a random one'],
  ['worse by one and no better by the other', worse, equal, 'order is no better than a random one'],
  ['worse by both', worse, worse, 'order is worse than a random one'],
  ['better by deletion only', better, equal, 'by deletion its order is better than a random one'],
  ['better by insertion only', worse, better, 'by deletion it is worse'],
])('an order that is %s is called so', (_, deletion, insertion, words) => {
  expect(section(deletion, insertion)).toContain(words);
});

test('a map that is no better than chance is never said to show what the score came from', () => {
  for (const [deletion, insertion] of [
    [equal, equal],
    [worse, equal],
    [worse, worse],
  ]) {
    const text = section(deletion, insertion);
    expect(text).toContain('does not show what the score came from');
    expect(text).not.toContain('map shows');
  }
});

test.each([
  ['a loss beyond chance', some, 'more than chance'],
  ['no loss that can be told', none, 'No loss can be told from chance'],
  ['a gain beyond chance', { value: -0.05, low: -0.07, high: -0.03 }, 'better without the border'],
  ['rows too few', { value: 0.05, low: null, high: null }, 'too few to say more'],
])('%s is called so', (_, lost, words) => {
  const text = section(better, better, lost);
  expect(text).toContain(words);
  expect(text).toContain('complement of the short cut above');
});

test('where blurred films score no lower than whole ones, no order is said to show anything', () => {
  const text = section(better, better, none, 0.95);
  expect(text).toContain('This check does not show that the map is right');
  expect(text).toContain('0.875 on the whole films and 0.950 with every cell blurred');
  expect(text).not.toContain('map shows');
});
