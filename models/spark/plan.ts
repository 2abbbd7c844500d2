// Which rows a distributed run reads and what they are: by the same rules as on one machine.
import path from 'node:path';
import { InputError } from '../../fleet/errors.ts';
import { bundleNamed } from '../bundle/named-bundle.ts';
import type { ManifestRow } from '../data/manifest.ts';
import { manifestBytesMax, parseManifest, rowsOfSplit } from '../data/manifest.ts';
import { pictureInput } from './score-stream.ts';

export interface ModelRequest {
  readonly model: string;
  readonly registry?: string;
}

export interface PlanRequest extends ModelRequest {
  /** The text of the manifest, wherever it lies. */
  readonly manifest: string;
  readonly source: string;
  /** Each as `evaluate --split` takes them; null for all rows of the model's task. */
  readonly splits: readonly (string | null)[];
}

/** A row of the manifest; `line` names it from here on. */
type PlannedRow = Pick<ManifestRow, 'line' | 'file' | 'label' | 'patient' | 'study'>;

export async function plan({ model, registry, manifest, source, splits }: PlanRequest) {
  if (Buffer.byteLength(manifest) > manifestBytesMax)
    throw new InputError('manifest-too-large', {
      found: `${source} has more than ${manifestBytesMax} bytes`,
      why: 'The driver holds it in memory as a whole',
      remedy: 'Split it by task',
    });
  const { manifest: judged } = await bundleNamed(model, registry);
  pictureInput(judged);
  const rows = parseManifest(manifest, { task: judged.task, source });
  const { name, version, calibration, threshold } = judged;
  return {
    model: { name, version, sha256: judged.model.sha256, calibration, threshold },
    sets: splits.map((split) => (split === null ? rows : rowsOfSplit(rows, split)).map(planned)),
  };
}

function planned({ line, file, label, patient, study }: ManifestRow): PlannedRow {
  const normal = path.posix.normalize(file);
  if (path.posix.isAbsolute(normal) || normal.split('/')[0] === '..')
    throw new InputError('manifest-row', {
      found: `Line ${line}: "${file}" lies outside the data folder`,
      why: 'A run reads below its root only',
      remedy: 'Mend that row',
    });
  return { line, file: normal, label, patient, study };
}
