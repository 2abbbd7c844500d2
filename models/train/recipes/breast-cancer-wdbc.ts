// The recipe of the table model: logistic regression on the Wisconsin Diagnostic Breast Cancer measures.
import { createHash } from 'node:crypto';
import { InputError } from '../../../fleet/errors.ts';
import { tableModel, tableTensors } from '../../backbone/head.ts';
import { writeBundle } from '../../bundle/write-bundle.ts';
import { readTable } from '../../data/manifest.ts';
import { parseWdbc, wdbcColumns } from '../../data/wdbc.ts';
import { calibrated } from '../../evaluate/calibrate.ts';
import type { LogitRows } from '../../evaluate/evaluation.ts';
import { evaluation } from '../../evaluate/evaluation.ts';
import { auroc } from '../../evaluate/metrics.ts';
import { abstentionBand } from '../../evaluate/threshold.ts';
import type { ModelCard } from '../card.ts';
import { renderCard } from '../card.ts';
import type { TableCandidate, TableFit } from '../choose-table-fit.ts';
import { chooseTableFit, fitTable, tableLogits } from '../choose-table-fit.ts';
import type { LogColumns } from '../column-transform.ts';
import { logFloor } from '../column-transform.ts';
import { crossValidatedLogits } from '../cross-validate.ts';
import { goldenRows } from '../golden.ts';
import type { Samples, Scale } from '../logistic.ts';
import { columnScale } from '../logistic.ts';
import type { Trained, TrainSettings } from '../recipe.ts';
import { checkSettings, commandOf, dataFile } from '../recipe.ts';
import { libraryVersions } from '../versions.ts';

export const wdbcTask = 'breast-cancer-wdbc';
const tableFile = 'wdbc/breast_cancer.csv';
const folds = 10;
/** Draws of folds: one lucky draw moves the accuracy by half a per cent. */
const draws = 5;
const coverage = 0.95;
const threshold = 0.5;
/** The likelihood itself is calibrated here: nothing is fitted on top, and nothing can leak from it. */
const calibration = { slope: 1, intercept: 0 };

/** Sizes and their errors spread by factors, not by amounts. How far a cell is concave may be exactly nothing. */
const sizes = wdbcColumns.map((column) => !column.includes('concav'));
const asMeasured = wdbcColumns.map(() => false);
const candidateOf = (logs: LogColumns, penalty: number): TableCandidate => ({
  name: `${logs === sizes ? `logarithms of ${sizes.filter(Boolean).length} measures` : 'measures as they are'}, L2 penalty ${penalty}`,
  logs,
  penalty,
});
/** The former recipe but for the logarithms, with the usual default of the penalty: nothing was fitted to the folds. */
const recipe = candidateOf(sizes, 1);
const formerRecipe = candidateOf(asMeasured, 1);
/** What a nested cross-validation may choose among, for comparison. */
const inner = {
  candidates: [sizes, asMeasured].flatMap((logs) => [0.3, 1, 3].map((l2) => candidateOf(logs, l2))),
  folds: 3,
};

function refuseToContinue({ continueFrom }: TrainSettings): void {
  if (continueFrom === undefined) return;
  throw new InputError('continue-from', {
    found: `--continue-from ${continueFrom}`,
    why: `${wdbcTask} is fitted to all of its rows at once, and ends the same wherever it begins`,
    remedy: 'Leave --continue-from out',
  });
}

