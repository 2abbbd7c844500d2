// When the policy needs somebody: what is held back, who sees things otherwise, and what is left to carry more users with.
import type { SteeringPolicy } from '../../../fleet/fleet.ts';
import type { Alert } from './alert.ts';

/** Clocks of machines that keep time at all are closer than this. */
const clockOffsetSecondsMax = 2;
const orderGraceSeconds = 60;
/** Of all uploads: more than this is not a burst. */
const shedShareMax = 0.05;

export const policyAlerts = ({ orderMsMax }: SteeringPolicy): readonly Alert[] => [
  ...sights,
  ...writes,
  ...capacity,
  {
    name: 'HeldBack',
    severity: 'ticket',
    expr: 'max by (rule) (failover_held_changes{rule!="freeze"}) > 0',
    holds: '10m',
    summary: 'The safety rule {{ $labels.rule }} holds a change back.',
    remedy:
      '`evenkeel explain` says which and why. Remove the cause, or change the rule in fleet/environments.ts.',
  },
  {
    name: 'FreezeOverstays',
    severity: 'page',
    expr: `max(failover_freeze_age_seconds) > ${orderMsMax / 1_000 + orderGraceSeconds}`,
    holds: '0s',
    summary: 'The zone has been frozen for longer than any freeze may last.',
    remedy: 'Unfreeze it by hand (evenkeel unfreeze), then find out why it did not end by itself.',
  },
];

const sights: readonly Alert[] = [
  {
    name: 'PeerViewDiffers',
    severity: 'ticket',
    expr: 'max by (vantage, peer) (failover_peer_view_mismatch) > 0',
    holds: '5m',
    summary: '{{ $labels.vantage }} and {{ $labels.peer }} say the opposite of some region.',
    remedy:
      'One of the two is cut off from it: `evenkeel status` of each says how its probes fail.',
  },
  {
    name: 'ClockOffset',
    severity: 'ticket',
    expr: `max by (vantage, peer) (abs(failover_clock_offset_seconds)) > ${clockOffsetSecondsMax}`,
    holds: '5m',
    summary: 'The wall clocks of {{ $labels.vantage }} and {{ $labels.peer }} differ.',
    remedy:
      'Nothing is decided by them, but journals and certificates read wrongly: see chrony on both.',
  },
  {
    name: 'ServerBehind',
    severity: 'ticket',
    expr: 'min by (server) (failover_server_mismatch) == 1',
    holds: '3m',
    summary: 'Name server {{ $labels.server }} answers with an old zone, as every vantage sees it.',
    remedy:
      'See the status of Route 53; users of that server are still led where they were before.',
  },
  {
    name: 'ResolverMismatch',
    severity: 'ticket',
    expr: 'max by (resolver) (failover_resolver_mismatch) == 1',
    holds: '5m',
    summary: 'Resolver {{ $labels.resolver }} answers with an address that the zone does not have.',
    remedy:
      'It keeps answers for too long, or somebody poisons it. TLS names fail closed; tell whoever runs it.',
  },
];

const writes: readonly Alert[] = [
  {
    name: 'UnfinishedIntent',
    severity: 'ticket',
    expr: 'max by (vantage) (failover_unfinished_intents) > 0',
    holds: '5m',
    summary: '{{ $labels.vantage }} does not know what became of its last change.',
    remedy: 'It cannot read the zone: see ControlPlaneLost. The term keeps others safe meanwhile.',
  },
  {
    name: 'PreconditionsFail',
    severity: 'ticket',
    expr: 'sum by (vantage, why) (increase(failover_precondition_failures_total[10m])) > 5',
    holds: '0s',
    summary: '{{ $labels.vantage }} does not make its changes: {{ $labels.why }}.',
    remedy:
      '`old-reading`: Route 53 is not reached. `old-decision`: the machine or its disk is slow. `fenced`: somebody else writes.',
  },
  {
    name: 'Throttled',
    severity: 'ticket',
    expr: 'sum by (vantage) (increase(failover_throttled_total[10m])) > 5',
    holds: '0s',
    summary: 'Route 53 puts off the changes of {{ $labels.vantage }} again and again.',
    remedy: 'The whole account shares five requests a second: find who else uses them up.',
  },
  {
    name: 'RecordsDiffer',
    severity: 'ticket',
    expr: 'min(failover_records_differ) > 0',
    holds: '10m',
    summary: 'Records are not as their weights ask for, standby addresses among them.',
    remedy:
      'Somebody changed them by hand, or a freeze or a gate keeps them from being put right: `evenkeel explain`.',
  },
];

const capacity: readonly Alert[] = [
  {
    name: 'NoSpareInstances',
    severity: 'page',
    expr: 'min by (region) (failover_spare_instances) < 0',
    holds: '5m',
    summary:
      '{{ $labels.region }} cannot grow to what its users need below the target utilisation.',
    remedy: 'Raise `instances.max` there, or restore a region that is drained.',
  },
  {
    name: 'Shedding',
    severity: 'page',
    expr:
      'sum by (region) (rate(http_server_request_duration_seconds_count{job="inference",method="POST",status="503"}[5m])) ' +
      `/ sum by (region) (rate(http_server_request_duration_seconds_count{job="inference",method="POST"}[5m])) > ${shedShareMax}`,
    holds: '2m',
    summary: '{{ $labels.region }} turns more than one upload in twenty away.',
    remedy:
      'Its users are more than its machines carry: see failover_spare_instances of it and of the others.',
  },
];
