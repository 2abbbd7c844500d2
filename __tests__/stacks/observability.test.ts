// What watches the fleet from outside it: who is told what, what a month may cost, and a host with no open port.
import { expect, test } from '@jest/globals';
import { fleetFor } from '../../fleet/environments.ts';
import { scrapeConfig } from '../../stacks/constructs/observability/monitoring-program.ts';
import { ObservabilityStack } from '../../stacks/observability.ts';
import { production } from '../support/fleets.ts';
import { theOnly, valueAt } from '../support/resources.ts';
import { resourcesOf, synthesizedStack } from '../support/synthesized.ts';

const json = synthesizedStack((app) => new ObservabilityStack(app, production));
const alarms = resourcesOf(json, 'aws_cloudwatch_metric_alarm');

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
    widgets: readonly object[];
  };
  expect(widgets.length).toBeGreaterThanOrEqual(4);
  for (const { id } of production.regions) expect(body).toContain(`"label":"${id}"`);
});

test('the monitoring host lets nobody in, and an environment without one has none', () => {
  const groups = resourcesOf(json, 'aws_security_group');
  expect(groups).toHaveLength(1);
  expect(resourcesOf(json, 'aws_vpc_security_group_ingress_rule')).toEqual([]);
  const qa = synthesizedStack((app) => new ObservabilityStack(app, fleetFor('qa')));
  expect(resourcesOf(qa, 'aws_autoscaling_group')).toEqual([]);
  expect(qa.variable).not.toHaveProperty('prometheus_file');
});

test('its programs are verified before they are unpacked', () => {
  const script = String(theOnly(json, 'aws_launch_template')['user_data']);
  for (const tool of ['prometheus', 'grafana']) {
    const verified = script.indexOf(`var.${tool}_sha256`);
    expect(verified).toBeGreaterThan(0);
    expect(script.indexOf(`-C /opt/monitoring/${tool}`)).toBeGreaterThan(verified);
  }
});

test('every region and every vantage is asked for its metrics', () => {
  const { scrape_configs: jobs } = scrapeConfig(production);
  expect(valueAt(jobs, 0, 'static_configs')).toHaveLength(production.regions.length);
  expect(JSON.stringify(jobs[1])).toContain('vantage-dublin.vantage.evenkeel.example:5500');
});
