// The port every inference engine implements: the same bundle gives the same logits, |delta| <= 1e-4, on each of them.
import type { Bundle } from '../bundle/load-bundle.ts';

export const engineIds = ['onnx', 'tfjs'] as const;
export type EngineId = (typeof engineIds)[number];

/** Largest difference in logit between engines, and from a bundle's golden answers, that still counts as equal. */
export const logitDeltaMax = 1e-4;

export interface EngineOutput {
  /** [n] */
  readonly logit: Float32Array;
  /** [n * camHeight * camWidth]; null for tables. */
  readonly cam: Float32Array | null;
  readonly camHeight: number;
  readonly camWidth: number;
  /** [n * featureCount]; null for tables. */
  readonly features: Float32Array | null;
  /** [n * cuts], the cumulative logits of models that grade. */
  readonly grades?: Float32Array;
  /** [n] each; null where the bundle has no gate. */
  readonly gate: { readonly margin: Float32Array; readonly distance: Float32Array } | null;
}

export interface LoadedModel {
  /** `input` is the preprocessed tensor of n samples, laid out as the manifest's input says. */
  run(input: Float32Array, n: number): Promise<EngineOutput>;
  /** Waits for the run in progress, then frees the weights. */
  close(): Promise<void>;
}

export interface Engine {
  readonly id: EngineId;
  /** What really computes, e.g. `onnxruntime-node 1.30.0 cpu` or `tfjs 4.22.0 wasm`. */
  readonly description: string;
  load(bundle: Bundle): Promise<LoadedModel>;
}
