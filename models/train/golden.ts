// Golden inputs: phantoms (never patients) and the logits that every engine must give for them.
import type { GoldenInput, ImageInput } from '../bundle/manifest.ts';
import { openOnnxSession } from '../engine/onnx-session.ts';
import { decodeGrey } from '../imaging/decode.ts';
import { encodePng } from '../imaging/encode.ts';
import type { GreyImage } from '../imaging/grey-image.ts';
import { preprocess } from '../imaging/preprocess.ts';

const pictures = [
  { seed: 1, finding: false },
  { seed: 2, finding: true },
];

export async function goldenPictures(
  modelBytes: Uint8Array,
  input: ImageInput,
  draw: (seed: number, finding: boolean) => GreyImage,
) {
  const files: Record<string, Uint8Array> = {};
  const tensors = new Map<string, Float32Array>();
  for (const { seed, finding } of pictures) {
    const name = `golden-${seed}.png`;
    const png = await encodePng(draw(seed, finding));
    files[name] = png;
    tensors.set(name, preprocess(await decodeGrey(png), input));
  }
  const dims = [1, input.channels, input.height, input.width];
  const logits = await run(modelBytes, input.tensor, { dims, tensors: [...tensors.values()] });
  const inputs: GoldenInput[] = [...tensors.keys()].map((name, index) => ({
    input: name,
    logit: logits[index] ?? Number.NaN,
  }));
  return { files, inputs };
}

export async function goldenRows(
  modelBytes: Uint8Array,
  tensor: string,
  rows: readonly (readonly number[])[],
): Promise<readonly GoldenInput[]> {
  const tensors = rows.map((row) => Float32Array.from(row));
  const logits = await run(modelBytes, tensor, { dims: [1, rows[0]?.length ?? 0], tensors });
  return rows.map((row, index) => ({ input: row, logit: logits[index] ?? Number.NaN }));
}

async function run(
  modelBytes: Uint8Array,
  name: string,
  {
    dims,
    tensors,
  }: { readonly dims: readonly number[]; readonly tensors: readonly Float32Array[] },
): Promise<readonly number[]> {
  const session = await openOnnxSession(modelBytes);
  try {
    const logits: number[] = [];
    for (const data of tensors) {
      const [logit] = await session.run({ name, dims, data }, ['logit']);
      logits.push(logit?.data[0] ?? Number.NaN);
    }
    return logits;
  } finally {
    await session.close();
  }
}
