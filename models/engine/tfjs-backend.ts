// Chooses what TensorFlow.js computes on: the GPU package where it really loads, WebAssembly everywhere else.
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';

export interface TfjsBackend {
  readonly name: 'tensorflow' | 'wasm';
  /** The native package may load and still find no device. */
  readonly onGpu: boolean;
}

const gpuPackage = '@tensorflow/tfjs-node-gpu';
const packages = createRequire(import.meta.url);
let chosen: Promise<TfjsBackend> | null = null;

/** TensorFlow.js keeps one backend per process, so the choice is made once. */
export function tfjsBackend(): Promise<TfjsBackend> {
  chosen ??= chooseBackend();
  return chosen;
}

async function chooseBackend(): Promise<TfjsBackend> {
  const native = gpuAddonPresent() ? await nativeBackend() : null;
  return native ?? wasmBackend();
}

/**
 * npm installs the package's JavaScript, and only an image built for GPUs adds the compiled addon. Looking for the file
 * first spares everyone else a second of loading what then throws.
 */
export function gpuAddonPresent(): boolean {
  const root = packageRoot(gpuPackage);
  const lib = root === null ? null : join(root, 'lib');
  if (lib === null || !existsSync(lib)) return false;
  return readdirSync(lib).some((abi) => existsSync(join(lib, abi, 'tfjs_binding.node')));
}

async function nativeBackend(): Promise<TfjsBackend | null> {
  restoreUtilFunctions();
  try {
    await import(gpuPackage);
    if (!(await tf.setBackend('tensorflow'))) return null;
    const backend = tf.backend() as { readonly isUsingGpuDevice?: boolean };
    return { name: 'tensorflow', onGpu: backend.isUsingGpuDevice === true };
  } catch {
    // A missing CUDA library surfaces here; WebAssembly answers the same, only slower, and the description says which.
    return null;
  }
}

/** Node 23 removed functions that tfjs-node 4.22 still calls (tensorflow/tfjs#8609); nothing newer was released. */
function restoreUtilFunctions(): void {
  const util = packages('node:util') as Record<string, unknown>;
  util['isNullOrUndefined'] ??= (value: unknown) => value === null || value === undefined;
  util['isArray'] ??= Array.isArray;
}

async function wasmBackend(): Promise<TfjsBackend> {
  // Imported only here: loading it registers kernels and compiles a megabyte of WebAssembly. Its files lie beside its code.
  await import('@tensorflow/tfjs-backend-wasm');
  const started = await keepingErrorListeners(() => tf.setBackend('wasm'));
  if (!started) throw new Error('the WebAssembly backend does not start');
  return { name: 'wasm', onGpu: false };
}

/** Emscripten adds process-wide listeners that rethrow errors which the service handles, or would die of in plain words. */
async function keepingErrorListeners<T>(work: () => Promise<T>): Promise<T> {
  const events = ['uncaughtException', 'unhandledRejection'];
  const before = events.map((event) => process.listeners(event as 'exit'));
  const result = await work();
  for (const [i, event] of events.entries())
    for (const listener of process.listeners(event as 'exit'))
      if (!before[i]?.includes(listener)) process.removeListener(event, listener);
  return result;
}

function packageRoot(name: string): string | null {
  try {
    return dirname(packages.resolve(`${name}/package.json`));
  } catch {
    return null;
  }
}
