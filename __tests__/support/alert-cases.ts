// For each alert, what Prometheus has stored when it must fire and when it must stay quiet (notation: promtool test rules).
import { controller, machine, pair, region, series, vantage } from './alert-case.ts';
import type { AlertCase } from './alert-case.ts';
import { policyCases } from './policy-alert-cases.ts';
import { trustCases } from './trust-alert-cases.ts';

const requests = (route: string, status: string) =>
  series('http_server_request_duration_seconds_count', {
    ...machine,
    method: 'POST',
    route,
    status,
  });
const served = requests('/v1/studies', '200');
const failed = requests('/v1/studies', '503');

const prompt = series('http_server_request_duration_seconds_bucket', {
  ...machine,
  method: 'POST',
  route: '/v1/studies',
  status: '200',
  le: '2.5',
});

const promises: readonly AlertCase[] = [
  // 2 % of errors use the month's budget up in a day and a half; 1 % is ten times the promise, and 0.05 % half of it.
  ...pair('AvailabilityBurns1h', '70m', [{ [served]: '0+98x70', [failed]: '0+2x70' }, region], {
    [served]: '0+99x70',
    [failed]: '0+1x70',
  }),
  ...pair('AvailabilityBurns6h', '370m', [{ [served]: '0+99x370', [failed]: '0+1x370' }, region], {
    [served]: '0+995x370',
    [failed]: '0+5x370',
  }),
  ...pair(
    'AvailabilityBurns3d',
    '4400m',
    [{ [served]: '0+998x4400', [failed]: '0+2x4400' }, region],
    { [served]: '0+1999x4400', [failed]: '0+1x4400' },
  ),
  {
    alert: 'AvailabilityBurns1h',
    at: '70m',
    // It was bad for an hour and is over: nobody needs to get up.
    series: { [served]: '0+90x60 5400+100x70', [failed]: '0+10x60 600+0x70' },
    fires: null,
  },
  {
    alert: 'AvailabilityBurns1h',
    at: '70m',
    // A machine that drains says 503 to its balancer, and to no user.
    series: { [served]: '0+100x70', [requests('/readyz', '503')]: '0+100x70' },
    fires: null,
  },
  ...pair('PromptnessBurns1h', '70m', [{ [served]: '0+100x70', [prompt]: '0+20x70' }, region], {
    [served]: '0+100x70',
    [prompt]: '0+40x70',
  }),
  ...pair('PromptnessBurns6h', '370m', [{ [served]: '0+100x370', [prompt]: '0+60x370' }, region], {
    [served]: '0+100x370',
    [prompt]: '0+80x370',
  }),
  ...pair(
    'PromptnessBurns3d',
    '4400m',
    [{ [served]: '0+100x4400', [prompt]: '0+90x4400' }, region],
    { [served]: '0+100x4400', [prompt]: '0+97x4400' },
  ),
];

const other = { ...machine, instance: '10.16.160.9:8443' };
const ready = series('inference_ready', machine);
const otherReady = series('inference_ready', other);
const live = series('inference_workers_live', machine);
const wanted = series('inference_workers_wanted', machine);
const lost = (cause: string) => series('inference_workers_lost_total', { ...machine, cause });
const queued = series('inference_queue_seconds_count', machine);
const queuedShort = series('inference_queue_seconds_bucket', { ...machine, le: '2.5' });
const storeFaults = series('object_store_faults_total', {
  ...machine,
  operation: 'put',
  store: '1',
});
const chestModel = { model: 'chest-pneumonia', version: '1.0.0' };
const version = { ...region, ...chestModel };
const golden = (state: string) =>
  series('evenkeel_model_golden_state', { ...machine, ...chestModel, state });
const psi = series('evenkeel_model_input_psi', { ...machine, ...chestModel, feature: 'logit' });
const candidate = (state: string) =>
  series('evenkeel_candidate_state', { ...machine, ...chestModel, role: 'canary', state });
const machineUp = series('up', machine);

