// The engine of GPU instances, and a second opinion on every other machine: TensorFlow.js.
import { version_core as version } from '@tensorflow/tfjs-core';
import type { Engine } from './engine.ts';
import { loadedModel } from './loaded-model.ts';
import { tfjsBackend } from './tfjs-backend.ts';
import { openTfjsSession } from './tfjs-session.ts';

export async function tfjsEngine(): Promise<Engine> {
  const { name, onGpu } = await tfjsBackend();
  const where = name === 'wasm' ? 'wasm' : `tensorflow ${onGpu ? 'gpu' : 'cpu'}`;
  return {
    id: 'tfjs',
    description: `tfjs ${version} ${where}`,
    load: (bundle) => loadedModel(bundle, openTfjsSession),
  };
}
