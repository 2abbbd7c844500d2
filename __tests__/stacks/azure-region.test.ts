// A region on Azure, as Terraform will read it.
import { expect, test } from '@jest/globals';
import { fleetFor } from '../../fleet/environments.ts';
import { regionId } from '../../fleet/fleet.ts';
import type { Fleet, Region } from '../../fleet/fleet.ts';
import { AzureRegionStack } from '../../stacks/azure-region.ts';
import { frankfurt, production } from '../support/fleets.ts';
import '../support/provider-schema/to-match-provider-schema.ts';
import { bootSettings, theOnly, valueAt } from '../support/resources.ts';
import { resourcesOf, synthesizedStack } from '../support/synthesized.ts';
import type { TerraformJson } from '../support/synthesized.ts';

const regionOf = (fleet: Fleet, id = frankfurt): Region =>
  fleet.regions.find((region) => region.id === id)!;

const synthesized = (fleet: Fleet, id = frankfurt) =>
  synthesizedStack((app) => new AzureRegionStack(app, fleet, regionOf(fleet, id)));

const stack = synthesized(production);
const region = regionOf(production);
const qa = synthesized(fleetFor('qa'));

const machines = (json: TerraformJson) => theOnly(json, 'azurerm_linux_virtual_machine_scale_set');
const account = (json: TerraformJson, part = 'data') =>
  resourcesOf(json, 'azurerm_storage_account').find(({ name }) => String(name).endsWith(part))!;

test.each([
  ['production', stack],
  ['qa', qa],
])('%s has the structure the provider asks for', (_name, json) => {
  expect(json).toMatchProviderSchema();
});

test('strangers reach the service’s port of the machines and nothing else', () => {
  const inward = resourcesOf(stack, 'azurerm_network_security_rule').filter(
    ({ direction, access }) => direction === 'Inbound' && access === 'Allow',
  );
  expect(
    inward
      .map(
        (rule) =>
          `${String(rule['source_address_prefix'])} ${String(rule['destination_port_range'])}`,
      )
      .sort(),
  ).toEqual(['10.48.0.0/20 443', 'AzureLoadBalancer 8443', 'Internet 8443']);
});

test('every subnet has rules that end in denying the rest, before those that Azure would add', () => {
  const rest = resourcesOf(stack, 'azurerm_network_security_rule').filter(
    ({ access }) => access === 'Deny',
  );
  expect(rest).toHaveLength(2 * resourcesOf(stack, 'azurerm_subnet').length);
  for (const rule of rest)
    expect(rule).toMatchObject({ priority: 4096, protocol: '*', destination_port_range: '*' });
  expect(resourcesOf(stack, 'azurerm_subnet_network_security_group_association')).toHaveLength(
    resourcesOf(stack, 'azurerm_subnet').length,
  );
});

test('each public address leads to an address of its own on each machine: two rules may not share a port of one pool', () => {
  const rules = resourcesOf(stack, 'azurerm_lb_rule');
  expect(rules).toHaveLength(region.addressCount);
  for (const rule of rules)
    expect(rule).toMatchObject({
      protocol: 'Tcp',
      frontend_port: 443,
      backend_port: 8443,
      disable_outbound_snat: true,
    });
  const poolsOfRules = rules.map((rule) => valueAt(rule, 'backend_address_pool_ids', 0));
  const configurations = valueAt(
    machines(stack),
    'network_interface',
    0,
    'ip_configuration',
  ) as readonly unknown[];
  expect(new Set(poolsOfRules).size).toBe(region.addressCount);
  expect(
    configurations.map((one) => valueAt(one, 'load_balancer_backend_address_pool_ids', 0)),
  ).toEqual(poolsOfRules);
  expect(configurations.map((one) => valueAt(one, 'primary'))).toEqual(
    configurations.map((_, i) => i === 0),
  );
});

