// When the controllers need somebody: one alert for each invariant that can be seen from outside (failover/metrics.ts).
import type { SteeringPolicy } from '../../../fleet/fleet.ts';
import type { Alert } from './alert.ts';

/** An order ends by itself; this long after its end it has not. */
const orderGraceSeconds = 60;
/** Each change is an outage averted or caused; more than this an hour is flapping. */
const changesPerHourMax = 4;

export const controllerAlerts = ({ quorum, orderMsMax }: SteeringPolicy): readonly Alert[] => [
  ...watchers(quorum),
  ...regionsSeen(quorum),
  ...changesMade,
  {
    name: 'OrderOverstays',
    severity: 'page',
    expr: `max by (region) (failover_order_age_seconds) > ${orderMsMax / 1_000 + orderGraceSeconds}`,
    holds: '0s',
    summary: 'An order for {{ $labels.region }} stands longer than any may.',
    remedy: 'Restore the region by hand (evenkeel restore), then find out why it did not expire.',
  },
];

const watchers = (quorum: number): readonly Alert[] => [
  {
    name: 'ControllerSilent',
    severity: 'ticket',
    expr: 'up{job="controllers"} == 0',
    holds: '2m',
    summary: 'The controller of {{ $labels.vantage }} does not answer.',
    remedy: 'Its group of one replaces it within ten minutes; the other vantages decide meanwhile.',
  },
  {
    name: 'QuorumLost',
    severity: 'page',
    expr: `sum(up{job="controllers"}) < ${quorum}`,
    holds: '1m',
    summary: `Fewer than ${quorum} controllers answer: no region can be left or returned to.`,
    remedy:
      'Route 53 still leaves dead regions by itself. Bring a vantage back before anything else.',
  },
  {
    name: 'ControllerFaults',
    severity: 'ticket',
    expr: 'sum by (vantage, where) (increase(failover_faults_total[10m])) > 5',
    holds: '0s',
    summary: '{{ $labels.vantage }} survives error after error in {{ $labels.where }}.',
    remedy:
      '`read` and `zone`: Route 53 or the name servers are not reached. `journal`: its disk. Else: a bug, see the journal.',
  },
  {
    name: 'TermsDiffer',
    severity: 'ticket',
    expr: 'max(failover_term) - min(failover_term) > 0',
    holds: '2m',
    summary: 'Vantages read different terms from the zone.',
    remedy: 'One of them is shown an old zone: compare `evenkeel status` of each.',
  },
];

const regionsSeen = (quorum: number): readonly Alert[] => [
  {
    name: 'RegionDown',
    severity: 'page',
    expr: `count by (region) (failover_opinion == 0) >= ${quorum}`,
    holds: '30s',
    summary: '{{ $labels.region }} is down, as a quorum sees it.',
    remedy:
      'Its users are led away already. Check that the survivors bear it; then see the region.',
  },
  {
    name: 'FailStatic',
    severity: 'page',
    expr: 'max(failover_fail_static) == 1',
    holds: '30s',
    summary: 'No region is up, as the controllers see it; the zone is kept as it is.',
    remedy: 'If users are served, the vantages are cut off; if not, everything is down at once.',
  },
  {
    name: 'VantagesDisagree',
    severity: 'ticket',
    expr:
      'count by (region) (failover_opinion == 1) > 0 ' +
      'and on (region) count by (region) (failover_opinion == 0) > 0',
    holds: '2m',
    summary: 'Vantages disagree about {{ $labels.region }}.',
    remedy: 'A way is broken rather than the region, or it fails in part: see who says what.',
  },
  {
    name: 'ReadsNothing',
    severity: 'page',
    expr:
      'max by (region) (failover_probe_success{probe="ready"}) == 1 ' +
      'and on (region) max by (region) (failover_probe_success{probe="golden"}) == 0',
    holds: '1m',
    summary: '{{ $labels.region }} says that it is ready and does not read the golden picture.',
    remedy: 'A grey failure: models or engine. Drain the region, then compare releases.',
  },
  {
    name: 'GoldenSlow',
    severity: 'ticket',
    expr:
      'histogram_quantile(0.99, sum by (region, le) ' +
      '(rate(failover_probe_seconds_bucket{probe="golden"}[10m]))) > 3.2',
    holds: '5m',
    summary: 'One golden reading in a hundred takes {{ $labels.region }} longer than 3.2 s.',
    remedy: 'Machines are overloaded or throttled; see the queue and the CPU of the group.',
  },
];

const changesMade: readonly Alert[] = [
  {
    name: 'NotConverged',
    severity: 'page',
    expr: 'failover_weight{view="zone"} - ignoring (view) failover_weight{view="intended"} != 0',
    holds: '3m',
    summary:
      '{{ $labels.vantage }} wants another weight of {{ $labels.region }} than the zone has.',
    remedy: 'Plans are refused, fenced or throttled: the journal says which.',
  },
  {
    name: 'ChangesWithoutEffect',
    severity: 'page',
    expr: 'max by (vantage) (failover_unsettled_changes) >= 3',
    holds: '0s',
    summary: 'Three changes of {{ $labels.vantage }} in a row were not seen to take effect.',
    remedy: 'Ask the name servers directly; see the status of Route 53.',
  },
  {
    name: 'SettlesSlowly',
    severity: 'ticket',
    expr: 'histogram_quantile(0.9, sum by (le) (rate(failover_settle_seconds_bucket[1h]))) > 60',
    holds: '0s',
    summary: 'A change takes more than a minute until every name server serves it.',
    remedy: 'See the status of Route 53; the failover time of the fleet is that much longer.',
  },
  {
    name: 'Flapping',
    severity: 'ticket',
    expr: `sum(increase(failover_changes_total{outcome="written"}[1h])) > ${changesPerHourMax}`,
    holds: '0s',
    summary: `The zone was changed more than ${changesPerHourMax} times within an hour.`,
    remedy: 'See which region comes and goes, and hold it drained until it is understood.',
  },
  {
    name: 'NoChangesLeft',
    severity: 'ticket',
    expr: 'min by (vantage) (failover_changes_left{for="other"}) == 0',
    holds: '5m',
    summary: '{{ $labels.vantage }} has used up the changes it may make now.',
    remedy: 'Leaving a dead region is still possible; regions return when the window has passed.',
  },
  {
    name: 'Fenced',
    severity: 'ticket',
    expr: 'sum by (vantage) (increase(failover_fenced_total[10m])) > 3',
    holds: '0s',
    summary: 'Somebody else changes the zone before {{ $labels.vantage }} does, again and again.',
    remedy: 'Now and then is a race that both win. Repeated: an old controller, or people by hand.',
  },
  {
    name: 'PlansRefused',
    severity: 'ticket',
    expr: 'sum by (code) (increase(failover_refusals_total[10m])) > 0',
    holds: '0s',
    summary: 'Plans are not sent because they would be unsafe: {{ $labels.code }}.',
    remedy:
      'The journal has the plan and the reason; the zone was changed by hand, or it is a bug.',
  },
];
