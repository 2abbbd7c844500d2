// Runs ONNX graphs with onnxruntime on one thread of the CPU. A run blocks the event loop: call this from a worker.
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { InputError } from '../../fleet/errors.ts';
import type { GraphSession } from './graph-session.ts';

/** Throws `InputError` 'model-invalid' when onnxruntime refuses the graph. */
export async function openOnnxSession(modelBytes: Uint8Array): Promise<GraphSession> {
  const session = await createSession(modelBytes);
  return {
    async run({ name, dims, data }, outputs) {
      const results = await session.run({ [name]: new Tensor('float32', data, dims) }, outputs);
      return outputs.map((output) => {
        const tensor = results[output];
        if (tensor === undefined || !(tensor.data instanceof Float32Array))
          throw new Error(`onnxruntime gave no float32 "${output}"`);
        return { dims: tensor.dims, data: tensor.data };
      });
    },
    close: () => session.release(),
  };
}

async function createSession(modelBytes: Uint8Array): Promise<InferenceSession> {
  try {
    // One thread per session: scaling is by workers, and results do not depend on how many cores a machine has.
    return await InferenceSession.create(modelBytes, {
      executionProviders: ['cpu'],
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
    });
  } catch (error) {
    throw new InputError(
      'model-invalid',
      {
        found: `onnxruntime refuses the model of ${modelBytes.length} bytes`,
        why: error instanceof Object && 'message' in error ? String(error.message) : String(error),
        remedy: 'Restore the file from the registry, or train the model again',
      },
      { cause: error },
    );
  }
}
