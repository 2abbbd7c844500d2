// The alerts speak of what the service and the controllers really export, by name and by label.
import { expect, test } from '@jest/globals';
import type { Registry } from 'prom-client';
import { controllerMetrics } from '../../../../failover/metrics.ts';
import { observeGolden } from '../../../../services/inference/golden-metrics.ts';
import { observeDrift } from '../../../../services/inference/input-drift.ts';
import { createMetrics, observePool } from '../../../../services/inference/metrics.ts';
import {
  observeCandidates,
  versionMetrics,
} from '../../../../services/inference/version-metrics.ts';
import { alertRules } from '../../../../stacks/constructs/observability/alert-rules.ts';
import { panels } from '../../../../stacks/constructs/observability/grafana-dashboard.ts';
import { production } from '../../../support/fleets.ts';
import { readyPool } from '../../../support/scripted-pool.ts';

const alerts = Object.values(alertRules(production)).flat();

/** What a target is called by whoever scrapes it. */
const targetLabels = ['job', 'instance', 'region', 'vantage', 'machine'];

interface Exported {
  readonly name: string;
  readonly type: unknown;
  readonly labelNames?: readonly string[];
}

/** Series by name, as Prometheus stores them, with their labels. */
function exported(registry: Registry): readonly (readonly [string, readonly string[]])[] {
  const metrics = registry.getMetricsAsArray() as unknown as readonly (Exported & object)[];
  return metrics.flatMap((metric) => {
    const labels = [...(metric.labelNames ?? []), ...targetLabels];
    const parts = metric.constructor.name === 'Histogram' ? ['_bucket', '_count', '_sum'] : [''];
    return parts.map((part) => [`${metric.name}${part}`, [...labels, 'le']] as const);
  });
}

function everySeries(): ReadonlyMap<string, readonly string[]> {
  const service = createMetrics({ version: '1' });
  const { pool } = readyPool();
  observePool(service, pool);
  versionMetrics(service.registry);
  observeGolden(service.registry, { views: () => [] });
  observeDrift(service.registry, { views: () => [] });
  observeCandidates(service.registry, pool);
  return new Map([
    ...exported(service.registry),
    ...exported(controllerMetrics('vantage-dublin').registry),
    ['up', targetLabels],
  ]);
}

const known = everySeries();

/** Selectors of an expression: a name, and the label names between its braces. */
const selectors = (expr: string) =>
  [...expr.matchAll(/\b([a-z]+(?:_[a-z]+)+|up)\b(?:\{([^}]*)\})?(?!\s*\()/g)]
    .map(([, name = '', labels = '']) => ({
      name,
      labels: [...labels.matchAll(/(\w+)\s*(?:=~|!~|!=|=)"/g)].map(([, label = '']) => label),
    }))
    .filter(({ name }) => name !== 'histogram_quantile');

const drawn = panels.flatMap(({ title, queries }) =>
  queries.map(([expr]): [string, string] => [title, expr]),
);

test.each([...alerts.map(({ name, expr }): [string, string] => [name, expr]), ...drawn])(
  '%s asks for series that exist, by labels that they have',
  (_, expr) => {
    const asked = selectors(expr);
    expect(asked).not.toEqual([]);
    for (const { name, labels } of asked) {
      expect([...known.keys()]).toContain(name);
      expect(known.get(name)).toEqual(expect.arrayContaining([...labels]));
    }
  },
);

test('summaries name labels that the result has', () => {
  for (const { expr, summary } of alerts) {
    const grouped = [...expr.matchAll(/(?:by|ignoring) \(([^)]*)\)/g)];
    const isGrouped = /\bby \(/.test(expr);
    const kept = isGrouped
      ? grouped.flatMap(([, labels = '']) => labels.split(', '))
      : [...targetLabels, 'region'];
    for (const [, label] of summary.matchAll(/\$labels\.(\w+)/g)) expect(kept).toContain(label);
  }
});

test('alerts are named once', () => {
  const names = alerts.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

test('an order may stand as long as the fleet allows before anybody is woken', () => {
  const [overstays] = alerts.filter(({ name }) => name === 'OrderOverstays');
  const limitSeconds = Number(overstays?.expr.split('> ')[1]);
  expect(limitSeconds).toBeGreaterThan(production.steering.orderMsMax / 1_000);
});
