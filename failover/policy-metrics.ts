// What the policy tells Prometheus: phases, what is held back and by whom, orders, capacity, and who sees things otherwise.
import { Counter, Gauge } from 'prom-client';
import type { Registry } from 'prom-client';

export function policyMetrics(registry: Registry) {
  const registers = [registry];
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name: `failover_${name}`, help, labelNames, registers });
  return {
    phase: gauge('phase', '1 for the phase that a region is in, 0 for all others.', [
      'region',
      'phase',
    ]),
    held: gauge('held_changes', 'Changes that a safety rule or a freeze holds back now.', ['rule']),
    gateOn: gauge('gate_on', 'Whether a gate of the safety rules is on.', ['gate']),
    freezeAge: gauge('freeze_age_seconds', 'Age of the freeze that stands; 0 without one.'),
    viewMismatch: gauge(
      'peer_view_mismatch',
      'Regions of which this vantage and another say the opposite: one up, the other down.',
      ['peer'],
    ),
    clockOffset: gauge(
      'clock_offset_seconds',
      "How far another vantage's wall clock is ahead of this one's; as exact as a question to it is quick.",
      ['peer'],
    ),
    unfinished: gauge(
      'unfinished_intents',
      '1 from writing down what is to be changed until it is known what became of it.',
    ),
    preconditions: new Counter({
      name: 'failover_precondition_failures_total',
      help: 'Changes that were not made because what they were planned from was old, or had changed.',
      labelNames: ['why'],
      registers,
    }),
    throttled: new Counter({
      name: 'failover_throttled_total',
      help: 'Batches that the provider put off: too many requests, or another change in progress.',
      registers,
    }),
    serverMismatch: gauge(
      'server_mismatch',
      '1 while a name server answers with another term than the zone has; absent without an answer.',
      ['server'],
    ),
    resolverMismatch: gauge(
      'resolver_mismatch',
      '1 while a resolver answers with an address that the zone has not had for longer than caches may keep it.',
      ['resolver'],
    ),
    recordsDiffer: gauge(
      'records_differ',
      'Records that are not as the weights in the zone ask for, standby addresses among them.',
    ),
    standby: gauge(
      'standby_addresses',
      "Addresses of other regions that a region's users are told besides its own; 0 is the arm off.",
      ['region'],
    ),
    utilisation: gauge('utilisation', "How busy a region's workers were, 0..1; NaN unmeasured.", [
      'region',
    ]),
    spare: gauge(
      'spare_instances',
      'Instances that a region can still grow by, once it has what its users need; below 0 too few.',
      ['region'],
    ),
  };
}
