// What becomes of a reading beside its answer: it is counted, compared with the reference, and read by the shadow.
import type { Decision } from '../../fleet/study.ts';
import type { BundleManifest } from '../../models/bundle/manifest.ts';
import type { Reading } from '../../models/reader.ts';
import type { Serving } from './choose-version.ts';
import type { InputDrift } from './input-drift.ts';
import type { InferencePool } from './pool/inference-pool.ts';
import { isSameModel } from './pool/messages.ts';
import { readAlong } from './shadow.ts';
import type { versionMetrics } from './version-metrics.ts';

interface FollowedReading {
  readonly manifest: BundleManifest;
  readonly image: Uint8Array;
  readonly reading: Reading;
  readonly decision: Decision;
}

export interface ReadingListener {
  read(followed: FollowedReading): void;
  /** By the gate of the model. */
  refused(manifest: BundleManifest): void;
}

export interface FollowDeps extends Serving {
  readonly pool: Pick<InferencePool, 'status' | 'readAlong'>;
  readonly drift: InputDrift;
  readonly metrics: Pick<ReturnType<typeof versionMetrics>, 'readings' | 'countShadow'>;
}

export function followReadings({ pool, states, drift, metrics }: FollowDeps): ReadingListener {
  return {
    read({ manifest, image, reading, decision }) {
      const { name: model, version } = manifest;
      metrics.readings.inc({ model, version, decision });
      drift.read(manifest, { logit: reading.logit, ...reading.gate, decision });
      const inProduction = pool.status().readiness?.models ?? [];
      if (!inProduction.some((one) => isSameModel(one, manifest))) return;
      const { probability } = reading;
      const onReading = metrics.countShadow.bind(metrics);
      void readAlong({ pool, states, onReading }, { manifest, image, probability, decision });
    },
    refused: (manifest) => drift.refused(manifest),
  };
}
