// The page beside the figure: what the simulation says, in numbers and in words, and how to repeat it. Pure.
import type { Comparison, CurvePoint, Interval, LearningReport } from './learning-report.ts';
import { strategyNames } from './learning-report.ts';

export interface SimulationResult extends LearningReport {
  readonly command: string;
  readonly date: string;
  readonly model: {
    readonly name: string;
    readonly version: string;
    readonly sha256: string;
    /** Whether its features come from a backbone that no label of the set has touched. */
    readonly frozenBackbone: boolean;
  };
  readonly manifestSha256: string;
  readonly rows: { readonly pool: number; readonly validation: number; readonly test: number };
  readonly seeds: number;
}

const three = ({ value, low, high }: Interval) =>
  `${value.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`;
const four = ({ value, low, high }: Interval) =>
  `${value.toFixed(4)} [${low.toFixed(4)}, ${high.toFixed(4)}]`;

export function learningPage(result: SimulationResult): string {
  const { model, says, command, date, rows, seeds, manifestSha256, curves, comparisons } = result;
  const { name, version, sha256, frozenBackbone } = model;
  return `${[
    `# Asking or drawing by lot: \`${name}\` ${version}`,
    `**${says}**`,
    `![AUROC over labelled films, by way of asking](${name}.svg)`,
    curveTable(curves),
    comparisonTable(comparisons),
    `Pool ${rows.pool} films (split \`train\`), penalty and calibration from ${rows.validation} (\`val\`), AUROC on ${rows.test} (\`test\`); ${seeds} seeds. In brackets: 95 % t intervals over seeds. They speak for other draws, not for other patients; each seed is compared with itself by lot. All strategies of a seed start with the same patients. Each comparison has its own interval; none is widened because there are several. The labels are the set's own, so that nobody in this simulation errs or disagrees.`,
    frozenBackbone
      ? 'The features come from the shipped ImageNet backbone, which no label of this set has touched.'
      : 'The features come from a backbone that was tuned on films of this pool with their labels. What is asked about was learned from already: the curves flatter every strategy, and the gain says little about films that come new.',
    `Made with \`${command}\` on ${date}; model SHA-256 \`${sha256}\`, manifest SHA-256 \`${manifestSha256}\`. Each run: [${name}.json](${name}.json).`,
  ].join('\n\n')}\n`;
}

function curveTable(curves: readonly CurvePoint[]): string {
  const strategies = [...new Set(curves.map(({ strategy }) => strategy))];
  const rounds = Math.min(
    ...strategies.map((strategy) => curves.filter((c) => c.strategy === strategy).length),
  );
  const lines = Array.from({ length: rounds }, (_, round) => {
    const points = strategies.flatMap(
      (strategy) => curves.filter((point) => point.strategy === strategy)[round] ?? [],
    );
    return `| ${Math.round(points[0]?.films ?? 0)} | ${points.map(({ auroc }) => three(auroc)).join(' | ')} |`;
  });
  return [
    `| films (mean) | ${strategies.map((strategy) => strategyNames[strategy].short).join(' | ')} |`,
    `| ---: |${' --- |'.repeat(strategies.length)}`,
    ...lines,
  ].join('\n');
}

const comparisonTable = (comparisons: readonly Comparison[]): string =>
  [
    '| against lots | gain in AUROC, mean over rounds | films to reach where lots end |',
    '| --- | --- | --- |',
    ...comparisons.map(
      ({ strategy, gain, filmsToMatch }) =>
        `| ${strategyNames[strategy].short} | ${four(gain)} | ${filmsToMatch === null ? 'not reached' : Math.round(filmsToMatch)} |`,
    ),
  ].join('\n');
