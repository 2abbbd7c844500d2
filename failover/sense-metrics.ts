// What the senses of one vantage tell Prometheus: each endpoint, the suspicion of its silence, grey failures, the canaries.
import { Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import type { RegionId } from '../fleet/fleet.ts';
import type { Opinion } from '../fleet/health.ts';
import type { EndpointWatch } from './endpoint-watch.ts';
import { greySources } from './grey-watch.ts';
import type { GreyWatch } from './grey-watch.ts';

export type SenseMetrics = ReturnType<typeof senseMetrics>;

export function senseMetrics(registry: Registry) {
  const registers = [registry];
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name: `failover_${name}`, help, labelNames, registers });
  const fills: (() => void)[] = [];
  return {
    /** Who fills in the others when Prometheus asks: setting them all at every beat would cost more than the probes. */
    onScrape: (fill: () => void) => {
      fills.push(fill);
    },
    /** Registered before the others, so that it is asked first. */
    endpoint: new Gauge({
      name: 'failover_endpoint_opinion',
      help: '1 up, 0 down, -1 unknown: one address, by one probe.',
      labelNames: ['region', 'address', 'probe'],
      registers,
      collect() {
        for (const fill of fills) fill();
      },
    }),
    phi: gauge('phi', 'Suspicion by phi accrual; shown, and never acted upon.', [
      'region',
      'address',
    ]),
    grey: gauge('grey', '1 while a region is up and serves badly, by whose answers are judged.', [
      'region',
      'source',
    ]),
    errorShare: gauge('served_error_share', 'Share of errors in the window; NaN without answers.', [
      'region',
      'source',
    ]),
    p99: gauge('served_p99_seconds', '99th percentile: of the window, and as usual.', [
      'region',
      'source',
      'view',
    ]),
    canary: gauge('canary_reachable', 'Whether a place that is no region could be reached.', [
      'target',
    ]),
    abstains: gauge('abstains', '1 while this vantage reaches too few canaries to judge by.'),
  };
}

export interface Senses {
  readonly endpoints: EndpointWatch;
  readonly grey: GreyWatch;
}

export const opinionNumber = (opinion: Opinion): number =>
  opinion === 'unknown' ? -1 : Number(opinion === 'up');

export function measureSenses(
  metrics: SenseMetrics,
  { endpoints, grey }: Senses,
  region: RegionId,
  nowMs: number,
): void {
  for (const [address, { streaks }] of endpoints.of(region)) {
    metrics.phi.set({ region, address }, endpoints.phi(region, address, nowMs));
    for (const probe of ['ready', 'tcp', 'golden'] as const)
      metrics.endpoint.set({ region, address, probe }, opinionNumber(streaks[probe].opinion));
  }
  for (const source of greySources) {
    const { count, errors, p99Ms, usual99Ms } = grey.served(region, source);
    metrics.grey.set({ region, source }, Number(grey.finding(region, source) !== null));
    metrics.errorShare.set({ region, source }, count === 0 ? Number.NaN : errors / count);
    metrics.p99.set({ region, source, view: 'window' }, (p99Ms ?? Number.NaN) / 1_000);
    metrics.p99.set({ region, source, view: 'usual' }, (usual99Ms ?? Number.NaN) / 1_000);
  }
}