export async function trainWdbc(settings: TrainSettings): Promise<Trained> {
  await checkSettings(wdbcTask, settings);
  refuseToContinue(settings);
  const text = await readTable(await dataFile(settings.dataDir, tableFile), 'table');
  const table = parseWdbc(text, tableFile);
  const samples = { ...table, columns: wdbcColumns.length };
  settings.onProgress(`${table.labels.length} rows, ${draws} draws of ${folds} folds`);
  const answers = drawnAnswers(samples, settings.seed, recipe);
  const model = fitTable(samples, recipe);
  settings.onProgress(
    `fitted in ${model.iterations} iterations, gradient norm ${model.gradientNorm.toExponential(1)}`,
  );
  const tableSha256 = createHash('sha256').update(text).digest('hex');
  const { card, unsure } = describe(settings, { samples, model, answers, tableSha256 });
  const { mean, deviation, weights, bias } = model.standardised;
  const { logs } = model.candidate;
  const modelBytes = tableModel({
    mean,
    scale: deviation,
    weights,
    bias,
    ...(logs.includes(true) && { logarithms: { columns: logs, floor: logFloor } }),
  });
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
      golden: await goldenRows(modelBytes, tableTensors.tensor, inventedRows(columnScale(samples))),
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

/** Out-of-fold answers of every row, once for each draw of the folds. */
const drawnAnswers = (samples: Samples, seed: number, candidate: TableCandidate) =>
  Array.from({ length: draws }, (_, draw) =>
    crossValidatedLogits(samples, {
      folds,
      seed: seed + draw,
      logits: tableLogits,
      fit: (part) => fitTable(part, candidate),
    }),
  );

/** Rows that belong to nobody: the columns' means, and these half a deviation up and down, to four digits. */
function inventedRows({ mean, deviation }: Scale): readonly (readonly number[])[] {
  return [0, 0.5, -0.5].map((shift) =>
    Array.from(mean, (value, column) =>
      Number((value + shift * (deviation[column] ?? 0)).toPrecision(4)),
    ),
  );
}

interface Outcome {
  readonly samples: Samples;
  readonly model: TableFit;
  readonly answers: readonly Float64Array[];
  readonly tableSha256: string;
}

/** Every draw's answers, one after the other: a patient has one in each, and intervals are resampled over patients. */
function pooled(labels: Uint8Array, answers: readonly Float64Array[]): LogitRows {
  return {
    logits: Float64Array.from(answers.flatMap((logits) => Array.from(logits))),
    labels: Uint8Array.from(answers.flatMap(() => Array.from(labels))),
    patients: answers.flatMap(() => Array.from(labels, (_, row) => String(row))),
  };
}

const accuracyOf = (logits: Float64Array, labels: Uint8Array) =>
  logits.filter((logit, row) => logit >= 0 === (labels[row] === 1)).length / labels.length;

/** The former recipe on the same draws of folds, and what choosing instead of fixing gives on the first of them. */
function tried(samples: Samples, seed: number): NonNullable<ModelCard['tries']> {
  const nested = crossValidatedLogits(samples, {
    folds,
    seed,
    logits: tableLogits,
    fit: (part) => chooseTableFit(part, { ...inner, seed }),
  });
  const figures = (answers: readonly Float64Array[]) => {
    const mean = (figure: (logits: Float64Array) => number) =>
      (answers.reduce((sum, logits) => sum + figure(logits), 0) / answers.length).toFixed(4);
    const { labels } = samples;
    return `accuracy ${mean((logits) => accuracyOf(logits, labels))}, AUROC ${mean((logits) => auroc(logits, labels))}`;
  };
  return [
    {
      recipe: `Version 1.0.0 (${formerRecipe.name})`,
      result: `${figures(drawnAnswers(samples, seed, formerRecipe))}, means of the same ${draws} draws`,
    },
    {
      recipe: `Chosen in each fold by the log loss of an inner ${inner.folds}-fold cross-validation among ${inner.candidates.length} candidates (logarithms or none, penalty 0.3, 1 or 3)`,
      result: `${figures([nested])} on the first draw of folds`,
    },
    {
      recipe:
        'The first form of this version, by hand and before the recipe was fixed: chosen in each fold by an inner 5-fold cross-validation among 8 candidates',
      result:
        'accuracy 0.973, AUROC 0.995, means of 5 draws: the figures above are those of a recipe that was fixed after these were seen',
    },
  ];
}

function describe(settings: TrainSettings, outcome: Outcome) {
  const { samples, model, answers, tableSha256 } = outcome;
  const { labels } = samples;
  const { version, seed, date } = settings;
  const rows = pooled(labels, answers);
  const probabilities = rows.logits.map((logit) => calibrated(calibration, logit));
  const band = abstentionBand(probabilities, rows.labels, { threshold, coverage });
  const unsure = { low: band.low, high: band.high };
  const judged = { name: wdbcTask, version, task: wdbcTask, calibration, threshold, unsure };
  const accuracies = answers.map((logits) => accuracyOf(logits, labels));
  const spread = `${Math.min(...accuracies).toFixed(3)} to ${Math.max(...accuracies).toFixed(3)}`;
  const card: ModelCard = {
    name: wdbcTask,
    version,
    title: 'Malignancy of a breast mass from cell measures (WDBC)',
    use: 'Reads 30 measures of cell nuclei in a fine-needle aspirate and gives the probability that the mass is malignant. A logistic regression of 31 coefficients.',
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
    splitRule: `${folds} folds, stratified by class, drawn ${draws} times (seeds ${seed} to ${seed + draws - 1}); each row is judged by the model of the ${folds - 1} folds without it, hence ${draws} times. Every row is a patient.`,
    transformations: [
      `Inside the graph: ${model.candidate.name.split(',')[0]}.`,
      'Columns are then standardised with the mean and deviation of the training rows.',
    ],
    training: [
      `${labels.length} rows, ${labels.reduce((sum, label) => sum + label, 0)} malignant; the file's class 0 (malignant) is the positive class here`,
      `${recipe.name[0]?.toUpperCase()}${recipe.name.slice(1)} on the summed loss, both fixed beforehand; concavity and concave points may be zero and stay as they are`,
      `Logistic regression by L-BFGS to a gradient norm of ${model.gradientNorm.toExponential(1)}`,
    ],
    results: [
      {
        title: `${folds}-fold cross-validation, ${draws} draws of folds`,
        note: `out-of-fold answers of all ${draws} draws, ${draws} a patient; the accuracy of one draw is ${spread}. Transformation, penalty and threshold were fixed beforehand, and nothing was calibrated on top.`,
        evaluation: evaluation(judged, rows),
      },
    ],
    calibration: { ...calibration, how: 'the regression\u2019s own probability' },
    threshold: { value: threshold, how: 'fixed beforehand' },
    abstention: { ...band, measuredOn: 'the out-of-fold answers' },
    shortcuts: {
      baselines: [],
      note: 'Not measured: the table holds nothing but the 30 measures and the class.',
    },
    tries: tried(samples, seed),
    backbone: null,
    made: { command: commandOf(wdbcTask, settings), date, seed, libraries: libraryVersions() },
  };
  return { card, unsure };
}
