// The latest readings of each model as counts: how they lie beside its reference, how many abstain, how many films are refused.
import { Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import type { Decision } from '../../fleet/study.ts';
import type { BundleManifest } from '../../models/bundle/manifest.ts';
import { binOf, readingsMin, stabilityIndex } from '../../models/drift/stability.ts';
import type { ReadingFeature } from '../../models/drift/stability.ts';
import type { ModelVersion } from './pool/messages.ts';

/** Days in a small clinic, minutes in a large one; older readings make room. */
export const windowMax = 1_000;

/** What is kept of a reading: no picture, no number of it but the bins it fell into. */
interface Counted {
  readonly decision: Decision | null;
  readonly bins: readonly number[] | null;
}

export type CountedReading = Readonly<Partial<Record<ReadingFeature, number>>> & {
  readonly logit: number;
  readonly decision: Decision;
};

export interface DriftView extends ModelVersion {
  readonly readings: number;
  readonly refusalRatio: number;
  /** Null while no reading was answered. */
  readonly abstentionRatio: number | null;
  /** Empty without a reference, and before there are `readingsMin`. */
  readonly psi: readonly (readonly [feature: ReadingFeature, psi: number])[];
}

interface Window {
  readonly manifest: BundleManifest;
  readonly counted: Counted[];
}

export class InputDrift {
  readonly #windows = new Map<string, Window>();

  read(manifest: BundleManifest, { decision, ...values }: CountedReading): void {
    const bins = manifest.reference?.bins.map(({ of, edges }) =>
      binOf(edges, values[of] ?? Number.NaN),
    );
    this.#add(manifest, { decision, bins: bins ?? null });
  }

  /** By the model's gate. */
  refused(manifest: BundleManifest): void {
    this.#add(manifest, { decision: null, bins: null });
  }

  views(): readonly DriftView[] {
    return [...this.#windows.values()].map(viewOf);
  }

  /** The window of a version that serves no more is of no use to anybody. */
  keepOnly(served: readonly ModelVersion[]): void {
    const keys = new Set(served.map(keyOf));
    for (const key of this.#windows.keys()) if (!keys.has(key)) this.#windows.delete(key);
  }

  #add(manifest: BundleManifest, counted: Counted): void {
    const key = keyOf(manifest);
    const window = this.#windows.get(key) ?? { manifest, counted: [] };
    this.#windows.set(key, window);
    window.counted.push(counted);
    if (window.counted.length > windowMax) window.counted.shift();
  }
}

const keyOf = ({ name, version }: ModelVersion) => `${name} ${version}`;

function viewOf({ manifest: { name, version, reference }, counted }: Window): DriftView {
  const answered = counted.filter(({ decision }) => decision !== null);
  const unsure = answered.filter(({ decision }) => decision === 'unsure').length;
  const isEnough = reference !== undefined && answered.length >= readingsMin;
  return {
    name,
    version,
    readings: counted.length,
    refusalRatio: 1 - answered.length / counted.length,
    abstentionRatio: answered.length === 0 ? null : unsure / answered.length,
    psi: isEnough
      ? reference.bins.map((bins, at) => {
          const counts = bins.shares.map(
            (_, bin) => answered.filter((reading) => reading.bins?.[at] === bin).length,
          );
          return [bins.of, stabilityIndex(bins, reference, counts)] as const;
        })
      : [],
  };
}

export function observeDrift(registry: Registry, drift: Pick<InputDrift, 'views'>): void {
  type Point = readonly [labels: Record<string, string>, value: number];
  const gauge = (name: string, help: string, points: (view: DriftView) => readonly Point[]) =>
    new Gauge({
      name,
      help,
      labelNames: ['model', 'version', 'feature'],
      registers: [registry],
      collect() {
        this.reset();
        for (const view of drift.views())
          for (const [labels, value] of points(view))
            this.set({ model: view.name, version: view.version, ...labels }, value);
      },
    });
  gauge(
    'evenkeel_model_input_psi',
    'Population stability index of the latest readings beside the reference in the bundle',
    ({ psi }) => psi.map(([feature, value]) => [{ feature }, value]),
  );
  gauge(
    'evenkeel_model_abstention_ratio',
    'Of the latest readings, those within the band that abstains',
    ({ abstentionRatio }) => (abstentionRatio === null ? [] : [[{}, abstentionRatio]]),
  );
  gauge(
    'evenkeel_model_refusal_ratio',
    'Of the latest films, those that the gate does not know',
    ({ refusalRatio }) => [[{}, refusalRatio]],
  );
  gauge('evenkeel_model_window_readings', 'How many films these ratios are of', ({ readings }) => [
    [{}, readings],
  ]);
}
