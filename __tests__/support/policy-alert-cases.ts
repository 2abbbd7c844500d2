// Cases of the alerts on safety rules, freezes, disagreement, writes and capacity.
import { controller, machine, pair, region, series, vantage } from './alert-case.ts';
import type { AlertCase } from './alert-case.ts';

const other = { job: 'controllers', instance: 'finland', vantage: 'vantage-finland' };
const peer = { peer: 'vantage-finland' };
const of = (name: string, labels: Readonly<Record<string, string>> = {}) =>
  series(`failover_${name}`, { ...controller, ...labels });

const opposed = of('peer_view_mismatch', peer);
const offset = of('clock_offset_seconds', peer);
const server = { server: 'ns1' };
const resolver = { resolver: '9.9.9.9' };
const why = { why: 'fenced' };
const uploads = (status: string) =>
  series('http_server_request_duration_seconds_count', {
    ...machine,
    method: 'POST',
    route: '/v1/studies',
    status,
  });

export const policyCases: readonly AlertCase[] = [
  ...pair(
    'HeldBack',
    '15m',
    [{ [of('held_changes', { rule: 'survivors' })]: '1x15' }, { rule: 'survivors' }],
    {
      [of('held_changes', { rule: 'survivors' })]: '1x8 0x8',
      // What somebody ordered is no surprise.
      [of('held_changes', { rule: 'freeze' })]: '1x15',
    },
  ),
  ...pair('FreezeOverstays', '40m', [{ [of('freeze_age_seconds')]: '0+60x40' }, {}], {
    [of('freeze_age_seconds')]: '0+60x30 0x10',
  }),
  ...pair('PeerViewDiffers', '10m', [{ [opposed]: '1x10' }, { ...vantage, ...peer }], {
    [opposed]: '0x4 1x3 0x4',
  }),
  ...pair('ClockOffset', '10m', [{ [offset]: '-3x10' }, { ...vantage, ...peer }], {
    [offset]: '-1.9x10',
  }),
  ...pair('ServerBehind', '5m', [{ [of('server_mismatch', server)]: '1x5' }, server], {
    [of('server_mismatch', server)]: '1x5',
    // Another vantage is answered well: it is not the server.
    [series('failover_server_mismatch', { ...other, ...server })]: '0x5',
  }),
  ...pair('ResolverMismatch', '10m', [{ [of('resolver_mismatch', resolver)]: '1x10' }, resolver], {
    [of('resolver_mismatch', resolver)]: '1x3 0x8',
  }),
  ...pair('UnfinishedIntent', '10m', [{ [of('unfinished_intents')]: '1x10' }, vantage], {
    [of('unfinished_intents')]: '0 1 0x9',
  }),
  ...pair(
    'PreconditionsFail',
    '20m',
    [{ [of('precondition_failures_total', why)]: '0+1x20' }, { ...vantage, ...why }],
    { [of('precondition_failures_total', why)]: '0x12 3x8' },
  ),
  ...pair('Throttled', '20m', [{ [of('throttled_total')]: '0+1x20' }, vantage], {
    [of('throttled_total')]: '0x12 3x8',
  }),
  ...pair('RecordsDiffer', '15m', [{ [of('records_differ')]: '2x15' }, {}], {
    [of('records_differ')]: '2x3 0x12',
  }),
  ...pair('NoSpareInstances', '10m', [{ [of('spare_instances', region)]: '-1x10' }, region], {
    [of('spare_instances', region)]: '0x10',
  }),
  ...pair(
    'Shedding',
    '10m',
    [{ [uploads('200')]: '0+90x10', [uploads('503')]: '0+10x10' }, region],
    {
      [uploads('200')]: '0+98x10',
      [uploads('503')]: '0+2x10',
    },
  ),
];
