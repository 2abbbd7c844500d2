// The vantages: one machine each in three clouds, told the same, closed to all but each other, and with no key of AWS on a foreign machine.
import { App } from 'cdktf';
import { expect, test } from '@jest/globals';
import { fleetStacks } from '../../stacks/fleet-stacks.ts';
import { AwsVantageStack } from '../../stacks/aws-vantage.ts';
import { AzureVantageStack } from '../../stacks/azure-vantage.ts';
import { GcpVantageStack } from '../../stacks/gcp-vantage.ts';
import { PeersStack } from '../../stacks/peers.ts';
import { controllerPort, livenessPort } from '../../stacks/vantage-program.ts';
import { vantageId } from '../../fleet/fleet.ts';
import { production } from '../support/fleets.ts';
import { resourcesOf, synthesizedStack } from '../support/synthesized.ts';

const [dublin, finland, amsterdam] = production.vantages;
const aws = synthesizedStack((app) => new AwsVantageStack(app, production, dublin!));
const gcp = synthesizedStack((app) => new GcpVantageStack(app, production, finland!));
const azure = synthesizedStack((app) => new AzureVantageStack(app, production, amsterdam!));
const peers = synthesizedStack((app) => new PeersStack(app, production));

test('each is a group of one that comes back by itself', () => {
  expect(resourcesOf(aws, 'aws_autoscaling_group')[0]).toMatchObject({ min_size: 1, max_size: 1 });
  expect(resourcesOf(gcp, 'google_compute_region_instance_group_manager')[0]).toMatchObject({
    target_size: 1,
    auto_healing_policies: { initial_delay_sec: expect.any(Number) },
  });
  expect(resourcesOf(azure, 'azurerm_linux_virtual_machine_scale_set')[0]).toMatchObject({
    instances: 1,
    automatic_instance_repair: { enabled: true },
  });
});

test('a new program reaches the machine that runs already, by the way that each cloud has for it', () => {
  const [group] = resourcesOf(aws, 'aws_autoscaling_group');
  expect(group).toMatchObject({
    launch_template: { version: expect.stringContaining('latest_version') },
    instance_refresh: { strategy: 'Rolling' },
  });
  const [manager] = resourcesOf(gcp, 'google_compute_region_instance_group_manager');
  expect(manager).toMatchObject({
    update_policy: { type: 'PROACTIVE', minimal_action: 'REPLACE' },
  });
  // azurerm reimages a machine in this mode only; in the others custom data stays what it was at the machine's birth.
  const [set] = resourcesOf(azure, 'azurerm_linux_virtual_machine_scale_set');
  expect(set).toMatchObject({ upgrade_mode: 'Manual' });
});

test('a controller is told what was built, or nothing is applied: not the plan, which only says where that will come from', () => {
  for (const json of [aws, gcp, azure])
    expect(json.variable?.['failover']).toMatchObject({
      validation: [{ condition: expect.stringContaining('jsondecode(var.failover).hostedZoneId') }],
    });
});

test('until the other vantages and the monitoring host are known, nobody is let in; then they are, each by its one address', () => {
  const rules = [
    ...resourcesOf(aws, 'aws_vpc_security_group_ingress_rule').map((r) => [
      r['count'],
      r['cidr_ipv4'],
    ]),
    ...resourcesOf(gcp, 'google_compute_firewall').map((r) => [r['count'], r['source_ranges']]),
    ...resourcesOf(azure, 'azurerm_network_security_rule').map((r) => [
      r['count'],
      r['source_address_prefix'],
    ]),
  ].filter(([count]) => count !== undefined);
  expect(rules).toHaveLength(9);
  for (const [count, source] of rules) {
    expect(count).toMatch(/^\$\{var\.\w+_egress_address == "" \? 0 : 1\}$/);
    expect(JSON.stringify(source)).toMatch(/var\.\w+_egress_address/);
  }
});

test('what a vantage needs of those built after it comes late, so that three can know each other', () => {
  const stacks = fleetStacks(new App({ outdir: 'cdktf.out' }), production);
  const late = stacks.flatMap(({ id, handoffs }) =>
    handoffs.filter(({ isLate }) => isLate).map(({ from }) => `${id} < ${from}`),
  );
  expect(late).toHaveLength(9);
});

