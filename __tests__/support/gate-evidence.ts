// A model, films that it tells apart well but not perfectly, and what a gate is given about them.
import type { BundleManifest } from '../../models/bundle/manifest.ts';
import type { ModelAnswer } from '../../models/evaluate/read-rows.ts';
import { seededRandom } from '../../models/evaluate/seeded-random.ts';
import type { Evidence } from '../../models/gate/judge.ts';
import { judge } from '../../models/gate/judge.ts';

export const setSha256 = 'c'.repeat(64);
export const floors = { auroc: 0.8, sensitivity: 0.7, specificity: 0.7 };

export const manifest: BundleManifest = {
  formatVersion: 1,
  name: 'hip',
  version: '1.0.0',
  task: 'hip-fracture',
  label: 'fracture',
  model: { file: 'model.onnx', sha256: 'a'.repeat(64), bytes: 1 },
  files: [],
  input: { kind: 'table', tensor: 'rows', columns: ['a', 'b'] },
  outputs: { logit: 'logit' },
  calibration: { slope: 1, intercept: 0 },
  threshold: 0.5,
  unsure: { low: 0.4, high: 0.6 },
  golden: [{ input: [1, 2], logit: 0 }],
  licence: 'CC-BY-4.0',
  provenance: {},
};
export const newer = { ...manifest, version: '1.1.0' };

/** Two films a patient; half of the patients are sick, and the logits tell them apart well but not perfectly. */
export function drawn(patients: number, seed = 1) {
  const random = seededRandom(seed);
  const rows = Array.from({ length: 2 * patients }, (_, row) => {
    const label = (row >> 1) % 2;
    const noise = random() + random() + random() + random() - 2;
    return { label, patient: `p${row >> 1}`, logit: (label === 1 ? 1.2 : -1.2) + 1.5 * noise };
  });
  return {
    labels: Uint8Array.from(rows, ({ label }) => label),
    patients: rows.map(({ patient }) => patient),
    logits: Float64Array.from(rows, ({ logit }) => logit),
  };
}

export const answering = (
  of: BundleManifest,
  logits: Float64Array,
  answer: (row: number) => Partial<ModelAnswer> = () => ({}),
): Evidence['candidate'] => ({
  manifest: of,
  answers: Array.from(logits, (logit, row) => ({
    logit,
    isKnown: true,
    isFamiliar: true,
    grades: null,
    ...answer(row),
  })),
});

export function evidence(patients: number, changes: Partial<Evidence> = {}): Evidence {
  const { labels, patients: owners, logits } = drawn(patients);
  return {
    setSha256,
    labels,
    patients: owners,
    sublabels: owners.map((_, row) => ((row >> 2) % 4 === 0 ? 'left' : 'right')),
    candidate: answering(newer, logits),
    incumbent: answering(manifest, logits),
    golden: [
      { engine: 'onnx', refused: null },
      { engine: 'tfjs', refused: null },
    ],
    latencyRatio: 1,
    memoryRatio: 1,
    ...changes,
  };
}

export const settings = { seed: 1, resamples: 300 };
export const outcomes = (given: Evidence) =>
  Object.fromEntries(judge(given, settings).checks.map(({ name, outcome }) => [name, outcome]));
