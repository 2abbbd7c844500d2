// The model card: what was measured, on whom, with what, and what must not be concluded from it. Pure.
import { disclaimer } from '../../fleet/study.ts';
import type { Estimate, Evaluation } from '../../fleet/card.ts';
import type { Calibration } from '../bundle/manifest.ts';
import type { AbstentionBand } from '../evaluate/threshold.ts';

export interface CardResult {
  readonly title: string;
  readonly note: string;
  readonly evaluation: Evaluation;
}

export interface ShortcutBaseline {
  readonly title: string;
  readonly auroc: number;
}

/** Written as card.json beside the CARD.md that is made from it. */
export interface ModelCard {
  readonly name: string;
  readonly version: string;
  readonly title: string;
  readonly use: string;
  readonly population: string;
  readonly limits: readonly string[];
  readonly data: {
    readonly attribution: string;
    readonly licence: string;
    readonly doi: string | null;
    readonly tableSha256: string;
  };
  readonly splitRule: string;
  readonly transformations: readonly string[];
  readonly training: readonly string[];
  /** The first is the headline. */
  readonly results: readonly CardResult[];
  /** Cards of models that refuse what they do not know. */
  readonly gate?: {
    /** What of the model it looks at. Absent in cards made before it was stated. */
    readonly looksAt?: string;
    /** What it was fitted with. */
    readonly films: number;
    readonly others: number;
    /** Validation films from which its limits were set. */
    readonly validation: number;
    /** Of the test films, as the results list them: how many it refuses, which it should not. */
    readonly refused: readonly number[];
    /** The same of those that it scores and abstains on, because few films look like them. Absent where it has no limits for that. */
    readonly unfamiliar?: readonly number[];
  };
  readonly calibration: Calibration & { readonly how: string };
  readonly threshold: { readonly value: number; readonly how: string };
  readonly abstention: AbstentionBand & { readonly measuredOn: string };
  readonly shortcuts: { readonly baselines: readonly ShortcutBaseline[]; readonly note: string };
  /** Other recipes that were measured the same way before this one was settled on. */
  readonly tries?: readonly { readonly recipe: string; readonly result: string }[];
  readonly backbone: {
    readonly name: string;
    readonly licence: string;
    readonly sha256: string;
    readonly origin: string;
  } | null;
  readonly made: {
    readonly command: string;
    readonly date: string;
    readonly seed: number;
    readonly libraries: Readonly<Record<string, string>>;
  };
}

const three = (value: number) => value.toFixed(3);
const percent = (value: number) => `${(100 * value).toFixed(1)} %`;
const withInterval = ({ value, low, high }: Estimate) =>
  `${three(value)} [${three(low)}, ${three(high)}]`;
const bullets = (lines: readonly string[]) => lines.map((line) => `- ${line}`).join('\n');

export function renderCard(card: ModelCard): string {
  return `${[
    `# ${card.title} (\`${card.name}\` ${card.version})`,
    `**${disclaimer}**`,
    card.use,
    resultsSection(card),
    decisionSection(card),
    ...gateSection(card),
    `## Population and limits\n\n${card.population}\n\n${bullets(card.limits)}`,
    shortcutSection(card),
    dataSection(card),
    trainingSection(card),
    ...triesSection(card),
  ].join('\n\n')}\n`;
}

function resultsSection({ results }: ModelCard): string {
  const columns = results.map(({ evaluation }) => evaluation);
  const row = (name: string, cell: (evaluation: Evaluation) => string) =>
    `| ${name} | ${columns.map(cell).join(' | ')} |`;
  return [
    '## Results',
    [
      `| | ${results.map(({ title }, index) => (index === 0 ? `**${title}**` : title)).join(' | ')} |`,
      `| --- |${' --- |'.repeat(columns.length)}`,
      row('AUROC', ({ auroc }) => withInterval(auroc)),
      row('Accuracy', ({ accuracy }) => withInterval(accuracy)),
      row('Sensitivity', ({ sensitivity }) => withInterval(sensitivity)),
      row('Specificity', ({ specificity }) => withInterval(specificity)),
      row('Expected calibration error', ({ ece }) => three(ece)),
      ...gradeLines(columns),
      row('Rows / patients', ({ n, patients }) => `${n} / ${patients}`),
    ].join('\n'),
    'In brackets: 95 % percentile intervals of 1,000 bootstrap resamples of patients.',
    bullets(results.map(({ title, note }) => `**${title}**: ${note}`)),
  ].join('\n\n');
}

function gradeLines(columns: readonly Evaluation[]): string[] {
  const row = (name: string, of: (evaluation: Evaluation) => Estimate | undefined) => {
    const cells = columns.map((evaluation) => {
      const estimate = of(evaluation);
      return estimate === undefined ? '' : withInterval(estimate);
    });
    return cells.every((cell) => cell === '') ? [] : [`| ${name} | ${cells.join(' | ')} |`];
  };
  return [
    ...row('Grade as the readers\u2019', ({ gradeAccuracy }) => gradeAccuracy),
    ...row('Quadratic kappa of the grades', ({ quadraticKappa }) => quadraticKappa),
  ];
}

function decisionSection({ calibration, threshold, abstention }: ModelCard): string {
  const { slope, intercept, how } = calibration;
  const { low, high, coverage, errorRate, measuredOn } = abstention;
  return `## Decision

