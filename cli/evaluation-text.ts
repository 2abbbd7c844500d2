// An evaluation for people: one figure a line, as value [low, high], and no more than a screen of them. Pure.
import type {
  CellOrders,
  Evaluation,
  EvaluationReport,
  GroupFigure,
  HeatMapCheck,
} from '../fleet/card.ts';

const figureText = ({ value, low, high }: GroupFigure) =>
  low === null || high === null
    ? value.toFixed(3)
    : `${value.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`;

const line = (name: string, figure: GroupFigure | undefined): readonly string[] =>
  figure === undefined ? [] : [`  ${name.padEnd(12)} ${figureText(figure)}`];

const shareText = (count: number, { n }: Evaluation) =>
  `${count} (${((100 * count) / n).toFixed(1)} %)`;

export function table(evaluation: Evaluation): string {
  return [
    `  ${evaluation.model} ${evaluation.version} on ${evaluation.task}: ${evaluation.n} rows of ${evaluation.patients} patients, threshold ${evaluation.threshold.toFixed(3)}`,
    ...line('AUROC', evaluation.auroc),
    ...line('accuracy', evaluation.accuracy),
    ...line('sensitivity', evaluation.sensitivity),
    ...line('specificity', evaluation.specificity),
    ...line('sens at .90', evaluation.sensitivityAtSpecificity90),
    ...line('spec at .95', evaluation.specificityAtSensitivity95),
    `  ${'calibration'.padEnd(12)} ${evaluation.ece.toFixed(3)} expected error`,
    ...line('Brier score', evaluation.brier),
    ...line('decided', evaluation.coverage),
    ...line('wrong then', evaluation.selectiveErrorRate),
    ...line('grade equal', evaluation.gradeAccuracy),
    ...line('grade kappa', evaluation.quadraticKappa),
    ...(evaluation.refused === undefined
      ? []
      : [
          `  ${'refused'.padEnd(12)} ${shareText(evaluation.refused, evaluation)} by the gate, counted all the same`,
        ]),
    ...(evaluation.unfamiliar === undefined
      ? []
      : [
          `  ${'unfamiliar'.padEnd(12)} ${shareText(evaluation.unfamiliar, evaluation)} called unsure, counted by their scores all the same`,
        ]),
  ].join('\n');
}

export function reportText(report: EvaluationReport): string {
  const groups = report.subgroups.map(({ by, name, n, auroc, flagged }) =>
    [
      `  ${`${by}: ${name}`.padEnd(24)} ${String(n).padStart(6)} rows`,
      `AUROC ${figureText(auroc).padEnd(20)} flagged ${figureText(flagged)}`,
    ].join('  '),
  );
  const shortcuts = (report.shortcuts?.baselines ?? []).map(
    ({ title, auroc }) => `  ${figureText(auroc).padEnd(20)} ${title}`,
  );
  const { skew, heatMap } = report;
  return [
    table(report),
    ...(groups.length === 0 ? [] : ['  parts:', ...groups]),
    ...(shortcuts.length === 0 ? [] : ['  short cuts and controls, AUROC:', ...shortcuts]),
    ...(skew === undefined
      ? []
      : [
          `  train/serve skew of ${skew.films} films: root mean square ${skew.rootMeanSquare.toFixed(2)} logits, ${skew.decisionsChanged} decisions change`,
        ]),
    ...(heatMap === undefined ? [] : heatMapLines(heatMap)),
  ].join('\n');
}

function heatMapLines({ films, deletion, insertion, border }: HeatMapCheck): readonly string[] {
  const order = (name: string, { map, random, better }: CellOrders) =>
    `  ${name.padEnd(12)} area ${map.toFixed(3)}, in random order ${random.toFixed(3)}; better on ${figureText(better)} of the films`;
  return [
    `  heat map checked on ${films} films with the finding:`,
    order('deletion', deletion),
    order('insertion', insertion),
    `  AUROC with the outer ${100 * border.share} % of each edge black ${figureText(border.withoutBorder)}, lost ${figureText(border.lost)}`,
  ];
}