const service: readonly AlertCase[] = [
  ...pair('NoMachineReady', '5m', [{ [ready]: '0x5', [otherReady]: '0x5' }, region], {
    [ready]: '0x5',
    [otherReady]: '1x5',
  }),
  ...pair('MachineSilent', '10m', [{ [machineUp]: '1 0x10' }, machine], {
    // Replaced within the five minutes.
    [machineUp]: '1 0x3 1x10',
  }),
  ...pair('QueueWaits', '30m', [{ [queued]: '0+100x30', [queuedShort]: '0+90x30' }, region], {
    [queued]: '0+100x30',
    [queuedShort]: '0+98x30',
  }),
  ...pair('WorkersLost', '20m', [{ [lost('crash')]: '0+1x20' }, { ...region, cause: 'crash' }], {
    [lost('grown')]: '0+1x20',
    [lost('crash')]: '0x12 1x8',
  }),
  ...pair('WorkersMissing', '20m', [{ [live]: '3x20', [wanted]: '4x20' }, machine], {
    [live]: '3x5 4x15',
    [wanted]: '4x20',
  }),
  ...pair(
    'ModelNotGood',
    '20m',
    [{ [golden('drifting')]: '1x20' }, { ...version, state: 'drifting' }],
    {
      [golden('good')]: '1x20',
      [golden('drifting')]: '0x10 1x3 0x7',
    },
  ),
  ...pair('InputDrifts', '90m', [{ [psi]: '0.3x90' }, { ...version, feature: 'logit' }], {
    [psi]: '0.2x90',
  }),
  ...pair(
    'CandidateFails',
    '20m',
    [{ [candidate('rejected')]: '1x20' }, { ...version, state: 'rejected' }],
    {
      [candidate('serving')]: '1x20',
    },
  ),
  ...pair('StoreFaults', '20m', [{ [storeFaults]: '0+1x20' }, { ...region, operation: 'put' }], {
    [storeFaults]: '0x12 2x8',
  }),
];

const other2 = { job: 'controllers', instance: 'finland', vantage: 'vantage-finland' };
const other3 = { job: 'controllers', instance: 'amsterdam', vantage: 'vantage-amsterdam' };
const everyController = [controller, other2, other3];
const up = (one: Record<string, string>) => series('up', one);
const of = (
  name: string,
  labels: Readonly<Record<string, string>>,
  values: readonly string[],
): Record<string, string> =>
  Object.fromEntries(
    values.map((value, i) => [series(name, { ...everyController[i], ...labels }), value]),
  );

const watchers: readonly AlertCase[] = [
  ...pair('ControllerSilent', '5m', [{ [up(controller)]: '0x5' }, controller], {
    [up(controller)]: '0 1x5',
  }),
  ...pair(
    'QuorumLost',
    '5m',
    [of('up', {}, ['1x5', '0x5', '0x5']), {}],
    of('up', {}, ['1x5', '1x5', '0x5']),
  ),
  ...pair(
    'ControllerFaults',
    '20m',
    [
      { [series('failover_faults_total', { ...controller, where: 'read' })]: '0+1x20' },
      { ...vantage, where: 'read' },
    ],
    { [series('failover_faults_total', { ...controller, where: 'read' })]: '0x12 3x8' },
  ),
  ...pair(
    'TermsDiffer',
    '5m',
    [of('failover_term', {}, ['7x5', '7x5', '6x5']), {}],
    // One reads the new term a moment before the other.
    of('failover_term', {}, ['7 8x5', '7 8x5', '7x2 8x5']),
  ),
  ...pair('VantageBlind', '5m', [{ [series('failover_abstains', controller)]: '1x5' }, vantage], {
    [series('failover_abstains', controller)]: '0 1 0x4',
  }),
  ...pair(
    'OrderOverstays',
    '40m',
    [{ [series('failover_order_age_seconds', { ...controller, ...region })]: '0+60x40' }, region],
    { [series('failover_order_age_seconds', { ...controller, ...region })]: '0+60x30 0x10' },
  ),
];

