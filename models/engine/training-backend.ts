// What trainings compute their gradients on: TensorFlow where its addon was built, plain JavaScript, far slower, everywhere else.
import * as tf from '@tensorflow/tfjs-core';
import { gpuAddonPresent, tfjsBackend } from './tfjs-backend.ts';

export type TrainingBackend = 'tensorflow-gpu' | 'tensorflow' | 'cpu';

/** WebAssembly, which serving falls back on, has no gradients of convolutions. */
export async function trainingBackend(): Promise<TrainingBackend> {
  if (gpuAddonPresent()) {
    const { name, onGpu } = await tfjsBackend();
    if (name === 'tensorflow') return onGpu ? 'tensorflow-gpu' : 'tensorflow';
  }
  // The whole package, because nothing smaller registers gradients in a form that Node.js loads; it brings this backend along.
  await import('@tensorflow/tfjs');
  if (!(await tf.setBackend('cpu'))) throw new Error('the JavaScript backend does not start');
  return 'cpu';
}
