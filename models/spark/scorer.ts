// The process that executors stream pictures through: frames in on stdin, frames out on stdout, ends with its input.
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { isInputError } from '../../fleet/errors.ts';
import { bundleNamed } from '../bundle/named-bundle.ts';
import { registryRoot } from '../bundle/registry.ts';
import { onnxEngine } from '../engine/onnx-engine.ts';
import { openReader } from '../reader.ts';
import { answerFrame } from './frames.ts';
import { scoreStream } from './score-stream.ts';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      model: { type: 'string', default: '' },
      registry: { type: 'string', default: registryRoot },
      features: { type: 'boolean', default: false },
    },
  });
  const bundle = await bundleNamed(values.model, values.registry);
  const reader = await openReader(bundle, onnxEngine);
  const { name, version, model } = bundle.manifest;
  const greeting = { name, version, sha256: model.sha256, engine: onnxEngine.description };
  await send(answerFrame(0, 'ready', Buffer.from(JSON.stringify(greeting))));
  for await (const frame of scoreStream(process.stdin, { reader, withFeatures: values.features }))
    await send(frame);
  await reader.close();
}

async function send(frame: Uint8Array): Promise<void> {
  if (!process.stdout.write(frame)) await once(process.stdout, 'drain');
}

try {
  await main();
} catch (error) {
  console.error(isInputError(error) ? `evenkeel: ${error.message}` : error);
  process.exitCode = isInputError(error) ? 2 : 1;
}
