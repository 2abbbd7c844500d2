// Golden inputs of a published model: phantoms that are drawn here, or pictures that its scientist declares to be phantoms.
import { join } from 'node:path';
import { fileBytesMax } from '../bundle/check-manifest.ts';
import type { GoldenInput } from '../bundle/manifest.ts';
import { readBounded } from '../bundle/read-bounded.ts';
import { decodeGrey } from '../imaging/decode.ts';
import { encodePng } from '../imaging/encode.ts';
import { drawChest } from '../phantoms/chest.ts';
import { drawKnee } from '../phantoms/knee.ts';
import type { PublishRequest } from './request.ts';

export interface GoldenFiles {
  readonly files: Readonly<Record<string, Uint8Array>>;
  readonly inputs: readonly GoldenInput['input'][];
}

export async function goldenFiles(
  golden: PublishRequest['golden'],
  folder: string,
): Promise<GoldenFiles> {
  if ('invented' in golden) return { files: {}, inputs: golden.invented };
  const pictures =
    'drawn' in golden ? await drawn(golden.drawn) : await given(golden.phantoms, folder);
  const files = Object.fromEntries(
    pictures.map((png, index) => [`golden-${index + 1}.png`, png] as const),
  );
  return { files, inputs: Object.keys(files) };
}

async function drawn(kind: 'chest' | 'knee'): Promise<readonly Uint8Array[]> {
  const draw = kind === 'chest' ? drawChest : drawKnee;
  return [await encodePng(draw(1)), await encodePng(draw(2, { finding: true }))];
}

/** Decoded and encoded again: only the grey levels are shipped, and nothing that the file says beside them. */
async function given(files: readonly string[], folder: string): Promise<readonly Uint8Array[]> {
  const pictures: Uint8Array[] = [];
  for (const file of files)
    pictures.push(
      await encodePng(await decodeGrey(await readBounded(join(folder, file), fileBytesMax))),
    );
  return pictures;
}
