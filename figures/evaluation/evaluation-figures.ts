// The figures of an evaluation as SVG, by file name; what a report does not hold is not drawn.
import type { TopLevelSpec } from 'vega-lite';
import type { EvaluationReport } from '../../fleet/card.ts';
import { renderFigure } from '../render-figure.ts';
import { confusionFigure } from './confusion-figure.ts';
import { coverageFigure } from './coverage-figure.ts';
import { heatMapFigure } from './heat-map-figure.ts';
import { reliabilityFigure } from './reliability-figure.ts';
import { rocFigure } from './roc-figure.ts';
import { subgroupFigure } from './subgroup-figure.ts';

export const figureTitles = {
  'roc.svg': 'ROC curve; the cross is the threshold with its 95 % intervals',
  'reliability.svg': 'Reliability diagram',
  'coverage.svg': 'Errors against coverage; the cross is the shipped abstention band',
  'subgroups.svg': 'AUROC of parts of the test set',
  'confusion.svg': 'Predicted grades against those of the readers',
  'heat-map.svg': 'Probability while cells of the heat map go or come, in its order and at random',
} as const;

type FigureFile = keyof typeof figureTitles;

const specs: Readonly<Record<FigureFile, (report: EvaluationReport) => TopLevelSpec | null>> = {
  'roc.svg': rocFigure,
  'reliability.svg': reliabilityFigure,
  'coverage.svg': coverageFigure,
  'subgroups.svg': subgroupFigure,
  'confusion.svg': confusionFigure,
  'heat-map.svg': heatMapFigure,
};

export async function evaluationFigures(
  report: EvaluationReport,
): Promise<ReadonlyMap<FigureFile, string>> {
  const drawn = new Map<FigureFile, string>();
  for (const [file, specOf] of Object.entries(specs)) {
    const spec = specOf(report);
    if (spec !== null) drawn.set(file as FigureFile, await renderFigure(spec));
  }
  return drawn;
}
