// A published version as teacher: a training heeds what it says of a film beside what the readers said (Hinton, Vinyals and Dean 2015,
// arXiv:1503.02531; of the same size: Furlanello et al. 2018, arXiv:1805.04770).
import type { ImageInput } from '../../bundle/manifest.ts';
import type { GraphSession } from '../../engine/graph-session.ts';
import { openOnnxSession } from '../../engine/onnx-session.ts';
import type { GreyImage } from '../../imaging/grey-image.ts';
import { mirrored } from '../../imaging/mirrored.ts';
import { preprocess } from '../../imaging/preprocess.ts';
import type { OnProgress } from '../progress.ts';
import { progressLines } from '../progress.ts';
import type { Labelled, TeacherSettings } from './job.ts';
import type { Predecessor } from './predecessor.ts';
import { headNames } from './predecessor.ts';

export type Teacher = TeacherSettings & Pick<Predecessor, 'bundle'>;

/** The readers' answers, moved by the teacher's share towards what it says of each film as it is. */
export async function taught(
  teacher: Teacher,
  { pictures, answers }: Labelled,
  { input, onProgress }: { readonly input: ImageInput; readonly onProgress: OnProgress },
): Promise<Float32Array> {
  const step = progressLines('answers of the teacher', pictures.length, { onProgress });
  const session = await openOnnxSession(teacher.bundle.modelBytes);
  try {
    const mixed: number[] = [];
    for (const picture of pictures) {
      for (const said of await probabilities(session, { teacher, picture, input }))
        mixed.push(teacher.share * said + (1 - teacher.share) * (answers[mixed.length] ?? 0));
      step();
    }
    return Float32Array.from(mixed);
  } finally {
    await session.close();
  }
}

interface Question {
  readonly teacher: Teacher;
  readonly picture: GreyImage;
  readonly input: ImageInput;
}

/** From the mean of the logits of the film and its mirror image: a left knee is as ill as the same one on the right. */
async function probabilities(
  session: GraphSession,
  { teacher, picture, input }: Question,
): Promise<readonly number[]> {
  const { logits: output } = headNames(teacher.bundle);
  const dims = [1, input.channels, input.height, input.width];
  const [upright, turned] = await Promise.all(
    [picture, mirrored(picture)].map(async (seen) => {
      const data = preprocess(seen, input);
      const [logits] = await session.run({ name: input.tensor, dims, data }, [output]);
      return logits?.data ?? new Float32Array();
    }),
  );
  return Array.from(upright ?? [], (logit, k) => sigmoid((logit + (turned?.[k] ?? NaN)) / 2));
}

const sigmoid = (logit: number) => 1 / (1 + Math.exp(-logit));