const probe = (kind: string) =>
  series('failover_probe_success', {
    ...controller,
    ...region,
    address: '192.0.2.10',
    probe: kind,
  });
const probeSeconds = (le: string) =>
  series('failover_probe_seconds_bucket', { ...controller, ...region, probe: 'golden', le });

const regionsSeen: readonly AlertCase[] = [
  ...pair(
    'RegionDown',
    '3m',
    [of('failover_opinion', region, ['0x3', '0x3', '1x3']), region],
    of('failover_opinion', region, ['0x3', '1x3', '-1x3']),
  ),
  ...pair(
    'FailStatic',
    '3m',
    [of('failover_fail_static', {}, ['1x3', '0x3']), {}],
    of('failover_fail_static', {}, ['0x3', '0x3']),
  ),
  ...pair(
    'VantagesDisagree',
    '5m',
    [of('failover_opinion', region, ['0x5', '1x5', '1x5']), region],
    // Not knowing is no opinion.
    of('failover_opinion', region, ['-1x5', '1x5', '1x5']),
  ),
  ...pair('ReadsNothing', '5m', [{ [probe('ready')]: '1x5', [probe('golden')]: '0x5' }, region], {
    [probe('ready')]: '0x5',
    [probe('golden')]: '0x5',
  }),
  ...pair(
    'GoldenSlow',
    '30m',
    [
      {
        [probeSeconds('3.2')]: '0+9x30',
        [probeSeconds('5')]: '0+10x30',
        [probeSeconds('+Inf')]: '0+10x30',
      },
      region,
    ],
    {
      [probeSeconds('1.6')]: '0+10x30',
      [probeSeconds('3.2')]: '0+10x30',
      [probeSeconds('+Inf')]: '0+10x30',
    },
  ),
];

const weight = (view: string) => series('failover_weight', { ...controller, ...region, view });
const settle = (le: string) => series('failover_settle_seconds_bucket', { ...controller, le });
const written = series('failover_changes_total', { ...controller, outcome: 'written' });
const changesLeft = (kind: string) => series('failover_changes_left', { ...controller, for: kind });
const fenced = series('failover_fenced_total', controller);
const refused = series('failover_refusals_total', { ...controller, code: 'no-answer' });

const changesMade: readonly AlertCase[] = [
  ...pair(
    'NotConverged',
    '10m',
    [
      { [weight('zone')]: '80x10', [weight('intended')]: '0x10' },
      { ...controller, ...region },
    ],
    { [weight('zone')]: '80x2 0x10', [weight('intended')]: '0x10' },
  ),
  ...pair(
    'ChangesWithoutEffect',
    '3m',
    [of('failover_unsettled_changes', {}, ['3x3']), vantage],
    of('failover_unsettled_changes', {}, ['2x3']),
  ),
  ...pair(
    'SettlesSlowly',
    '90m',
    [{ [settle('60')]: '0+5x90', [settle('90')]: '0+10x90', [settle('+Inf')]: '0+10x90' }, {}],
    { [settle('32')]: '0+10x90', [settle('60')]: '0+10x90', [settle('+Inf')]: '0+10x90' },
  ),
  ...pair('Flapping', '60m', [{ [written]: '0x10 1x10 2x10 3x10 4x10 5x20' }, {}], {
    [written]: '0x10 1x10 2x10 3x40',
  }),
  ...pair('NoChangesLeft', '10m', [{ [changesLeft('other')]: '0x10' }, vantage], {
    [changesLeft('other')]: '1x10',
    [changesLeft('leaving')]: '0x10',
  }),
  ...pair('Fenced', '20m', [{ [fenced]: '0+1x20' }, vantage], { [fenced]: '0x12 1x8' }),
  ...pair('PlansRefused', '20m', [{ [refused]: '0+60x20' }, { code: 'no-answer' }], {
    [refused]: '7x20',
  }),
];

export const alertCases: readonly AlertCase[] = [
  ...promises,
  ...service,
  ...watchers,
  ...regionsSeen,
  ...changesMade,
  ...trustCases,
  ...policyCases,
];
