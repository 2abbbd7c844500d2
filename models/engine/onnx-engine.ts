// The default engine on CPUs: onnxruntime, four to eight times faster there than TensorFlow.js on WebAssembly.
import { createRequire } from 'node:module';
import type { Engine } from './engine.ts';
import { loadedModel } from './loaded-model.ts';
import { openOnnxSession } from './onnx-session.ts';

const { version } = createRequire(import.meta.url)('onnxruntime-node/package.json') as {
  readonly version: string;
};

export const onnxEngine: Engine = {
  id: 'onnx',
  description: `onnxruntime-node ${version} cpu`,
  load: (bundle) => loadedModel(bundle, openOnnxSession),
};
