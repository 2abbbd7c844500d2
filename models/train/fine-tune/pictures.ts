// Pictures as the trained part of the graph takes them: varied anew in every epoch, and carried through the frozen part.
import type { ImageInput } from '../../bundle/manifest.ts';
import type { ManifestRow } from '../../data/manifest.ts';
import { atRow, readImage } from '../../data/manifest.ts';
import type { FloatTensor, GraphSession } from '../../engine/graph-session.ts';
import { openOnnxSession } from '../../engine/onnx-session.ts';
import { seededRandom } from '../../evaluate/seeded-random.ts';
import { decodeGrey } from '../../imaging/decode.ts';
import type { GreyImage } from '../../imaging/grey-image.ts';
import { preprocess } from '../../imaging/preprocess.ts';
import { encodeModel } from '../../onnx/file.ts';
import type { OnnxModel } from '../../onnx/model.ts';
import type { Augmentation } from '../augment.ts';
import { augment } from '../augment.ts';

/** Decoded, in the order of the rows: some 50 KB each at 224 x 224. */
export async function decodedPictures(
  root: string,
  rows: readonly ManifestRow[],
  onPicture: () => void,
): Promise<readonly GreyImage[]> {
  const pictures: GreyImage[] = [];
  for (const row of rows) {
    const bytes = await readImage(root, row);
    pictures.push(await atRow(row, () => decodeGrey(bytes)));
    onPicture();
  }
  return pictures;
}

export interface FrozenPart {
  /** [n, channels, height, width] of n pictures, each varied by its own source of chance or taken as it is (null). */
  activations(pictures: readonly GreyImage[], chances: Chances): Promise<FloatTensor>;
  close(): Promise<void>;
}

type Chances = readonly (() => number)[] | null;

/** `lower` computes one tensor from the picture. A full training has no frozen part: its tensor is the picture itself. */
export async function openFrozenPart(
  lower: OnnxModel | null,
  input: ImageInput,
  augmentation: Augmentation,
): Promise<FrozenPart> {
  const session = lower === null ? null : await openOnnxSession(encodeModel(lower));
  const output = lower?.outputs[0]?.name ?? '';
  return {
    async activations(pictures, chances) {
      const parts: FloatTensor[] = [];
      for (const [i, picture] of pictures.entries()) {
        const chance = chances?.[i];
        const seen = chance === undefined ? picture : augment(picture, augmentation, chance);
        parts.push(await carried(session, { input, output, data: preprocess(seen, input) }));
      }
      return stacked(parts);
    },
    close: async () => session?.close(),
  };
}

interface Carried {
  readonly input: ImageInput;
  readonly output: string;
  readonly data: Float32Array;
}

/** One by one: on a processor batches gain nothing and cost memory. */
async function carried(session: GraphSession | null, { input, output, data }: Carried) {
  const dims = [1, input.channels, input.height, input.width];
  if (session === null) return { dims, data };
  const [tensor] = await session.run({ name: input.tensor, dims, data }, [output]);
  if (tensor === undefined) throw new Error(`the frozen part computes no "${output}"`);
  return tensor;
}

function stacked(parts: readonly FloatTensor[]): FloatTensor {
  const [first] = parts;
  if (first === undefined) throw new Error('no pictures to stack');
  const data = new Float32Array(parts.length * first.data.length);
  for (const [i, part] of parts.entries()) data.set(part.data, i * first.data.length);
  return { dims: [parts.length, ...first.dims.slice(1)], data };
}

/** The same seed, epoch and line vary a picture in the same way, in whatever order pictures come and wherever a run goes on. */
export function chanceOf(seed: number, epoch: number, line: number): () => number {
  const ofEpoch = seededRandom(seed * 2 ** 24 + epoch);
  return seededRandom(Math.floor(ofEpoch() * 2 ** 32) * 2 ** 20 + line);
}