test('everything that is handed over is published by somebody, and before it is needed', () => {
  const stacks = fleetStacks(new App({ outdir: 'cdktf.out' }), production);
  const outputs = new Map(
    stacks.map((stack) => [
      stack.id,
      Object.keys((stack.toTerraform() as { output?: object }).output ?? {}),
    ]),
  );
  stacks.forEach(({ id, handoffs }, at) => {
    for (const { from, output, isLate } of handoffs) {
      expect({ id, from, published: outputs.get(from) ?? [] }).toEqual({
        id,
        from,
        published: expect.arrayContaining([output]),
      });
      const before = stacks.slice(0, at).some((stack) => stack.id === from);
      expect({ id, from, isBefore: before || isLate }).toEqual({ id, from, isBefore: true });
    }
  });
});

test('outside AWS no key of AWS exists: a role is taken with the identity of the machine', () => {
  const policies = resourcesOf(peers, 'aws_iam_role').map(({ assume_role_policy: p }) => String(p));
  const google = policies.find((policy) => policy.includes('"accounts.google.com"'));
  const tenant = policies.find((policy) => policy !== google);
  expect(google).toContain('"accounts.google.com:sub":"${var.vantage_finland_identity}"');
  expect(google).toContain('"accounts.google.com:oaud":"https://evenkeel.example/controller"');
  expect(tenant).toContain('/:sub":"${var.vantage_amsterdam_identity}"');
  expect(JSON.stringify([aws, gcp, azure, peers])).not.toMatch(
    /aws_iam_access_key|AWS_SECRET_ACCESS_KEY/,
  );
});

test('AWS is told of the tenant once, however many vantages it has', () => {
  const second = { ...amsterdam!, id: vantageId('vantage-berlin') };
  const json = synthesizedStack(
    (app) => new PeersStack(app, { ...production, vantages: [...production.vantages, second] }),
  );
  expect(resourcesOf(json, 'aws_iam_openid_connect_provider')).toEqual([
    expect.objectContaining({
      url: 'https://sts.windows.net/${var.vantage_amsterdam_tenant_id}/',
      client_id_list:
        '${distinct([var.vantage_amsterdam_token_audience, var.vantage_berlin_token_audience])}',
    }),
  ]);
  const trusts = resourcesOf(json, 'aws_iam_role').map(({ assume_role_policy: p }) => String(p));
  for (const id of ['amsterdam', 'berlin'])
    expect(trusts.filter((p) => p.includes(`\${var.vantage_${id}_identity}`))).toEqual([
      expect.stringContaining(`/:aud":"\${var.vantage_${id}_token_audience}"`),
    ]);
});

test('the others find a vantage by its name in the zone', () => {
  const records = resourcesOf(peers, 'aws_route53_record');
  expect(records).toHaveLength(production.vantages.length);
  for (const { id } of production.vantages)
    expect(records).toContainEqual(
      expect.objectContaining({
        name: `${id}.vantage.${production.zone}`,
        type: 'A',
        records: [`\${var.${id.replaceAll('-', '_')}_address}`],
      }),
    );
});

test('only what lies below flags/ may be read by everyone, and the rest of the account’s buckets by nobody', () => {
  const policies = resourcesOf(aws, 'aws_s3_bucket_policy').map(({ policy }) => String(policy));
  const open = policies.filter((policy) => policy.includes('AnyoneMaySeeWhetherAFlagIsRaised'));
  expect(open).toEqual([expect.stringContaining('"arn:aws:s3:::evenkeel-example-flags/flags/*"')]);
});

test('no vantage has a public address of its own, listens to anything but its port, or tells anybody but a balancer that it runs', () => {
  expect(resourcesOf(aws, 'aws_subnet').every((s) => s['map_public_ip_on_launch'] === false)).toBe(
    true,
  );
  const [template] = resourcesOf(gcp, 'google_compute_region_instance_template');
  expect(JSON.stringify(template?.['network_interface'])).not.toContain('access_config');
  for (const rule of resourcesOf(aws, 'aws_vpc_security_group_ingress_rule')) {
    const port = rule['cidr_ipv4'] === undefined ? rule['from_port'] : controllerPort;
    expect([controllerPort, livenessPort]).toContain(port);
    expect([rule['from_port'], rule['to_port']]).toEqual([port, port]);
  }
});