${bullets([
  `Probability = 1 / (1 + exp(-(${slope.toFixed(4)} x logit + ${intercept.toFixed(4)}))): ${how}.`,
  `Threshold ${three(threshold.value)}: ${threshold.how}. All rates above are at this threshold, without abstention.`,
  `Between ${three(low)} and ${three(high)} the model abstains ("unsure"). On ${measuredOn} it then decides ${percent(coverage)} of the rows, ${percent(errorRate)} of these wrongly.`,
])}`;
}

function gateSection({ gate, results }: ModelCard): readonly string[] {
  if (gate === undefined) return [];
  const ofTests = (counts: readonly number[]) =>
    results
      .map(({ title, evaluation }, index) => `${counts[index] ?? 0} of ${evaluation.n} (${title})`)
      .join(', ');
  return [
    `## What it refuses

${bullets([
  `Other pictures than its own kind of film get no score: a gate inside the graph looks at ${gate.looksAt ?? 'features of the frozen lower blocks'}. Fitted with ${gate.films} films and ${gate.others} counter-examples (the other tasks’ films, films upside down, sideways or negative, and drawn pictures); limits from ${gate.validation} validation films.`,
  `Of its own test films it refuses ${ofTests(gate.refused)}. They are counted in all results above.`,
  ...(gate.unfamiliar === undefined
    ? []
    : [
        `A film that few of its own look like is scored, and the model abstains whatever the score: on 2 % of the validation films and their varied copies, on ${ofTests(gate.unfamiliar)}. They are counted by their scores in all results above.`,
      ]),
])}`,
  ];
}

function shortcutSection({ shortcuts }: ModelCard): string {
  const lines = shortcuts.baselines.map(({ title, auroc }) => `${title}: AUROC ${three(auroc)}`);
  return `## Shortcuts\n\n${shortcuts.note}${lines.length === 0 ? '' : `\n\n${bullets(lines)}`}`;
}

const licenceText = (licence: string): string =>
  licence === 'CC-BY-4.0' ? `${licence} (https://creativecommons.org/licenses/by/4.0/)` : licence;

function dataSection({ data, splitRule, transformations }: ModelCard): string {
  return `## Data

${data.attribution}. Licence ${licenceText(data.licence)}. Changes: the transformations below; no image is part of this bundle. Golden inputs are not patients' data.

${bullets([
  `${data.doi === null ? '' : `DOI: https://doi.org/${data.doi}; `}SHA-256 of the table of rows: \`${data.tableSha256}\``,
  `Split: ${splitRule}`,
  ...transformations,
])}`;
}

function trainingSection({ training, backbone, made }: ModelCard): string {
  const libraries = Object.entries(made.libraries).map(([name, version]) => `${name} ${version}`);
  return `## Training

${bullets([
  ...training,
  ...(backbone === null
    ? []
    : [
        `Backbone ${backbone.name}, licence ${backbone.licence}, SHA-256 \`${backbone.sha256}\`: ${backbone.origin}`,
      ]),
  `Made with \`${made.command}\` on ${made.date}, seed ${made.seed}; ${libraries.join(', ')}`,
])}`;
}

function triesSection({ tries = [] }: ModelCard): readonly string[] {
  const lines = tries.map(({ recipe, result }) => `${recipe}: ${result}`);
  return lines.length === 0 ? [] : [`## What else was tried\n\n${bullets(lines)}`];
}
