// What grades teach: every question of which enough is known, each with its own answer, and nothing where nobody gave a grade.
import { describe, expect, test } from '@jest/globals';
import { calibrated } from '../../../models/evaluate/calibrate.ts';
import { gradeOf } from '../../../models/evaluate/grades.ts';
import { seededRandom } from '../../../models/evaluate/seeded-random.ts';
import type { LabelledFeatures } from '../../../models/learn/feature-rows.ts';
import { learnGradeRows } from '../../../models/learn/learn-grades.ts';
import { learnHead } from '../../../models/learn/learn-head.ts';
import { logits } from '../../../models/train/logistic.ts';

const columns = 4;
/** Present from grade 2 on. */
const findingRow = 1;

/** The first column grows with the grade, by as much as the others vary. */
function graded(count: number, seed: number, gradeAt = (row: number) => row % 5): LabelledFeatures {
  const random = seededRandom(seed);
  const grades = Array.from({ length: count }, (_, row) => gradeAt(row));
  return {
    features: Float32Array.from(
      { length: count * columns },
      (_, at) => random() + (at % columns === 0 ? (grades[Math.floor(at / columns)] ?? 0) : 0),
    ),
    columns,
    labels: Uint8Array.from(grades, (grade) => Number(grade > findingRow)),
    grades,
    patients: grades.map((_, row) => `P${seed}-${row}`),
  };
}

const ungraded = (films: LabelledFeatures): LabelledFeatures => ({
  ...films,
  grades: films.grades.map(() => null),
});

/** Asks nothing that tells grades apart: each film is the middle of all. */
const incumbent = {
  head: { weights: new Float64Array(4 * columns), biases: new Float64Array(4) },
  findingRow,
};
const penalties = [0.01, 0.1];

describe('the questions of the grades', () => {
  const validation = graded(300, 2);

  test('are learned but for that of the finding, and grade films they have never seen', () => {
    const rows = learnGradeRows(incumbent, { train: graded(200, 1), validation }, penalties);
    expect(rows.map(({ row }) => row)).toEqual([0, 2, 3]);
    const unseen = graded(100, 3);
    const answers = rows.map(({ head, calibration: { slope, intercept } }) =>
      logits(head, unseen.features).map((logit) => slope * logit + intercept),
    );
    // Without the question of the finding, grades 1 and 2 are one.
    const given = unseen.grades.map((_, at) =>
      gradeOf(
        answers.map((row) => row[at] ?? 0),
        [0, 0, 0],
      ),
    );
    const right = given.filter((grade, at) => grade === [0, 1, 1, 2, 3][unseen.grades[at] ?? 0]);
    expect(right.length).toBeGreaterThan(85);
  });

  test('keep the incumbent\u2019s row where too few films answer them', () => {
    const rare = graded(200, 1, (row) => (row < 9 ? 4 : row % 4));
    const rows = learnGradeRows(incumbent, { train: rare, validation }, penalties);
    expect(rows.map(({ row }) => row)).toEqual([0, 2]);
    const few = graded(200, 2, (row) => (row < 24 ? 0 : 1 + (row % 4)));
    const of = learnGradeRows(incumbent, { train: graded(200, 1), validation: few }, penalties);
    expect(of.map(({ row }) => row)).toEqual([2, 3]);
  });

  test('are answered by films with a grade alone', () => {
    const train = graded(200, 1);
    const misleading = {
      ...train,
      grades: train.grades.map((grade, row) => (row < 100 ? grade : null)),
    };
    const half = graded(100, 1);
    const learned = (films: LabelledFeatures) =>
      learnGradeRows(incumbent, { train: films, validation }, penalties).map(
        ({ head }) => head.bias,
      );
    expect(learned(misleading)).toEqual(learned(half));
    expect(learned(ungraded(train))).toEqual([]);
    const beyond = { ...train, grades: train.grades.map((grade, row) => (row < 100 ? grade : 7)) };
    expect(learned(beyond)).toEqual(learned(half));
  });

  test('mean what the incumbent\u2019s answers mean: one made for rarer severe films stays so', () => {
    const weights = new Float64Array(4 * columns);
    weights[3 * columns] = 4;
    const biases = Float64Array.of(0, 0, 0, -16);
    const before = { head: { weights, biases }, findingRow };
    const severe = (rows: ReturnType<typeof learnGradeRows>) => {
      const { head, calibration } = rows.find(({ row }) => row === 3)!;
      const probabilities = logits(head, validation.features).map((logit) =>
        calibrated(calibration, logit),
      );
      return (
        probabilities.reduce((sum, probability) => sum + probability, 0) / probabilities.length
      );
    };
    const sets = { train: graded(200, 1), validation };
    const [usual, rarer] = [0, -3].map((shift) =>
      severe(
        learnGradeRows(
          { ...before, head: { weights, biases: Float64Array.of(0, 0, 0, -16 + shift) } },
          sets,
          penalties,
        ),
      ),
    );
    expect(rarer!).toBeLessThan(usual!);
  });
});

describe('a refit of a model that grades', () => {
  const point = {
    head: { weights: Float64Array.of(2, 0, 0, 0), bias: -4 },
    calibration: { slope: 1, intercept: 0 },
    threshold: 0.5,
    grades: incumbent,
  };
  const reference = { train: graded(150, 5), validation: graded(200, 6) };
  const learned = (labelled: LabelledFeatures) =>
    learnHead({ labelled, reference, incumbent: point, penalties, coverage: 0.8, seed: 1 });

  test('learns grades from the lake and the set together', () => {
    const { gradeRows, rows } = learned(graded(20, 4));
    expect(rows).toEqual({ lake: 20, graded: 20, reference: 150, validation: 200 });
    expect(gradeRows.map(({ row }) => row)).toEqual([0, 2, 3]);
  });

  test('leaves them as they are where next to nobody gave any to the lake', () => {
    const films = graded(20, 4);
    const nine = { ...films, grades: films.grades.map((grade, row) => (row < 9 ? grade : null)) };
    expect(learned(nine)).toMatchObject({ gradeRows: [], rows: { graded: 9 } });
    expect(learned(ungraded(films)).gradeRows).toEqual([]);
  });
});
