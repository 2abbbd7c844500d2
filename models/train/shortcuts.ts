// What a model could cheat with: facts about the file that have nothing to do with disease, as classifiers. Pure.
import { auroc } from '../evaluate/metrics.ts';
import type { ShortcutBaseline } from './card.ts';
import type { ReadRows } from './read-rows.ts';

const titles = {
  meanGrey: 'Mean grey level of the picture alone',
  fileBytes: 'Size of the image file alone',
} as const;

type Facts = Pick<ReadRows, 'facts' | 'labels'>;

/** Whether more of it means disease is decided on the training rows, as for any classifier. */
export function shortcutBaselines(train: Facts, test: Facts): readonly ShortcutBaseline[] {
  return (['meanGrey', 'fileBytes'] as const).map((fact) => {
    const rising = auroc(train.facts[fact], train.labels) >= 0.5;
    const onTest = auroc(test.facts[fact], test.labels);
    return { title: titles[fact], auroc: rising ? onTest : 1 - onTest };
  });
}
