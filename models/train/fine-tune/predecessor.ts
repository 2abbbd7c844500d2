// A version that was there before: a training may begin with what it has learnt, or heed what it says. Its bundle is verified.
import { InputError } from '../../../fleet/errors.ts';
import type { Bundle } from '../../bundle/load-bundle.ts';
import { bundleNamed } from '../../bundle/named-bundle.ts';
import { registryRoot, versionDir } from '../../bundle/registry.ts';
import { decodeModel } from '../../onnx/file.ts';
import type { OnnxModel } from '../../onnx/model.ts';
import type { Heads } from './job.ts';

export interface Predecessor {
  readonly bundle: Bundle;
  readonly model: OnnxModel;
}

export interface Asked {
  /** Of the recipe: the predecessor is one of its own versions. */
  readonly name: string;
  readonly questions: number;
  /** That of the checkout unless given. */
  readonly published?: string | undefined;
}

/** `place`: a published version, or the folder of a bundle. `InputError` of `loadBundle`, or 'predecessor' when it is another model. */
export async function loadPredecessor(
  place: string,
  { name, questions, published = registryRoot }: Asked,
): Promise<Predecessor> {
  const folder = /^\d+\.\d+\.\d+$/.test(place) ? versionDir(published, name, place) : place;
  const bundle = await bundleNamed(folder, published);
  const model = decodeModel(bundle.modelBytes);
  const answers = model.initializers[headNames(bundle).bias]?.dims[0];
  if (bundle.manifest.name === name && answers === questions) return { bundle, model };
  throw new InputError('predecessor', {
    found: `${bundle.manifest.name} ${bundle.manifest.version} answers ${answers ?? 'no'} questions, and the recipe ${name} asks ${questions}`,
    why: 'A version learns from one before it, answer by answer',
    remedy: 'Name a version of the same model that answers the same questions, or none',
  });
}

/** What the model says of each question: the grades' rows where it grades, else the one head. */
export const headNames = ({ manifest }: Bundle) =>
  manifest.outputs.grades === undefined
    ? { logits: manifest.outputs.logit, weights: 'head.weights', bias: 'head.bias' }
    : { logits: manifest.outputs.grades, weights: 'grades.weights', bias: 'grades.bias' };

/** What a training that begins with its weights puts on them. */
export function headsOf(predecessor: Predecessor): Heads {
  const { weights, bias } = headNames(predecessor.bundle);
  const dataOf = (name: string) => {
    const tensor = predecessor.model.initializers[name];
    return tensor?.type === 'float32' ? tensor.data : notOfThisGraph(predecessor, name);
  };
  return { weights: dataOf(weights), bias: dataOf(bias) };
}

/** The backbone with the predecessor's weights in the place of its own, to the bit. */
export function withWeightsOf(predecessor: Predecessor, backbone: OnnxModel): OnnxModel {
  const learnt = Object.keys(backbone.initializers).map((name) => {
    const tensor = predecessor.model.initializers[name];
    return [name, tensor ?? notOfThisGraph(predecessor, name)] as const;
  });
  return { ...backbone, initializers: Object.fromEntries(learnt) };
}

function notOfThisGraph({ bundle: { manifest } }: Predecessor, name: string): never {
  throw new InputError('predecessor', {
    found: `${manifest.name} ${manifest.version} has no weights "${name}"`,
    why: 'A training can begin with the weights of the very graph that it trains',
    remedy: 'Name a version that `evenkeel train` made on the shipped backbone, or none',
  });
}
