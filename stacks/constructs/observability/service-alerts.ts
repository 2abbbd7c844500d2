// When a region's machines need somebody before users notice: each alert names what services/inference/metrics.ts exports.
import type { Alert } from './alert.ts';

export const serviceAlerts: readonly Alert[] = [
  {
    name: 'NoMachineReady',
    severity: 'page',
    expr: 'sum by (region) (inference_ready{job="inference"}) == 0',
    holds: '2m',
    summary: 'No machine of {{ $labels.region }} is ready.',
    remedy: 'DNS leaves the region by itself. See the last release and the journal of a machine.',
  },
  {
    name: 'MachineSilent',
    severity: 'ticket',
    expr: 'up{job="inference"} == 0',
    holds: '5m',
    summary: '{{ $labels.instance }} of {{ $labels.region }} does not answer.',
    remedy: 'The group replaces it if its balancer agrees; if not, the way to its metrics is shut.',
  },
  {
    name: 'QueueWaits',
    severity: 'ticket',
    expr:
      'sum by (region) (rate(inference_queue_seconds_bucket{le="2.5"}[10m])) ' +
      '/ sum by (region) (rate(inference_queue_seconds_count[10m])) < 0.95',
    holds: '10m',
    summary:
      'In {{ $labels.region }} more than 5 % of the tasks wait longer than 2.5 s for a worker.',
    remedy: 'The group should have grown: see its alarms, the quota of the account, and `max`.',
  },
  {
    name: 'WorkersLost',
    severity: 'ticket',
    // Those that were ended because they had grown are replaced as intended.
    expr: 'sum by (region, cause) (increase(inference_workers_lost_total{cause!="grown"}[10m])) > 3',
    holds: '0s',
    summary: 'Workers of {{ $labels.region }} end by {{ $labels.cause }}.',
    remedy:
      'One input is set aside after it has ended two workers; several are a release or a model.',
  },
  {
    name: 'WorkersMissing',
    severity: 'ticket',
    expr: 'inference_workers_live < inference_workers_wanted',
    holds: '10m',
    summary: '{{ $labels.instance }} of {{ $labels.region }} has fewer workers than it should.',
    remedy: 'Its breaker is open: workers crash as soon as they start. See its journal.',
  },
  {
    name: 'ModelNotGood',
    severity: 'ticket',
    expr: 'max by (region, model, version, state) (evenkeel_model_golden_state{state!="good"}) == 1',
    holds: '5m',
    summary:
      '{{ $labels.model }} {{ $labels.version }} in {{ $labels.region }} is {{ $labels.state }}.',
    remedy: 'Its machine is out of service. See its journal; several machines are a release.',
  },
  {
    name: 'InputDrifts',
    severity: 'ticket',
    // A convention of credit scoring; the index is there from 200 readings on.
    expr: 'max by (region, model, version, feature) (evenkeel_model_input_psi) > 0.25',
    holds: '1h',
    summary:
      'Films for {{ $labels.model }} {{ $labels.version }} in {{ $labels.region }} differ in {{ $labels.feature }} from those it was validated with.',
    remedy: 'A new device, export or clinic? Evaluate on its films before trusting the card.',
  },
  {
    name: 'CandidateFails',
    severity: 'ticket',
    expr: 'max by (region, model, version, state) (evenkeel_candidate_state{state!="serving"}) == 1',
    holds: '5m',
    summary:
      '{{ $labels.model }} {{ $labels.version }} is {{ $labels.state }} in {{ $labels.region }}.',
    remedy: 'Production serves without it. Mend the version, or roll it back.',
  },
  {
    name: 'StoreFaults',
    severity: 'ticket',
    expr: 'sum by (region, operation) (increase(object_store_faults_total[10m])) > 5',
    holds: '0s',
    summary: 'A store of {{ $labels.region }} fails to {{ $labels.operation }}.',
    remedy:
      'Studies are kept by the other store; see which (label `store`), and the key and its policy.',
  },
];
