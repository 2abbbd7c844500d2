// What the versions on probation show to Prometheus, and what became of changes of the pointers.
import { Counter, Gauge, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';
import type { InferencePool, PoolStatus } from './pool/inference-pool.ts';
import { isSameModel } from './pool/messages.ts';
import type { ShadowReading } from './shadow.ts';

export function versionMetrics(registry: Registry) {
  const registers = [registry];
  const shadowReadings = new Counter({
    name: 'evenkeel_shadow_readings_total',
    help: 'Films that production has read, by whether the shadow decides the same (agreed, differed) or gave no answer',
    labelNames: ['model', 'version', 'outcome'],
    registers,
  });
  const shadowDelta = new Histogram({
    name: 'evenkeel_shadow_delta_probability',
    help: 'Between the calibrated probabilities of shadow and production',
    labelNames: ['model', 'version'],
    buckets: [0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5],
    registers,
  });
  return {
    readings: new Counter({
      name: 'evenkeel_model_readings_total',
      help: 'Answers given, by the version that read and its decision',
      labelNames: ['model', 'version', 'decision'],
      registers,
    }),
    changes: new Counter({
      name: 'evenkeel_model_changes_total',
      help: 'Changes of the pointers: taken-up, refused, or unreadable',
      labelNames: ['outcome'],
      registers,
    }),
    countShadow({ model, outcome, deltaProbability }: ShadowReading): void {
      const labels = { model: model.name, version: model.version };
      shadowReadings.inc({ ...labels, outcome });
      if (deltaProbability !== null) shadowDelta.observe(labels, deltaProbability);
    },
  };
}

export function observeCandidates(registry: Registry, pool: Pick<InferencePool, 'status'>): void {
  const gauge = new Gauge({
    name: 'evenkeel_candidate_state',
    help: 'Always 1; the label tells whether a canary or shadow serves, was rejected at its start, or was set aside',
    labelNames: ['model', 'version', 'role', 'state'],
    registers: [],
    collect() {
      this.reset();
      for (const one of candidateStates(pool.status())) this.set(one, 1);
    },
  });
  registry.registerMetric(gauge);
}

function candidateStates({ readiness, setAside }: PoolStatus) {
  const opened = readiness?.candidates ?? [];
  return [
    ...opened.map(({ manifest: { name: model, version }, role }) => {
      const isOut = setAside.some((one) => isSameModel(one, { name: model, version }));
      return { model, version, role, state: isOut ? 'set-aside' : 'serving' };
    }),
    ...(readiness?.rejected ?? []).map(({ name: model, version, role }) => ({
      model,
      version,
      role,
      state: 'rejected',
    })),
  ];
}
