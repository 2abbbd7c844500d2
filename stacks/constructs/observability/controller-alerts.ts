// When the controllers need somebody: one alert for each invariant that can be seen from outside (failover/metrics.ts).
import type { SteeringPolicy } from '../../../fleet/fleet.ts';
import type { Alert } from './alert.ts';

/** An order ends by itself; this long after its end it has not. */
const orderGraceSeconds = 60;
/** Each change is an outage averted or caused; more than this an hour is flapping. */
const changesPerHourMax = 4;

export const controllerAlerts = ({ quorum, orderMsMax }: SteeringPolicy): readonly Alert[] => [
  ...watchers(quorum),
  ...trust,
  ...dataPlane,
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
    name: 'VantageBlind',
    severity: 'ticket',
    expr: 'max by (vantage) (failover_abstains) == 1',
    holds: '2m',
    summary: '{{ $labels.vantage }} reaches too few canaries and abstains.',
    remedy:
      'Its network is cut off, or the canaries are gone (failover_canary_reachable): name others in fleet/environments.ts.',
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

/** Renewal is somebody's work, so it is asked for in time; one day before the end it is an emergency. */
const daySeconds = 86_400;
const ends = 'min by (holder) (failover_certificate_ends_timestamp_seconds) - time()';

const trust: readonly Alert[] = [
  {
    name: 'CertificateEnds',
    severity: 'ticket',
    expr: `${ends} < ${7 * daySeconds}`,
    holds: '0s',
    summary: 'The certificate of {{ $labels.holder }} ends within a week.',
    remedy: 'Issue another and store it: docs/runbook/certificates.md.',
  },
  {
    name: 'CertificateEndsTomorrow',
    severity: 'page',
    expr: `${ends} < ${daySeconds}`,
    holds: '0s',
    summary: 'The certificate of {{ $labels.holder }} ends within a day, or has ended.',
    remedy: 'Then it counts for nobody. Issue another and store it: docs/runbook/certificates.md.',
  },
  {
    name: 'CertificateRefused',
    severity: 'ticket',
    expr: 'max by (vantage) (failover_certificate_refused) == 1',
    holds: '2m',
    summary: 'New certificate files of {{ $labels.vantage }} cannot be used; the old ones are.',
    remedy: 'Its journal says what does not fit together. Issue and store them again.',
  },
  {
    name: 'PeerNotBelieved',
    severity: 'page',
    expr: 'sum by (vantage, peer, why) (increase(failover_peer_faults_total{why=~"wrong-identity|untrusted|expired"}[5m])) > 3',
    holds: '0s',
    summary:
      '{{ $labels.vantage }} does not believe what answers as {{ $labels.peer }}: {{ $labels.why }}.',
    remedy:
      'Somebody else answers there, or its certificate is wrong or has ended: docs/runbook/certificates.md.',
  },
  {
    name: 'PeerUnheard',
    severity: 'ticket',
    expr: 'min by (vantage, peer) (failover_peer_heard) == 0',
    holds: '2m',
    summary: '{{ $labels.vantage }} does not hear {{ $labels.peer }}.',
    remedy: 'The journal of {{ $labels.vantage }} says why; the other vantages decide meanwhile.',
  },
  {
    name: 'CallersDenied',
    severity: 'ticket',
    expr: 'sum by (vantage, role) (increase(failover_denied_total[10m])) > 5',
    holds: '0s',
    summary: '{{ $labels.vantage }} denies a {{ $labels.role }} what it asks for, again and again.',
    remedy: 'Its journal says who and what: a wrong certificate, or one in wrong hands.',
  },
];

const dataPlane: readonly Alert[] = [
  {
    name: 'ControlPlaneLost',
    severity: 'page',
    expr: 'max(failover_control_plane_reachable) == 0',
    holds: '1m',
    summary: 'No controller reaches the DNS API: the last answers stand.',
    remedy:
      'Dead regions are left by native health checks. To leave one that answers: evenkeel flag raise (docs/runbook/flag.md).',
  },
  {
    name: 'FlagRaised',
    severity: 'ticket',
    expr: 'max by (region) (failover_flag_raised) == 1',
    holds: '1m',
    summary: 'A flag stands over {{ $labels.region }}, and nothing lowers it by itself.',
    remedy: 'evenkeel flag list says whose and why; evenkeel flag lower ends it.',
  },
  {
    name: 'FlagOverdue',
    severity: 'page',
    expr: 'max by (region) (failover_flag_overdue) == 1',
    holds: '5m',
    summary: 'The flag over {{ $labels.region }} stands longer than its note says.',
    remedy: 'Ask whoever raised it (evenkeel flag list), then lower it or note a later end.',
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
