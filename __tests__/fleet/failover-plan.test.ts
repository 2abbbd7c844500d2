// What the controller is told, filled in from what was really built.
import { expect, test } from '@jest/globals';
import { resolvedDeployment } from '../../fleet/failover-plan.ts';
import { failoverPlan } from '../../stacks/failover-plan.ts';
import { deploymentOf, paris, production } from '../support/fleets.ts';

const plan = failoverPlan(production);
const built = deploymentOf(production);

const outputs = {
  zone: { hosted_zone_id: built.hostedZoneId, name_servers: ['ns1.example', 'ns2.example'] },
  dns: { health_check_ids: built.healthCheckIds },
  ...Object.fromEntries(
    production.regions.map(({ id }) => [id, { addresses: built.addresses[id] }]),
  ),
};

test('every reference is replaced by what was built', () =>
  expect(resolvedDeployment(production, plan, outputs)).toEqual({
    hostedZoneId: built.hostedZoneId,
    addresses: built.addresses,
    healthCheckIds: built.healthCheckIds,
    nameServers: ['ns1.example:53', 'ns2.example:53'],
    golden: plan.golden,
    flagsUrl: 'https://evenkeel-example-flags.s3.eu-west-1.amazonaws.com/flags/',
  }));

test('a stack that is not applied yet is named', () => {
  const { [paris]: _, ...others } = outputs as Record<string, Record<string, unknown>>;
  expect(() => resolvedDeployment(production, plan, others)).toThrow(
    /aws-paris has no output "addresses".*Apply aws-paris first/,
  );
});

test('what was built and does not fit the fleet is refused', () =>
  expect(() =>
    resolvedDeployment(production, plan, { ...outputs, [paris]: { addresses: ['192.0.2.1'] } }),
  ).toThrow(/aws-paris has 1 addresses where the fleet says 3/));

test('the golden reading is a shipped model’s own', () => {
  expect(plan.golden.model).toBe('chest-pneumonia');
  expect(plan.golden.imageFile).toMatch(
    /^\/opt\/evenkeel\/current\/models\/registry\/chest-pneumonia\/\d+\.\d+\.\d+\/golden-\d\.png$/,
  );
  expect(plan.golden.probability).toBeGreaterThanOrEqual(0);
  expect(plan.golden.probability).toBeLessThanOrEqual(1);
});
