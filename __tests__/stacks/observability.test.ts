// What watches the fleet from outside it: who is told what, what a month may cost, and a host with no open port.
import { expect, test } from '@jest/globals';
import { fleetFor } from '../../fleet/environments.ts';
import { ObservabilityStack } from '../../stacks/observability.ts';
import { production } from '../support/fleets.ts';
import { theOnly } from '../support/resources.ts';
import { resourcesOf, synthesizedStack } from '../support/synthesized.ts';
import '../support/provider-schema/to-match-provider-schema.ts';

const json = synthesizedStack((app) => new ObservabilityStack(app, production));
const alarms = resourcesOf(json, 'aws_cloudwatch_metric_alarm');

test('it matches the schema of its provider', () => expect(json).toMatchProviderSchema());

test('it stands where no region does', () => {
  const places = json.provider?.['aws']?.map(({ region }) => String(region)) ?? [];
  expect(
    production.regions.map(({ location }) => location).filter((l) => places.includes(l)),
  ).toEqual([]);
});

test('each region has an alarm on what Route 53 itself sees, and silence is bad news', () => {
  const health = alarms.filter(({ metric_name: name }) => name === 'HealthCheckStatus');
  expect(health).toHaveLength(production.regions.length);
  for (const alarm of health)
    expect(alarm).toMatchObject({
      provider: 'aws.global',
      comparison_operator: 'LessThanThreshold',
      threshold: 1,
      treat_missing_data: 'breaching',
    });
});

test('two regions at once are an alarm of their own, whichever two', () => {
  const rule = String(theOnly(json, 'aws_cloudwatch_composite_alarm')['alarm_rule']);
  expect(rule.match(/AND/g)).toHaveLength(3);
  expect(rule.match(/OR/g)).toHaveLength(2);
});

test('each vantage of each cloud is missed when its address no longer asks the name servers', () => {
  const filters = resourcesOf(json, 'aws_cloudwatch_log_metric_filter');
  for (const { id } of production.vantages) {
    const address = `\${var.${id.replaceAll('-', '_')}_egress_address}`;
    const [filter, ...others] = filters.filter(({ pattern }) => String(pattern).includes(address));
    expect(others).toEqual([]);
    expect(filter).toMatchObject({ log_group_name: `/aws/route53/${production.zone}` });
    const { name } = (filter?.['metric_transformation'] ?? {}) as { readonly name?: string };
    const watching = alarms.filter(({ metric_name: metric }) => metric === name);
    expect(watching).toMatchObject([
      { comparison_operator: 'LessThanThreshold', treat_missing_data: 'breaching' },
    ]);
  }
});

test('every alarm tells somebody, in the place where it is', () => {
  const topic = theOnly(json, 'aws_sns_topic');
  expect(topic).toMatchObject({ provider: 'aws.global' });
  expect(theOnly(json, 'aws_sns_topic_subscription')).toMatchObject({
    endpoint: production.estate.alertEmail,
  });
  for (const alarm of alarms) {
    expect(alarm).toMatchObject({ provider: 'aws.global' });
    expect(alarm['alarm_actions']).toEqual([
      expect.stringMatching(/^\$\{aws_sns_topic\..*\.arn\}$/),
    ]);
  }
});

test('somebody hears of spending at half, at four fifths, at the whole, and before it', () => {
  const budget = theOnly(json, 'aws_budgets_budget');
  expect(budget['limit_amount']).toBe('9000.0');
  const warned = (budget['notification'] as readonly Record<string, unknown>[]).map(
    ({ threshold, notification_type: type }) => `${String(type)} ${String(threshold)}`,
  );
  expect(warned).toEqual(['ACTUAL 50', 'ACTUAL 80', 'ACTUAL 100', 'FORECASTED 100']);
});

test('the dashboard shows every region, and is JSON once its references are filled in', () => {
  const body = String(theOnly(json, 'aws_cloudwatch_dashboard')['dashboard_body']);
  const { widgets } = JSON.parse(body.replaceAll(/\$\{[^}]+\}/g, 'x')) as {
    readonly widgets: readonly { readonly x: number; readonly y: number }[];
  };
  const places = widgets.map(({ x, y }) => `${x} ${y}`);
  expect(new Set(places).size).toBe(places.length);
  for (const { id } of production.regions) expect(body).toContain(`"label":"${id}"`);
  for (const metric of ['TimeToFirstByte', 'NewFlowCount_TLS', 'EstimatedCharges', 'DnsQueries'])
    expect(body).toContain(metric);
});

test('the monitoring host lets nobody in, and an environment without one has none', () => {
  const groups = resourcesOf(json, 'aws_security_group');
  expect(groups).toHaveLength(1);
  expect(resourcesOf(json, 'aws_vpc_security_group_ingress_rule')).toEqual([]);
  const qa = synthesizedStack((app) => new ObservabilityStack(app, fleetFor('qa')));
  expect(resourcesOf(qa, 'aws_autoscaling_group')).toEqual([]);
  expect(qa.output).not.toHaveProperty('egress_address');
});

test('the host may read its own files and speak to the topic, and nothing else', () => {
  const policy = JSON.parse(
    resourcesOf(json, 'aws_iam_role_policy')
      .map(({ policy: text }) => String(text).replaceAll(/\$\{[^}]+\}/g, 'x'))
      .find((text) => text.includes('SessionManager')) ?? '',
  ) as { readonly Statement: readonly { readonly Sid: string }[] };
  expect(policy.Statement.map(({ Sid }) => Sid).sort()).toEqual([
    'DecryptThem',
    'EncryptWhatIsSaid',
    'FetchReleases',
    'SayIt',
    'SeeWhatThereIs',
    'SessionManager',
  ]);
});
