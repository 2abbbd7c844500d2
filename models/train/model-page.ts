// The page of a model in the documentation: its card, led by the hardest test set, and the report of each evaluation. Pure.
import type { EvaluationReport, GroupFigure, Shortcuts, Skew, Subgroup } from '../../fleet/card.ts';
import { anchorsOf } from './anchors.ts';
import type { ModelCard } from './card.ts';
import { renderCard } from './card.ts';
import { figureText, three } from './figure-text.ts';
import { heatMapSection } from './heat-map-section.ts';
import { imageRecipes } from './image-recipes.ts';

/** One evaluation, as `evenkeel evaluate --json` printed it. */
export interface MeasuredSet {
  readonly title: string;
  /** Arguments that repeat it. */
  readonly command: string;
  readonly report: EvaluationReport;
}

/** Kept as docs/models/data/<name>.json: the page is made of this alone. */
export interface ModelRecord {
  readonly card: ModelCard;
  /** The hardest first. */
  readonly sets: readonly MeasuredSet[];
}

export interface Figure {
  /** Relative to the page. */
  readonly path: string;
  readonly title: string;
}

/** `figures`: of each set, in the order of the record. */
export function renderModelPage(
  { card, sets }: ModelRecord,
  figures: readonly (readonly Figure[])[],
): string {
  return [
    '<!-- Written by `npm run docs:models`; edit the recipe or the generator instead. -->',
    renderCard(card).trimEnd(),
    triedSince(card),
    ...sets.map((set, index) => setSection(set, figures[index] ?? [])),
    anchorSection(card),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n');
}

/** What the recipe has seen tried since the signed card was written. */
function triedSince({ name, tries = [] }: ModelCard): string {
  const told = new Set(tries.map(({ recipe }) => recipe));
  const all = imageRecipes.find((recipe) => recipe.name === name)?.tries ?? [];
  const lines = all.filter(({ recipe }) => !told.has(recipe));
  if (lines.length === 0) return '';
  return `## Tried since\n\n${lines.map(({ recipe, result }) => `- ${recipe}: ${result}`).join('\n')}`;
}

function setSection({ title, command, report }: MeasuredSet, figures: readonly Figure[]): string {
  const parts = [
    `## ${title}, in detail`,
    `${report.n} rows of ${report.patients} patients; repeat it with \`evenkeel evaluate ${command}\`. Intervals are 95 % percentile intervals of 1,000 resamples of patients.`,
    headlineTable(report),
    figures.map(({ path, title: says }) => `![${says}](${path})`).join('\n'),
    subgroupTable(report.subgroups),
    report.shortcuts === undefined ? '' : shortcutTable(report.shortcuts),
    report.skew === undefined ? '' : skewText(report.skew),
    report.heatMap === undefined ? '' : heatMapSection(report.heatMap),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function headlineTable(report: EvaluationReport): string {
  const figures: readonly (readonly [string, GroupFigure | undefined])[] = [
    ['AUROC', report.auroc],
    ['Accuracy', report.accuracy],
    ['Sensitivity', report.sensitivity],
    ['Specificity', report.specificity],
    ['Sensitivity at specificity .90', report.sensitivityAtSpecificity90],
    ['Specificity at sensitivity .95', report.specificityAtSensitivity95],
    ['Brier score', report.brier],
    ['Decided, outside the abstention band', report.coverage],
    ['Wrong among the decided', report.selectiveErrorRate],
    ['Grade accuracy', report.gradeAccuracy],
    ['Quadratic kappa of the grades', report.quadraticKappa],
  ];
  const rows = figures.flatMap(([name, figure]) =>
    figure === undefined ? [] : [`| ${name} | ${figureText(figure)} |`],
  );
  return [
    '| | value [95 % interval] |',
    '| --- | --- |',
    ...rows,
    `| Expected calibration error | ${three(report.ece)} |`,
    ...(report.refused === undefined
      ? []
      : [`| Refused by the gate, though of its kind | ${report.refused} of ${report.n} |`]),
    ...(report.unfamiliar === undefined
      ? []
      : [
          `| Unlike the films it was made for, so that it abstains | ${report.unfamiliar} of ${report.n} |`,
        ]),
  ].join('\n');
}

function subgroupTable(subgroups: readonly Subgroup[]): string {
  if (subgroups.length === 0) return '';
  const rows = subgroups.map(
    ({ by, name, n, patients, auroc, flagged }) =>
      `| ${by}: ${name} | ${n} / ${patients} | ${figureText(auroc)} | ${figureText(flagged)} |`,
  );
  return [
    '| part | rows / patients | AUROC (a part of one class: against all of the other) | called positive |',
    '| --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

function shortcutTable({ baselines, notes }: Shortcuts): string {
  const rows = baselines.map(({ title, auroc }) => `| ${title} | ${figureText(auroc)} |`);
  return [
    '| short cut or control | AUROC, in its better direction |',
    '| --- | --- |',
    ...rows,
    '',
    ...notes,
  ]
    .join('\n')
    .trimEnd();
}

function skewText(skew: Skew): string {
  const { films, meanLogitDifference, rootMeanSquare, largest, decisionsChanged } = skew;
  const aurocs =
    skew.aurocOriginals === null || skew.aurocCopies === null
      ? ''
      : ` AUROC ${figureText(skew.aurocOriginals)} as served, ${figureText(skew.aurocCopies)} on the copies.`;
  return `**Train/serve skew.** ${films} films read as the service reads them and as the copies that training used: logits differ by ${meanLogitDifference.toFixed(2)} in the mean, ${rootMeanSquare.toFixed(2)} root mean square, ${largest.toFixed(2)} at most; ${decisionsChanged} decisions change.${aurocs}`;
}

function anchorSection({ name }: ModelCard): string {
  const anchors = anchorsOf(name);
  if (anchors.length === 0) return '';
  return [
    '## What others report',
    'Their figures, on their splits and preprocessing; nothing here was run by us, and the sets differ. They say what is in reach, not what this model beats.',
    anchors.map(({ work, result }) => `- ${work}: ${result}`).join('\n'),
  ].join('\n\n');
}
