// A worker program that does what the first byte of the picture says: 0 answers, 1 exits, 2 hangs, 3 aborts, 4 is slow.
import { imageManifest, tableManifest } from './manifests.ts';
import type { FromWorker, ToWorker } from '../../services/inference/pool/messages.ts';

const tell = (message: FromWorker) => process.send?.(message);

function answer(image: Uint8Array): void {
  const heatmapPng = Uint8Array.of(0x89, ...image.subarray(0, 4));
  tell({
    kind: 'done',
    result: { logit: 1, probability: 0.9, features: null, isFamiliar: true, heatmapPng },
    residentBytes: 1,
  });
}

process.on('message', (message: ToWorker) => {
  if (message.kind === 'close') process.exit(0);
  if (message.kind === 'start') {
    const engine = { id: 'onnx', description: 'scripted' } as const;
    const models = [imageManifest, tableManifest];
    if (message.setup.modelsDir === 'cannot-load') {
      process.stderr.write('no such library\n');
      process.exit(7);
    }
    tell({ kind: 'ready', readiness: { engine, models, candidates: [], rejected: [] } });
    return;
  }
  if (message.task.kind !== 'read') return;
  const { image } = message.task;
  process.stderr.write('PATIENT NAME in a picture\n');
  if (image[0] === 1) process.exit(3);
  if (image[0] === 2) for (;;);
  if (image[0] === 3) process.abort();
  if (image[0] === 4) setTimeout(() => answer(image), 100);
  else answer(image);
});
process.on('disconnect', () => process.exit(0));
