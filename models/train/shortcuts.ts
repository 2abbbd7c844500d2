// What a model could cheat with: facts about the file that have nothing to do with disease, as classifiers. Pure.
import { auroc } from '../evaluate/metrics.ts';
import type { ShortcutBaseline } from './card.ts';
import type { FeatureRows } from './features.ts';

const titles = {
  meanGrey: 'Mean grey level of the picture alone',
  fileBytes: 'Size of the image file alone',
} as const;

const labelsOf = ({ labels, versions }: FeatureRows) =>
  labels.filter((_, index) => index % versions === 0);

/** Whether more of it means disease is decided on the training rows, as for any classifier. */
export function shortcutBaselines(
  train: FeatureRows,
  test: FeatureRows,
): readonly ShortcutBaseline[] {
  return (['meanGrey', 'fileBytes'] as const).map((fact) => {
    const rising = auroc(train.shortcuts[fact], labelsOf(train)) >= 0.5;
    const onTest = auroc(test.shortcuts[fact], labelsOf(test));
    return { title: titles[fact], auroc: rising ? onTest : 1 - onTest };
  });
}
