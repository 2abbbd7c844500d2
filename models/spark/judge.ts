// The evaluation of rows that many machines have scored: the figures and intervals that one machine would print.
import type { Evaluation } from '../../fleet/card.ts';
import { bundleNamed } from '../bundle/named-bundle.ts';
import { evaluation } from '../evaluate/evaluation.ts';
import type { ModelRequest } from './plan.ts';

export interface JudgeRequest extends ModelRequest {
  /** In the order of the manifest, which the resampling of patients depends on. */
  readonly logits: readonly number[];
  readonly labels: readonly number[];
  readonly patients: readonly string[];
}

export async function judge(request: JudgeRequest): Promise<Evaluation> {
  const { manifest } = await bundleNamed(request.model, request.registry);
  return evaluation(manifest, {
    logits: Float64Array.from(request.logits),
    labels: Uint8Array.from(request.labels),
    patients: request.patients,
  });
}
