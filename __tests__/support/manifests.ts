// Manifests of an image model and a table model, for tests that need no bundle behind them.
import type { BundleManifest } from '../../models/bundle/manifest.ts';

const shared = {
  formatVersion: 1,
  version: '1.2.3',
  model: { file: 'model.onnx', sha256: '0'.repeat(64), bytes: 1 },
  calibration: { slope: 1, intercept: 0 },
  threshold: 0.5,
  unsure: { low: 0.4, high: 0.6 },
  files: [],
  golden: [],
  licence: 'Apache-2.0',
  provenance: {},
} as const;

export const imageManifest: BundleManifest = {
  ...shared,
  name: 'chest-test',
  task: 'chest-test',
  label: 'Test finding',
  input: {
    kind: 'image',
    tensor: 'input',
    channels: 3,
    height: 2,
    width: 2,
    resize: { fit: 'squash', kernel: 'area' },
    mean: 0.5,
    deviation: 0.5,
    expects: 'A chest film',
  },
  outputs: { logit: 'logit', cam: 'cam', features: 'features' },
};

export const tableManifest: BundleManifest = {
  ...shared,
  name: 'table-test',
  task: 'table-test',
  label: 'malignant',
  input: { kind: 'table', tensor: 'rows', columns: ['a', 'b', 'c'] },
  outputs: { logit: 'logit' },
};
