// What the golden checks show to Prometheus, read when it asks: one series a model and version.
import { Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import type { GoldenChecks, GoldenView } from './golden-checks.ts';

const states = ['good', 'stale', 'drifting'] as const;

export function observeGolden(registry: Registry, checks: Pick<GoldenChecks, 'views'>): void {
  const gauge = (name: string, help: string, value: (view: GoldenView) => number) =>
    new Gauge({
      name,
      help,
      labelNames: ['model', 'version'],
      registers: [registry],
      collect() {
        this.reset();
        for (const view of checks.views())
          this.set({ model: view.name, version: view.version }, value(view));
      },
    });
  gauge(
    'evenkeel_model_golden_age_seconds',
    'Since the model last gave all its golden answers',
    ({ ageMs }) => ageMs / 1_000,
  );
  gauge(
    'evenkeel_model_golden_delta_logit',
    'Largest difference in logit from the golden answers at the latest check',
    ({ delta }) => delta,
  );
  const stateGauge = new Gauge({
    name: 'evenkeel_model_golden_state',
    help: '1 for the state that the model is in: good, stale, drifting',
    labelNames: ['model', 'version', 'state'],
    registers: [],
    collect() {
      this.reset();
      for (const { name: model, version, state } of checks.views())
        for (const one of states) this.set({ model, version, state: one }, Number(one === state));
    },
  });
  registry.registerMetric(stateGauge);
}
