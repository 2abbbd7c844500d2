// What a status page shows of one region's senses: each endpoint by itself, and how it serves.
import type { RegionId } from '../fleet/fleet.ts';
import { greySources } from './grey-watch.ts';
import type { Senses } from './sense-metrics.ts';

export const senseStatus = ({ endpoints, grey }: Senses, region: RegionId, nowMs: number) => ({
  endpoints: [...endpoints.of(region)].map(([address, { streaks, failure, reach }]) => ({
    address,
    ready: streaks.ready.opinion,
    tcp: streaks.tcp.opinion,
    golden: streaks.golden.opinion,
    failure,
    reach,
    phi: Number(endpoints.phi(region, address, nowMs).toFixed(3)),
  })),
  fault: endpoints.fault(region),
  grey: greySources.map((source) => ({
    source,
    finding: grey.finding(region, source),
    ...grey.served(region, source),
  })),
});
