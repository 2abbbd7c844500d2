// The shipped image backbone: loads it, hash first, and computes features with it for the training recipes.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { InputError } from '../../fleet/errors.ts';
import { sha256 } from '../bundle/load-bundle.ts';
import type { ImageInput } from '../bundle/manifest.ts';
import { openOnnxSession } from '../engine/onnx-session.ts';
import { resizeKernel } from '../imaging/resize.ts';
import { decodeModel } from '../onnx/file.ts';
import type { OnnxModel } from '../onnx/model.ts';
import { backboneInput, backboneSide, featureCount } from './efficientnet-lite0.ts';

export interface Backbone {
  readonly model: OnnxModel;
  readonly modelBytes: Uint8Array;
  /** `efficientnet-lite0.json`: where the weights come from and how close they are to the original. */
  readonly record: BackboneRecord;
}

interface BackboneRecord {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly licence: string;
  readonly provenance: Readonly<Record<string, string>>;
}

const fileOf = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** What every model on this backbone puts under `input`, but for the words about what the picture must show. */
export const backboneImageInput: Omit<ImageInput, 'expects'> = {
  kind: 'image',
  tensor: backboneInput,
  channels: 3,
  height: backboneSide,
  width: backboneSide,
  resize: { fit: 'squash', kernel: resizeKernel },
  // As the weights were trained: TensorFlow's release of the Lite models standardises each channel with (x - 127) / 128.
  mean: 127,
  deviation: 128,
};

/** Throws `InputError` 'backbone-tampered' when the file is not the one that was imported. */
export async function loadBackbone(): Promise<Backbone> {
  const json = await readFile(fileOf('efficientnet-lite0.json'), 'utf8');
  const record = JSON.parse(json) as BackboneRecord;
  const path = fileOf('efficientnet-lite0.onnx');
  const modelBytes = await readFile(path);
  const actual = sha256(modelBytes);
  if (actual !== record.sha256)
    throw new InputError('backbone-tampered', {
      found: `${path} has SHA-256 ${actual}`,
      why: `The import recorded ${record.sha256}, so these are not the weights that were checked`,
      remedy: 'Restore the file from the repository, or import it again: models/backbone/README.md',
    });
  return { model: decodeModel(modelBytes), modelBytes, record };
}

export interface FeatureExtractor {
  /** [n * 1280] features of n preprocessed pictures, [n * 3 * 224 * 224]. */
  features(input: Float32Array, n: number): Promise<Float32Array>;
  close(): Promise<void>;
}

export async function openFeatureExtractor(backbone: Backbone): Promise<FeatureExtractor> {
  const session = await openOnnxSession(backbone.modelBytes);
  return {
    async features(data, n) {
      const dims = [n, 3, backboneSide, backboneSide];
      const [features] = await session.run({ name: backboneInput, dims, data }, ['features']);
      if (features?.data.length !== n * featureCount)
        throw new Error(`the backbone gave ${features?.data.length} features for ${n} pictures`);
      return features.data;
    },
    close: () => session.close(),
  };
}
