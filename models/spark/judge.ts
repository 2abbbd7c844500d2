// The evaluation of rows that many machines have scored: the figures and intervals that one machine would print.
import type { Evaluation } from '../../fleet/card.ts';
import { registryRoot } from '../bundle/registry.ts';
import { namedBundle } from '../evaluate/evaluate-model.ts';
import { evaluation } from '../evaluate/evaluation.ts';
import type { ModelRequest } from './plan.ts';

export interface JudgeRequest extends ModelRequest {
  /** In the order of the manifest, which the resampling of patients depends on. */
  readonly logits: readonly number[];
  readonly labels: readonly number[];
  readonly patients: readonly string[];
}

export async function judge(request: JudgeRequest): Promise<Evaluation> {
  const { manifest } = await namedBundle(request.model, request.registry ?? registryRoot);
  return evaluation(manifest, {
    logits: Float64Array.from(request.logits),
    labels: Uint8Array.from(request.labels),
    patients: request.patients,
  });
}
