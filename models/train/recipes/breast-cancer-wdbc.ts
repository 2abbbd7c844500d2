// The recipe of the table model: logistic regression on the Wisconsin Diagnostic Breast Cancer measures.
import { createHash } from 'node:crypto';
import { tableModel, tableTensors } from '../../backbone/head.ts';
import { writeBundle } from '../../bundle/write-bundle.ts';
import { readTable } from '../../data/manifest.ts';
import type { WdbcTable } from '../../data/wdbc.ts';
import { parseWdbc, wdbcColumns } from '../../data/wdbc.ts';
import { calibrated } from '../../evaluate/calibrate.ts';
import { evaluation } from '../../evaluate/evaluation.ts';
import { abstentionBand } from '../../evaluate/threshold.ts';
import type { ModelCard } from '../card.ts';
import { renderCard } from '../card.ts';
import { crossValidatedLogits } from '../cross-validate.ts';
import { goldenRows } from '../golden.ts';
import type { LogisticModel, Scale } from '../logistic.ts';
import { fitLogistic } from '../logistic.ts';
import type { Trained, TrainSettings } from '../recipe.ts';
import { checkSettings, commandOf, dataFile } from '../recipe.ts';
import { libraryVersions } from '../versions.ts';

export const wdbcTask = 'breast-cancer-wdbc';
const tableFile = 'wdbc/breast_cancer.csv';
const folds = 10;
const coverage = 0.95;
const threshold = 0.5;
/** The likelihood itself is calibrated here: nothing is fitted on top, and nothing can leak from it. */
const calibration = { slope: 1, intercept: 0 };

/** Penalty 1 / rows on the mean loss: one on the summed loss, the usual default for this table. */
const fitSettings = (rows: number) => ({
  l2: 1 / rows,
  balanced: false,
  gradientNormMax: 1e-10,
  iterationsMax: 1_000,
});

export async function trainWdbc(settings: TrainSettings): Promise<Trained> {
  await checkSettings(wdbcTask, settings);
  const text = await readTable(await dataFile(settings.dataDir, tableFile), 'table');
  const table = parseWdbc(text, tableFile);
  const { labels } = table;
  const samples = { ...table, columns: wdbcColumns.length };
  settings.onProgress(`${labels.length} rows, ${folds} folds`);
  const outOfFold = crossValidatedLogits(samples, {
    folds,
    seed: settings.seed,
    fit: (part) => fitLogistic(part, fitSettings(part.labels.length)),
  });
  const model = fitLogistic(samples, fitSettings(labels.length));
  settings.onProgress(
    `fitted in ${model.iterations} iterations, gradient norm ${model.gradientNorm.toExponential(1)}`,
  );
  const tableSha256 = createHash('sha256').update(text).digest('hex');
  const { card, unsure } = describe(settings, { table, model, outOfFold, tableSha256 });
  const { mean, deviation, weights, bias } = model.standardised;
  const modelBytes = tableModel({ mean, scale: deviation, weights, bias });
  const bundle = await writeBundle(settings.registry, {
    manifest: {
      formatVersion: 1,
      name: wdbcTask,
      version: settings.version,
      task: wdbcTask,
      label: 'malignant',
      input: { kind: 'table', tensor: tableTensors.tensor, columns: wdbcColumns },
      outputs: tableTensors.outputs,
      calibration,
      threshold,
      unsure,
      golden: await goldenRows(modelBytes, tableTensors.tensor, inventedRows(model.standardised)),
      licence:
        'Coefficients: the licence of this repository. Trained on CC-BY-4.0 data, see CARD.md',
      provenance: {
        command: commandOf(wdbcTask, settings),
        date: settings.date,
        data: 'doi:10.24432/C5DW2B',
        dataTableSha256: tableSha256,
      },
    },
    modelBytes,
    files: { 'card.json': `${JSON.stringify(card, null, 2)}\n`, 'CARD.md': renderCard(card) },
    overwrite: settings.replace,
  });
  return { bundle, card };
}

/** Rows that belong to nobody: the columns' means, and these half a deviation up and down, to four digits. */
function inventedRows({ mean, deviation }: Scale): readonly (readonly number[])[] {
  return [0, 0.5, -0.5].map((shift) =>
    Array.from(mean, (value, column) =>
      Number((value + shift * (deviation[column] ?? 0)).toPrecision(4)),
    ),
  );
}

interface Outcome {
  readonly table: WdbcTable;
  readonly model: LogisticModel;
  readonly outOfFold: Float64Array;
  readonly tableSha256: string;
}

function describe(settings: TrainSettings, outcome: Outcome) {
  const { table, model, outOfFold, tableSha256 } = outcome;
  const { labels } = table;
  const { version, seed, date } = settings;
  const judged = { name: wdbcTask, version, task: wdbcTask, calibration, threshold };
  const probabilities = outOfFold.map((logit) => calibrated(calibration, logit));
  const band = abstentionBand(probabilities, labels, { threshold, coverage });
  const patients = Array.from(labels, (_, row) => String(row));
  const card: ModelCard = {
    name: wdbcTask,
    version,
    title: 'Malignancy of a breast mass from cell measures (WDBC)',
    use: 'Reads 30 measures of cell nuclei in a fine-needle aspirate and gives the probability that the mass is malignant. A standardised logistic regression of 31 coefficients.',
    population:
      'Patients of one clinic (University of Wisconsin), before 1995; measures traced by hand on digitised aspirates with the program of that time.',
    limits: [
      'The measures are those of one program and one way of tracing; others are not interchangeable.',
      'The final coefficients saw all rows. Evaluating this bundle on the same table therefore gives too good figures: the ones below are from models that had not seen the row.',
    ],
    data: {
      attribution:
        'Wolberg, William; Mangasarian, Olvi; Street, Nick; Street, W. (1993), "Breast Cancer Wisconsin (Diagnostic)", UCI Machine Learning Repository, doi:10.24432/C5DW2B',
      licence: 'CC-BY-4.0',
      doi: '10.24432/C5DW2B',
      tableSha256,
    },
    splitRule: `${folds} folds, stratified by class, drawn with seed ${seed}; each row is judged by the model of the ${folds - 1} folds without it. Every row is a patient.`,
    transformations: ['Columns are standardised with the mean and deviation of the training rows.'],
    training: [
      `${labels.length} rows, ${labels.reduce((sum, label) => sum + label, 0)} malignant; the file's class 0 (malignant) is the positive class here`,
      `Logistic regression, L2 penalty 1 on the summed loss, by L-BFGS to a gradient norm of ${model.gradientNorm.toExponential(1)}`,
    ],
    results: [
      {
        title: `${folds}-fold cross-validation`,
        note: 'out-of-fold answers; penalty and threshold were fixed beforehand, and nothing was calibrated on top.',
        evaluation: evaluation(judged, { logits: outOfFold, labels, patients }),
      },
    ],
    calibration: { ...calibration, how: 'the regression\u2019s own probability' },
    threshold: { value: threshold, how: 'fixed beforehand' },
    abstention: { ...band, measuredOn: 'the out-of-fold answers' },
    shortcuts: {
      baselines: [],
      note: 'Not measured: the table holds nothing but the 30 measures and the class.',
    },
    backbone: null,
    made: { command: commandOf(wdbcTask, settings), date, seed, libraries: libraryVersions() },
  };
  return { card, unsure: { low: band.low, high: band.high } };
}
