// A published version as teacher: a training may begin with what it has learnt, and heed what it says of a film beside what the readers
// said (Hinton, Vinyals and Dean 2015, arXiv:1503.02531; of the same size: Furlanello et al. 2018, arXiv:1805.04770).
import { InputError } from '../../../fleet/errors.ts';
import type { Bundle } from '../../bundle/load-bundle.ts';
import { bundleNamed } from '../../bundle/named-bundle.ts';
import { registryRoot, versionDir } from '../../bundle/registry.ts';
import type { ImageInput } from '../../bundle/manifest.ts';
import type { GraphSession } from '../../engine/graph-session.ts';
import { openOnnxSession } from '../../engine/onnx-session.ts';
import type { GreyImage } from '../../imaging/grey-image.ts';
import { mirrored } from '../../imaging/mirrored.ts';
import { preprocess } from '../../imaging/preprocess.ts';
import { decodeModel } from '../../onnx/file.ts';
import type { OnnxModel } from '../../onnx/model.ts';
import type { OnProgress } from '../progress.ts';
import { progressLines } from '../progress.ts';
import type { Heads, Labelled, TeacherSettings } from './job.ts';

export interface Teacher extends TeacherSettings {
  readonly bundle: Bundle;
  readonly model: OnnxModel;
}

/** Of the recipe's own name. `InputError` of `loadBundle`, or 'teacher' when it answers other questions. */
export async function loadTeacher(
  name: string,
  settings: TeacherSettings,
  {
    questions,
    registry = registryRoot,
  }: { readonly questions: number; readonly registry?: string | undefined },
): Promise<Teacher> {
  const bundle = await bundleNamed(versionDir(registry, name, settings.version), registry);
  const model = decodeModel(bundle.modelBytes);
  const asked = model.initializers[headNames(bundle).bias]?.dims[0];
  if (asked === questions) return { ...settings, bundle, model };
  throw new InputError('teacher', {
    found: `${name} ${settings.version} answers ${asked ?? 'no'} questions, and the recipe asks ${questions}`,
    why: 'Its answers are learnt from, one by one',
    remedy: 'Name a version in the recipe that answers the same questions, or none',
  });
}

/** What the model says of each question: the grades' rows where it grades, else the one head. */
const headNames = ({ manifest }: Bundle) =>
  manifest.outputs.grades === undefined
    ? { logits: manifest.outputs.logit, weights: 'head.weights', bias: 'head.bias' }
    : { logits: manifest.outputs.grades, weights: 'grades.weights', bias: 'grades.bias' };

/** What a training that begins with its weights puts on them. */
export function headsOf({ bundle, model }: Teacher): Heads {
  const [weights, bias] = [headNames(bundle).weights, headNames(bundle).bias].map((name) => {
    const tensor = model.initializers[name];
    if (tensor?.type !== 'float32') throw new Error(`the teacher has no "${name}"`);
    return tensor.data;
  }) as [Float32Array, Float32Array];
  return { weights, bias };
}

/** The backbone with the teacher's weights in the place of its own, to the bit. */
export function withWeightsOf({ model }: Teacher, backbone: OnnxModel): OnnxModel {
  const learnt = Object.keys(backbone.initializers).map((name) => {
    const tensor = model.initializers[name];
    if (tensor === undefined) throw new Error(`the teacher has no weight "${name}"`);
    return [name, tensor] as const;
  });
  return { ...backbone, initializers: Object.fromEntries(learnt) };
}

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