test('public addresses are static and stand in all zones, and no machine has one', () => {
  for (const address of resourcesOf(stack, 'azurerm_public_ip'))
    expect(address).toMatchObject({
      sku: 'Standard',
      allocation_method: 'Static',
      zones: ['1', '2', '3'],
    });
  expect(JSON.stringify(machines(stack)['network_interface'])).not.toContain('public_ip_address');
  for (const subnet of resourcesOf(stack, 'azurerm_subnet'))
    expect(subnet['default_outbound_access_enabled']).toBe(false);
  expect(stack.output?.['addresses']?.['value']).toHaveLength(region.addressCount);
});

test('a machine is encrypted down to its caches, boots only what is signed, and takes no password', () => {
  expect(machines(stack)).toMatchObject({
    sku: region.instances.machine,
    encryption_at_host_enabled: true,
    secure_boot_enabled: true,
    vtpm_enabled: true,
    disable_password_authentication: true,
    zones: ['1', '2', '3'],
    zone_balance: true,
    os_disk: { disk_encryption_set_id: expect.stringContaining('azurerm_disk_encryption_set') },
  });
  expect(JSON.stringify(stack)).not.toMatch(/admin_password|tls_private_key/);
});

test('a release costs no capacity, an unready new machine ends it, and a dying machine is given time', () => {
  expect(machines(stack)).toMatchObject({
    upgrade_mode: 'Rolling',
    overprovision: false,
    rolling_upgrade_policy: {
      maximum_surge_instances_enabled: true,
      max_unhealthy_upgraded_instance_percent: 0,
    },
    automatic_instance_repair: { enabled: true },
    termination_notification: { enabled: true, timeout: 'PT5M' },
  });
});

