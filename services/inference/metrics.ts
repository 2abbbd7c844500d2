// What the service counts, for Prometheus: OpenTelemetry-style names in seconds. No label ever names a patient or a study.
import { hostname } from 'node:os';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { MirrorFault } from '../adapters/mirror-object-store.ts';
import type { InferencePool, PoolEvents } from './pool/inference-pool.ts';

/** The bounds OpenTelemetry recommends for HTTP durations; runs of 10 ms to 10 s fall within them too. */
const secondsBuckets = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

export type Metrics = ReturnType<typeof createMetrics>;

export function createMetrics({ version }: { readonly version: string }) {
  const registry = new Registry();
  const registers = [registry];
  new Gauge({
    name: 'build_info',
    help: 'Always 1; the labels tell what runs',
    labelNames: ['version', 'node'],
    registers,
  }).set({ version, node: process.version }, 1);
  return {
    registry,
    requestSeconds: new Histogram({
      name: 'http_server_request_duration_seconds',
      help: 'From the first byte of a request to the end of its reply',
      labelNames: ['method', 'route', 'status'],
      buckets: secondsBuckets,
      registers,
    }),
    inferences: new Counter({
      name: 'inference_requests_total',
      help: 'Tasks that workers have run',
      labelNames: ['task', 'model', 'outcome'],
      registers,
    }),
    refusals: new Counter({
      name: 'inference_refusals_total',
      help: 'Pictures that no score was given for, by the code of the refusal',
      labelNames: ['model', 'code'],
      registers,
    }),
    inferenceSeconds: new Histogram({
      name: 'inference_duration_seconds',
      help: 'A run in a worker: decode, preprocess, engine, heat map',
      labelNames: ['task', 'model'],
      buckets: secondsBuckets,
      registers,
    }),
    queueSeconds: new Histogram({
      name: 'inference_queue_seconds',
      help: 'From the arrival in the queue to the start of the run',
      buckets: secondsBuckets,
      registers,
    }),
    workersLost: new Counter({
      name: 'inference_workers_lost_total',
      help: 'Workers that ended or were ended, by cause',
      labelNames: ['cause'],
      registers,
    }),
    ...storeMetrics(registers),
  };
}

function storeMetrics(registers: Registry[]) {
  return {
    lookups: new Counter({
      name: 'study_lookups_total',
      help: 'Uploads answered from the store (hit), read anew (miss), or asked not to be looked up (bypass)',
      labelNames: ['outcome'],
      registers,
    }),
    storeFaults: new Counter({
      name: 'object_store_faults_total',
      help: 'Operations that failed in one store: 0 is the own one, the others are its mirrors',
      labelNames: ['operation', 'store'],
      registers,
    }),
    swept: new Counter({
      name: 'studies_swept_total',
      help: 'Stored studies removed at the end of their time',
      registers,
    }),
    filmsForgotten: new Counter({
      name: 'lake_films_forgotten_total',
      help: 'Films removed from the lake at the end of their time, or anew after a withdrawal',
      registers,
    }),
  };
}

/**
 * Heap, event loop and open files of the process; they start observers that live as long as it does. Behind a balancer each scrape may
 * meet another machine, whose counters must not look like a jump of this one's.
 */
export function countProcess({ registry }: Metrics): void {
  registry.setDefaultLabels({ machine: hostname() });
  collectDefaultMetrics({ register: registry });
}

/** Gauges that are read from the pool when Prometheus asks. */
export function observePool({ registry }: Metrics, pool: InferencePool): void {
  const observed: readonly [name: string, help: string, read: () => number][] = [
    ['inference_queue_length', 'Tasks that wait for a worker', () => pool.status().queueLength],
    ['inference_running', 'Tasks that workers run', () => pool.status().running],
    ['inference_workers_live', 'Workers that can run a task', () => pool.status().workersLive],
    ['inference_workers_wanted', 'Workers there should be', () => pool.status().workersWanted],
    ['inference_ready', '1 when /readyz says so', () => Number(pool.status().ready)],
  ];
  for (const [name, help, read] of observed)
    registry.registerMetric(
      new Gauge({
        name,
        help,
        registers: [],
        collect() {
          this.set(read());
        },
      }),
    );
  registry.registerMetric(modelInfo(pool));
}

const modelInfo = (pool: InferencePool) =>
  new Gauge({
    name: 'model_info',
    help: 'Always 1; the labels tell which models serve on which engine',
    labelNames: ['model', 'version', 'engine'],
    registers: [],
    collect() {
      this.reset();
      const { readiness } = pool.status();
      for (const { name, version } of readiness?.models ?? [])
        this.set({ model: name, version, engine: readiness?.engine.id ?? '' }, 1);
    },
  });

export function countFinished(metrics: Metrics): PoolEvents['finished'] {
  return ({ task, model, outcome, refusal, queuedMs, ranMs }) => {
    const labels = { task, model: model?.name ?? '' };
    metrics.inferences.inc({ ...labels, outcome });
    if (refusal !== null && task !== 'shadow')
      metrics.refusals.inc({ model: labels.model, code: refusal });
    metrics.inferenceSeconds.observe(labels, ranMs / 1_000);
    // What nobody waits for may wait long, and nobody is to be called for it.
    if (task !== 'golden' && task !== 'shadow') metrics.queueSeconds.observe(queuedMs / 1_000);
  };
}

export const countStoreFault = (metrics: Metrics, { operation, store }: MirrorFault): void =>
  metrics.storeFaults.inc({ operation, store: String(store) });
