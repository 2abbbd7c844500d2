// The score without the border, where markers, collimation and the patient's outline mostly lie: what discrimination that costs.
import type { BorderControl } from '../../fleet/card.ts';
import type { ImageInput } from '../bundle/manifest.ts';
import type { Reader } from '../reader.ts';
import type { Settings } from './group-figure.ts';
import { bothClassFigures } from './group-figure.ts';
import { borderShare, withoutBorder } from './picture-facts.ts';
import { rankedScores } from './ranked-scores.ts';
import type { Samples } from './samples.ts';

interface WholeRows extends Pick<Samples, 'labels' | 'patients' | 'read'> {
  /** Logits of the rows as they are. */
  readonly whole: Float64Array;
  readonly input: ImageInput;
}

/** Black, as collimation is. The loss is of pairs: each resample holds the same rows both ways. */
export async function borderControl(
  model: Pick<Reader, 'infer'>,
  { labels, patients, read, whole, input }: WholeRows,
  settings: Settings,
): Promise<BorderControl> {
  const masked = new Float64Array(whole.length);
  for (const row of masked.keys()) {
    const { tensor } = await read(row);
    const { logit } = await model.infer(withoutBorder(tensor, input), 1);
    masked[row] = logit[0] ?? Number.NaN;
  }
  const [before, after] = [rankedScores(whole, labels), rankedScores(masked, labels)];
  return {
    share: borderShare,
    ...bothClassFigures(
      (weights) => {
        const [auroc, without] = [before.auroc(weights), after.auroc(weights)];
        return { auroc, withoutBorder: without, lost: auroc - without };
      },
      { labels, patients },
      settings,
    ),
  };
}
