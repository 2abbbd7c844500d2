// The service's app over a pool that answers from memory, without processes or a listener.
import type { InferencePool, PoolStatus } from '../../services/inference/pool/inference-pool.ts';
import { memoryObjectStore } from '../../services/adapters/memory-object-store.ts';
import type { ObjectStore } from '../../services/adapters/object-store.ts';
import { buildApp } from '../../services/inference/app.ts';
import type { ReadingListener } from '../../services/inference/follow-readings.ts';
import type { ModelStates } from '../../services/inference/golden-checks.ts';
import { createMetrics, observePool } from '../../services/inference/metrics.ts';
import { storedStudies } from '../../services/inference/read-study.ts';
import { researchDesk } from '../../services/learning/research-desk.ts';
import { pagesPlugin } from '../../services/pages/plugin.ts';
import { settingsFrom } from '../../services/settings.ts';
import type { Environment } from '../../services/settings.ts';
import { imageManifest, tableManifest } from './manifests.ts';

const readyStatus: PoolStatus = {
  readiness: {
    engine: { id: 'onnx', description: 'test engine' },
    models: [imageManifest, tableManifest],
    candidates: [],
    rejected: [],
  },
  ready: true,
  workersLive: 2,
  workersWanted: 2,
  queueLength: 0,
  running: 0,
  setAside: [],
  fault: null,
};

export const overlayPng = Uint8Array.of(0x89, 0x50, 0x4e, 0x47);

export interface TestPool extends InferencePool {
  current: PoolStatus;
  reads: number;
}

/** Reads every picture as its first byte in percent; `change` replaces single operations. */
export function testPool(change: Partial<InferencePool> = {}): TestPool {
  const pool: TestPool = {
    current: readyStatus,
    reads: 0,
    async read(_model, image) {
      pool.reads += 1;
      return {
        logit: 0,
        probability: (image[0] ?? 0) / 100,
        features: Float32Array.from(image.subarray(0, 4)),
        isFamiliar: true,
        heatmapPng: overlayPng,
      };
    },
    infer: async (_model, input, n) => ({
      logit: Float32Array.from({ length: n }, (_, i) => input[i] ?? 0),
      cam: null,
      camHeight: 0,
      camWidth: 0,
      features: null,
      gate: null,
    }),
    readAlong: async () => Promise.reject(new Error('no shadow is served')),
    golden: async () => 0,
    preview: async () => overlayPng,
    status: () => pool.current,
    retryAfterSeconds: () => 17,
    ...change,
  };
  return pool;
}

export interface TestAppOptions {
  readonly pool?: TestPool;
  readonly store?: ObjectStore;
  readonly env?: Environment;
  readonly isDraining?: () => boolean;
  /** With a lake in this store. */
  readonly lake?: ObjectStore;
  readonly nowMs?: () => number;
  readonly states?: ModelStates;
  readonly listener?: ReadingListener;
}

const allGood: ModelStates = { stateOf: () => 'good' };

export async function testApp({
  pool = testPool(),
  store = memoryObjectStore(() => 0),
  env = {},
  isDraining = () => false,
  lake,
  nowMs = () => Date.UTC(2026, 10, 21, 12),
  states = allGood,
  listener = { read: () => undefined, refused: () => undefined },
}: TestAppOptions = {}) {
  const settings = settingsFrom({ EVENKEEL_REGION: 'test-region', ...env });
  const metrics = createMetrics(settings);
  observePool(metrics, pool);
  const log: string[] = [];
  const logTo = { write: (line: string) => void log.push(line) };
  const app = await buildApp(settings, { tls: null, logTo }, () => {
    const onLookup = (outcome: string) => metrics.lookups.inc({ outcome });
    const { region, lakeDaysMax: daysMax, lakeFilmsMax: filmsMax } = settings;
    const research =
      lake === undefined
        ? null
        : researchDesk({ store: lake, nowMs, daysMax, filmsMax }, () => undefined);
    const studies = storedStudies({ region, pool, states, listener, store, onLookup, research });
    return {
      pool,
      states,
      studies,
      metrics,
      isDraining,
      research,
      pages: [(scope, intake) => pagesPlugin(scope, { studies, region, intake, research })],
    };
  });
  return { app, pool, store, metrics, log };
}
