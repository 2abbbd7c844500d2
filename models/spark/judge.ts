// The evaluation of rows that many machines have answered: the report that one machine would print.
import type { EvaluationReport } from '../../fleet/card.ts';
import { bundleNamed } from '../bundle/named-bundle.ts';
import { answeredReport } from '../evaluate/answered-report.ts';
import type { RowAnswer } from '../evaluate/read-rows.ts';
import { selectSamples } from '../evaluate/samples.ts';
import type { ModelRequest } from './plan.ts';

export interface JudgeRequest extends ModelRequest {
  /** The text of the manifest, as it was planned with. */
  readonly manifest: string;
  readonly source: string;
  readonly split: string | null;
  /** In the order of the manifest, which the resampling of patients depends on. */
  readonly answers: readonly RowAnswer[];
}

/** Without the control of shuffled labels, which needs the features of all rows in one memory. */
export async function judge(request: JudgeRequest): Promise<EvaluationReport> {
  const { model, registry, manifest: text, source, split, answers } = request;
  const { manifest } = await bundleNamed(model, registry);
  const samples = selectSamples(manifest, text, {
    manifest: source,
    root: '',
    ...(split !== null && { split }),
  });
  if (answers.length !== samples.labels.length)
    throw new Error(`${answers.length} answers for ${samples.labels.length} rows`);
  return answeredReport(manifest, samples, { answers, features: null });
}