test('a new first-boot program starts an upgrade, which custom data alone would not', () => {
  const extension = valueAt(machines(stack), 'extension', 0);
  const script = String(machines(stack)['custom_data']).replace(/^\$\{base64encode\(/, '');
  expect(valueAt(extension, 'force_update_tag')).toBe(`\${sha256(${script}`);
  expect(JSON.parse(String(valueAt(extension, 'settings')))).toMatchObject({
    protocol: 'https',
    port: 8443,
    requestPath: '/readyz',
  });
});

test('a stopping machine answers until the balancer has seen that it is not ready', () => {
  const probe = theOnly(stack, 'azurerm_lb_probe');
  const settings = bootSettings(String(machines(stack)['custom_data']));
  expect(Number(settings['DRAIN_WAIT_SECONDS'])).toBeGreaterThan(
    Number(probe['interval_in_seconds']) * Number(probe['probe_threshold']),
  );
  // systemd would kill it after 45 s (release/instance/units/evenkeel.service).
  expect(Number(settings['DRAIN_SECONDS_MAX'])).toBeLessThan(45);
  expect(probe).toMatchObject({ protocol: 'Https', port: 8443, request_path: '/readyz' });
});

test('machines start after their rules, their way out, their private doors and their rights', () => {
  const types = (machines(stack)['depends_on'] as readonly string[]).map(
    (address) => address.split('.')[0],
  );
  expect(types).toEqual(
    expect.arrayContaining([
      'azurerm_subnet_network_security_group_association',
      'azurerm_subnet_nat_gateway_association',
      'azurerm_private_endpoint',
      'azurerm_private_dns_zone_virtual_network_link',
      'azurerm_role_assignment',
    ]),
  );
});

test('the group grows at a load that one machine fewer cannot reach by shrinking, between the fleet’s limits', () => {
  const profile = valueAt(theOnly(stack, 'azurerm_monitor_autoscale_setting'), 'profile', 0);
  const { min, max } = region.instances;
  expect(valueAt(profile, 'capacity')).toEqual({ default: min, minimum: min, maximum: max });
  const threshold = (direction: string) =>
    Number(
      valueAt(
        (valueAt(profile, 'rule') as readonly unknown[]).find(
          (rule) => valueAt(rule, 'scale_action', 'direction') === direction,
        ),
        'metric_trigger',
        'threshold',
      ),
    );
  expect(2 * threshold('Decrease')).toBeLessThan(threshold('Increase'));
  expect(valueAt(machines(stack), 'lifecycle', 'ignore_changes')).toEqual(['instances']);
});

test('the vault is governed by roles, cannot be purged, and answers only who is in the network or deploys', () => {
  expect(theOnly(stack, 'azurerm_key_vault')).toMatchObject({
    rbac_authorization_enabled: true,
    purge_protection_enabled: true,
    network_acls: { default_action: 'Deny', ip_rules: '${var.deployer_addresses}' },
  });
  expect(resourcesOf(stack, 'azurerm_private_endpoint')).toHaveLength(2);
});

test('the imported certificate stands: Terraform makes the first one and then looks away', () => {
  const certificate = theOnly(stack, 'azurerm_key_vault_certificate');
  expect(valueAt(certificate, 'lifecycle', 'ignore_changes')).toEqual(
    expect.arrayContaining(['certificate', 'certificate_policy']),
  );
  expect(
    valueAt(
      certificate,
      'certificate_policy',
      'x509_certificate_properties',
      'subject_alternative_names',
      'dns_names',
    ),
  ).toEqual(['api.evenkeel.example', 'azure-frankfurt.api.evenkeel.example']);
});

test('machines read releases, models and one secret, and keep radiographs: nothing else', () => {
  const rights = resourcesOf(stack, 'azurerm_role_assignment')
    .filter((right) => String(right['principal_id']).includes('machines_identity'))
    .map((right) => `${String(right['role_definition_name'])} on ${String(right['scope'])}`);
  expect(
    rights.map((right) => right.replaceAll(/\$\{azurerm_\w+\.|_[0-9A-F]{8}\.id\}/g, '')).sort(),
  ).toEqual([
    'Key Vault Secrets User on vault/secrets/api',
    'Storage Blob Data Contributor on storage_uploads',
    'Storage Blob Data Reader on storage_artifacts',
    'Storage Blob Data Reader on storage_models',
  ]);
});

test('a key’s identity may wrap and unwrap with that key only', () => {
  const keys = resourcesOf(stack, 'azurerm_key_vault_key');
  expect(keys.map((key) => key['key_opts'])).toEqual([
    ['wrapKey', 'unwrapKey'],
    ['wrapKey', 'unwrapKey'],
  ]);
  const rights = resourcesOf(stack, 'azurerm_role_assignment').filter(
    (right) => right['role_definition_name'] === 'Key Vault Crypto Service Encryption User',
  );
  expect(rights).toHaveLength(2);
  for (const right of rights)
    expect(right['scope']).toMatch(/^\$\{azurerm_key_vault_key\.\S+\.resource_versionless_id\}$/);
});

test('where data is protected nothing that holds it can be destroyed', () => {
  const precious = ['azurerm_storage_account', 'azurerm_key_vault', 'azurerm_key_vault_key'];
  for (const type of precious) {
    for (const resource of resourcesOf(stack, type))
      expect(valueAt(resource, 'lifecycle', 'prevent_destroy')).toBe(true);
    for (const resource of resourcesOf(qa, type))
      expect(valueAt(resource, 'lifecycle', 'prevent_destroy')).toBe(false);
  }
});

test('all that can carry tags says whose it is', () => {
  const taggable = [
    'azurerm_resource_group',
    'azurerm_lb',
    'azurerm_public_ip',
    'azurerm_storage_account',
  ];
  for (const resource of taggable.flatMap((type) => resourcesOf(stack, type)))
    expect(resource['tags']).toMatchObject({ environment: 'production', owner: 'platform' });
});

test('what only the deployer knows is asked of the deployer', () => {
  const [condition] = [valueAt(stack.variable, 'deployer_addresses', 'validation', 0, 'condition')];
  expect(condition).toContain('length(var.deployer_addresses) > 0');
  expect(stack.variable?.['admin_public_key']).not.toHaveProperty('default');
});

test('a second region is a line of the fleet', () => {
  const second: Region = {
    ...region,
    id: regionId('azure-stockholm'),
    location: 'swedencentral',
    network: '10.96.0.0/16',
  };
  const fleet = { ...production, regions: [...production.regions, second] };
  const json = synthesized(fleet, second.id);
  expect(json).toMatchProviderSchema();
  expect(account(json)['name']).not.toBe(account(stack)['name']);
  expect(JSON.stringify(json.resource)).not.toMatch(/frankfurt|germany/);
});
