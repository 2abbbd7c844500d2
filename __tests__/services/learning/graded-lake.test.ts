// Grades on their way from what readers said to the rows that a refit learns from.
import { expect, test } from '@jest/globals';
import { resolveEngine } from '../../../models/engine/resolve-engine.ts';
import { memoryObjectStore } from '../../../services/adapters/memory-object-store.ts';
import { giveFeedback } from '../../../services/learning/feedback.ts';
import type { Said } from '../../../services/learning/shown-by.ts';
import { labelledFeatures } from '../../../services/learning/labelled-features.ts';
import { lakeFilms } from '../../../services/learning/lake-films.ts';
import { contribute } from '../../../services/learning/lake.ts';
import { withFolder } from '../../support/bundles.ts';
import { writeGradingBundle } from '../../support/grading-bundle.ts';

const kl = (grade: number) => `KL ${grade}`;
const model = 'test-grades';

/** A film for each list of opinions, read by the grading bundle's version and given for research. */
async function lakeOf(films: readonly (readonly Said[])[], names = [0, 1, 2, 3, 4].map(kl)) {
  const store = memoryObjectStore(() => 0);
  const options = { store, nowMs: () => 0, daysMax: 30, filmsMax: 100 };
  for (const [at, opinions] of films.entries()) {
    const study = String(at).padStart(64, '0');
    await contribute(options, {
      film: Uint8Array.of(at),
      reading: {
        study,
        model,
        version: '0.1.0',
        label: 'finding',
        logit: 0,
        probability: 0.5,
        decision: 'unsure',
        grade: { name: names[1] ?? '', names, findingFrom: 2 },
        features: Float32Array.of(at, 1),
      },
    });
    for (const said of opinions) await giveFeedback(options, study, said);
  }
  return store;
}

/** [label, grade] by the film's place in the list. */
async function learnedFrom(store: Awaited<ReturnType<typeof lakeOf>>) {
  return withFolder(async (folder) => {
    const incumbent = await writeGradingBundle(folder);
    const films = await lakeFilms(store, { model, votesMin: 1, filmsMax: 100 });
    const engine = await resolveEngine('onnx');
    const { features, labels, grades } = await labelledFeatures(films, {
      store,
      incumbent,
      engine,
    });
    const rows = grades.map(
      (grade, row) => [features[2 * row] ?? -1, [labels[row], grade]] as const,
    );
    return rows.toSorted(([a], [b]) => a - b).map(([, row]) => row);
  });
}

test('a film has the label and the grade that most of its readers give it', async () => {
  const grade = (number: number): Said => ({ opinion: 'relabel', grade: kl(number) });
  const store = await lakeOf([
    [grade(4)],
    [{ opinion: 'relabel', shows: 'absent' }],
    // Of one mind about the finding, not about the grade.
    [grade(2), grade(3)],
    [grade(1), grade(1), grade(3)],
  ]);
  expect(await learnedFrom(store)).toEqual([
    [1, 4],
    [0, null],
    [1, null],
    [0, 1],
  ]);
});

test('a grade of a scale that the model no longer uses is none', async () => {
  const store = await lakeOf(
    [[{ opinion: 'relabel', grade: 'severe' }]],
    ['none', 'mild', 'moderate', 'severe'],
  );
  expect(await learnedFrom(store)).toEqual([[1, null]]);
});
