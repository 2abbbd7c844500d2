// The knee model as a draft that decides drawn films both ways, and what of its report a cluster can say.
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EvaluationReport } from '../../fleet/card.ts';
import { manifestFile } from '../../models/bundle/load-bundle.ts';
import { bundleNamed } from '../../models/bundle/named-bundle.ts';
import { signatureFile } from '../../models/bundle/signature.ts';
import { onnxEngine } from '../../models/engine/onnx-engine.ts';
import { logitsOf } from '../../models/evaluate/answered-report.ts';
import { calibrated } from '../../models/evaluate/calibrate.ts';
import { readRows } from '../../models/evaluate/read-rows.ts';
import { selectSamples } from '../../models/evaluate/samples.ts';
import { openReader } from '../../models/reader.ts';

/** The model that serves, as a draft whose threshold parts these rows: it calls all drawn knees alike. */
export async function partingDraft(
  folder: string,
  manifest: string,
  root: string,
): Promise<string> {
  const { dir, manifest: serving } = await bundleNamed('knee-osteoarthritis');
  const draft = join(folder, 'draft');
  cpSync(dir, draft, { recursive: true });
  rmSync(join(draft, signatureFile));
  const reader = await openReader(await bundleNamed(draft), onnxEngine);
  const samples = selectSamples(serving, readFileSync(manifest, 'utf8'), { manifest, root });
  const { answers } = await readRows(reader, samples);
  await reader.close();
  const sorted = logitsOf(answers).toSorted();
  const quantile = (share: number) =>
    calibrated(serving.calibration, sorted[Math.floor(share * sorted.length)]!);
  const parting = {
    threshold: quantile(0.5),
    unsure: { low: quantile(0.4), high: quantile(0.6) },
  };
  const file = join(draft, manifestFile);
  const changed = { ...(JSON.parse(readFileSync(file, 'utf8')) as object), ...parting };
  writeFileSync(file, JSON.stringify(changed));
  return draft;
}

/** What a run of a cluster says: the control of shuffled labels needs the features of all rows in one memory. */
export function withoutControls(report: EvaluationReport): EvaluationReport {
  const { shortcuts, ...others } = report;
  if (shortcuts === undefined) return report;
  const baselines = shortcuts.baselines.filter(({ title }) => !title.startsWith('Control'));
  return { ...others, shortcuts: { ...shortcuts, baselines } };
}
