// What a controller tells Prometheus of whom it trusts: certificates and their ends, peers that are not heard, callers denied.
import { Counter, Gauge } from 'prom-client';
import type { Registry } from 'prom-client';

export type TrustMetrics = ReturnType<typeof trustMetrics>;

export function trustMetrics(registry: Registry) {
  const registers = [registry];
  return {
    certificateEnds: new Gauge({
      name: 'failover_certificate_ends_timestamp_seconds',
      help: 'When the certificate of a vantage ends, as last shown; its own, and those of the others.',
      labelNames: ['holder'],
      registers,
    }),
    certificateRefused: new Gauge({
      name: 'failover_certificate_refused',
      help: '1 while new certificate files lie there that cannot be used; the old ones are.',
      registers,
    }),
    peerHeard: new Gauge({
      name: 'failover_peer_heard',
      help: 'Whether the last question to a vantage brought a report that counts.',
      labelNames: ['peer'],
      registers,
    }),
    peerFaults: new Counter({
      name: 'failover_peer_faults_total',
      help: 'Questions to a vantage that came to nothing, by why.',
      labelNames: ['peer', 'why'],
      registers,
    }),
    denied: new Counter({
      name: 'failover_denied_total',
      help: 'Requests of known callers that their role does not allow, or whose certificate has ended.',
      labelNames: ['role'],
      registers,
    }),
    handshakesRefused: new Counter({
      name: 'failover_handshakes_refused_total',
      help: 'Connections that ended before a caller had proved who it is.',
      registers,
    }),
  };
}
