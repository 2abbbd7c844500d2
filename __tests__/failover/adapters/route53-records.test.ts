// Between our records and Route 53's words nothing is lost and nothing is added.
import { expect, test } from '@jest/globals';
import {
  fromRoute53RecordSet,
  toRoute53Change,
} from '../../../failover/adapters/route53-records.ts';
import { peacetimeIntent, planRecords } from '../../../fleet/records.ts';
import type { RecordSet } from '../../../fleet/records.ts';
import { deploymentOf, production } from '../../support/fleets.ts';
import { strategies } from '../../support/strategies.ts';

const plan = planRecords(production, deploymentOf(production), peacetimeIntent(production), {
  number: 41,
  by: 'vantage-dublin',
});
const sent = (record: RecordSet) =>
  toRoute53Change({ action: 'UPSERT', record }, 'Z1').ResourceRecordSet!;

test('every record of a plan is read back as it was written', () => {
  expect(plan.map((record) => fromRoute53RecordSet(sent(record)))).toEqual(plan);
});

test('an alias names the zone of its target and its health check; an absent check is not sent', () => {
  const alias = plan.find((r) => r.kind === 'alias')!;
  expect(sent(alias)).toEqual({
    Name: 'api.evenkeel.example.',
    Type: 'A',
    SetIdentifier: 'aws-paris',
    Weight: 80,
    HealthCheckId: 'check-aws-paris',
    AliasTarget: {
      HostedZoneId: 'Z1',
      DNSName: 'aws-paris.api.evenkeel.example.',
      EvaluateTargetHealth: true,
    },
  });
  const bare = sent({ ...alias, healthCheckId: null });
  expect('HealthCheckId' in bare).toBe(false);
  expect(fromRoute53RecordSet(bare)).toEqual({ ...alias, healthCheckId: null });
});

test('a text is quoted on the way out and not on the way in', () => {
  expect(sent(plan[0]!).ResourceRecords).toEqual([{ Value: '"term=41 by=vantage-dublin"' }]);
});

test('names come back with octal escapes, capitals and a trailing dot', () => {
  const set = { Name: '\\052.API.evenkeel.example.', Type: 'A', TTL: 60 } as const;
  expect(fromRoute53RecordSet({ ...set, ResourceRecords: [] })?.name).toBe(
    '*.api.evenkeel.example',
  );
});

test.each([
  ['a CNAME', { Name: 'api.x.', Type: 'CNAME', TTL: 1, ResourceRecords: [{ Value: 'y.' }] }],
  ['a latency set', { Name: 'api.x.', Type: 'A', TTL: 1, SetIdentifier: 'a', Region: 'eu-west-3' }],
  [
    'an alias without a weight',
    { Name: 'api.x.', Type: 'A', AliasTarget: { HostedZoneId: 'Z', DNSName: 'y.' } },
  ],
  [
    'an AAAA alias',
    {
      Name: 'api.x.',
      Type: 'AAAA',
      SetIdentifier: 'a',
      Weight: 1,
      AliasTarget: { HostedZoneId: 'Z', DNSName: 'y.' },
    },
  ],
] as const)('%s is not ours', (_, set) => {
  expect(fromRoute53RecordSet(set as never)).toBeNull();
});

test.each(strategies)('every record of the plan of $kind is read back as it was written', (of) => {
  const records = planRecords(
    { ...production, strategy: of },
    deploymentOf(production),
    peacetimeIntent(production),
    { number: 41, by: 'vantage-dublin' },
  );
  expect(records.map((record) => fromRoute53RecordSet(sent(record)))).toEqual(records);
});
