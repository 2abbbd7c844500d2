// What a controller tells Prometheus of failover without it: whether the DNS API answers, and the flags that stand.
import { Gauge } from 'prom-client';
import type { Registry } from 'prom-client';

export function dataPlaneMetrics(registry: Registry) {
  const registers = [registry];
  return {
    controlPlane: new Gauge({
      name: 'failover_control_plane_reachable',
      help: '0 while the API of the DNS provider does not answer and the last answers stand.',
      registers,
    }),
    flagRaised: new Gauge({
      name: 'failover_flag_raised',
      help: '1 while a flag stands over a region.',
      labelNames: ['region'],
      registers,
    }),
    flagOverdue: new Gauge({
      name: 'failover_flag_overdue',
      help: '1 while a flag stands longer than its note says.',
      labelNames: ['region'],
      registers,
    }),
  };
}
