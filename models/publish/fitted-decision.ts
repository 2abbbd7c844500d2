// Calibration, threshold and abstention band of a model that came without them, fitted on validation rows.
import type { Bundle } from '../bundle/load-bundle.ts';
import type { BundleManifest } from '../bundle/manifest.ts';
import { readTable } from '../data/manifest.ts';
import { onnxEngine } from '../engine/onnx-engine.ts';
import { calibrated, fitPlatt } from '../evaluate/calibrate.ts';
import type { SampleRequest } from '../evaluate/samples.ts';
import { selectSamples } from '../evaluate/samples.ts';
import { abstentionBand, youdenThreshold } from '../evaluate/threshold.ts';
import { openReader } from '../reader.ts';

/** Of the validation rows, the model decides this share by itself. */
const coverage = 0.95;

export async function fittedDecision(
  bundle: Bundle,
  request: SampleRequest,
): Promise<Pick<BundleManifest, 'calibration' | 'threshold' | 'unsure'>> {
  const text = await readTable(request.manifest, 'manifest');
  const { labels, read } = selectSamples(bundle.manifest, text, request);
  const reader = await openReader(bundle, onnxEngine);
  const logits = new Float64Array(labels.length);
  try {
    for (let row = 0; row < labels.length; row++) {
      const { logit } = await reader.infer((await read(row)).tensor, 1);
      logits[row] = logit[0] ?? Number.NaN;
    }
  } finally {
    await reader.close();
  }
  const calibration = fitPlatt(logits, labels);
  const probabilities = logits.map((logit) => calibrated(calibration, logit));
  const threshold = youdenThreshold(probabilities, labels);
  const { low, high } = abstentionBand(probabilities, labels, { threshold, coverage });
  return { calibration, threshold, unsure: { low, high } };
}
