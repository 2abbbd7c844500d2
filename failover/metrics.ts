// What the controller tells Prometheus: names in base units, labels from the fleet only (never from requests).
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { dataPlaneMetrics } from './data-plane-metrics.ts';
import type { RegionProbe } from './ports.ts';
import { policyMetrics } from './policy-metrics.ts';
import { senseMetrics } from './sense-metrics.ts';
import { trustMetrics } from './trust-metrics.ts';

/** Around the probe's deadlines: connects in milliseconds, time-outs at 0.8 s, inferences up to 5 s. */
const probeSecondsBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5];
const settleSecondsBuckets = [0.5, 1, 2, 4, 8, 16, 32, 60, 90];

export type ControllerMetrics = ReturnType<typeof controllerMetrics>;

export function controllerMetrics(vantage: string) {
  const registry = new Registry();
  registry.setDefaultLabels({ vantage });
  const registers = [registry];
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name: `failover_${name}`, help, labelNames, registers });
  const counter = (name: string, help: string, labelNames: string[] = []) =>
    new Counter({ name: `failover_${name}`, help, labelNames, registers });

  const success = gauge('probe_success', 'Whether the last probe was answered well.', [
    'region',
    'address',
    'probe',
  ]);
  const seconds = new Histogram({
    name: 'failover_probe_seconds',
    help: 'How long a probe took, from connect to the end of the answer.',
    labelNames: ['region', 'probe'],
    buckets: probeSecondsBuckets,
    registers,
  });
  return {
    registry,
    ...senseMetrics(registry),
    ...trustMetrics(registry),
    ...dataPlaneMetrics(registry),
    ...policyMetrics(registry),
    weight: gauge('weight', 'Weight of a region: in the zone, and as intended.', [
      'region',
      'view',
    ]),
    opinion: gauge('opinion', '1 up, 0 down, -1 unknown, as this vantage sees it.', ['region']),
    term: gauge('term', 'Term of the zone as last read.'),
    failStatic: gauge('fail_static', '1 while no region is up by quorum and the zone is kept.'),
    orderAge: gauge(
      'order_age_seconds',
      'Age of the order that stands for a region; 0 without one.',
      ['region'],
    ),
    budget: gauge('changes_left', 'Changes of the zone that may still be made in this window.', [
      'for',
    ]),
    unsettled: gauge('unsettled_changes', 'Consecutive changes that were not seen to take effect.'),
    changes: counter('changes_total', 'Batches sent, by outcome.', ['outcome']),
    fenced: counter(
      'fenced_total',
      'Batches refused because the zone had changed since it was read.',
    ),
    refusals: counter('refusals_total', 'Plans that were not sent because they are unsafe.', [
      'code',
    ]),
    faults: counter('faults_total', 'Errors that the controller survived.', ['where']),
    settle: new Histogram({
      name: 'failover_settle_seconds',
      help: 'From sending a batch until every authoritative server answered with it.',
      buckets: settleSecondsBuckets,
      registers,
    }),
    probed(kind: 'ready' | 'golden', { result, addresses }: RegionProbe) {
      const { region } = result;
      seconds.observe({ region, probe: kind }, result.tookMs / 1_000);
      for (const { address, failure } of addresses)
        success.set({ region, address, probe: kind }, failure === null ? 1 : 0);
    },
  };
}
