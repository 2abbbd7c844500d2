// Decides which engine computes here: the one asked for, else TensorFlow.js where it reaches a GPU, else onnxruntime.
import type { Engine, EngineId } from './engine.ts';
import { onnxEngine } from './onnx-engine.ts';
import { gpuAddonPresent, tfjsBackend } from './tfjs-backend.ts';
import { tfjsEngine } from './tfjs-engine.ts';

export async function resolveEngine(preferred?: EngineId): Promise<Engine> {
  if (preferred === 'onnx') return onnxEngine;
  if (preferred === 'tfjs') return tfjsEngine();
  const gpu = gpuAddonPresent() && (await tfjsBackend()).onGpu;
  return gpu ? tfjsEngine() : onnxEngine;
}
