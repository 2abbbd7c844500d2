// A region on Google Cloud, as Terraform will read it.
import { expect, test } from '@jest/globals';
import { overlaps, parseCidr } from '../../fleet/cidr.ts';
import { fleetFor } from '../../fleet/environments.ts';
import { regionId } from '../../fleet/fleet.ts';
import type { Fleet, Region } from '../../fleet/fleet.ts';
import { GcpRegionStack } from '../../stacks/gcp-region.ts';
import { belgium, production, withRegion } from '../support/fleets.ts';
import '../support/provider-schema/to-match-provider-schema.ts';
import { bootSettings, theOnly, valueAt } from '../support/resources.ts';
import { resourcesOf, synthesizedStack } from '../support/synthesized.ts';

const regionOf = (fleet: Fleet, id = belgium): Region =>
  fleet.regions.find((region) => region.id === id)!;

const synthesized = (fleet: Fleet, id = belgium) =>
  synthesizedStack((app) => new GcpRegionStack(app, fleet, regionOf(fleet, id)));

const stack = synthesized(production);
const region = regionOf(production);
const qa = synthesized(fleetFor('qa'));

test.each([
  ['production', stack],
  ['qa', qa],
])('%s has the structure the provider asks for', (_name, json) => {
  expect(json).toMatchProviderSchema();
});

test('machines are reached on the service’s port only, from the balancer, its probes and the operators’ tunnel', () => {
  const open = resourcesOf(stack, 'google_compute_firewall').filter(
    (rule) => rule['direction'] === 'INGRESS' && rule['allow'] !== undefined,
  );
  const proxies = resourcesOf(stack, 'google_compute_subnetwork').find(
    ({ purpose }) => purpose === 'REGIONAL_MANAGED_PROXY',
  );
  expect(new Set(open.flatMap((rule) => rule['source_ranges']))).toEqual(
    new Set(['130.211.0.0/22', '35.191.0.0/16', '35.235.240.0/20', proxies?.['ip_cidr_range']]),
  );
  for (const rule of open) expect(rule['allow']).toEqual([{ protocol: 'tcp', ports: ['8443'] }]);
});

test('what no rule lets in or out is denied after all others, and every rule is logged', () => {
  const rules = resourcesOf(stack, 'google_compute_firewall');
  const denials = rules.filter((rule) => rule['deny'] !== undefined);
  expect(denials.map((rule) => [rule['direction'], rule['deny']])).toEqual(
    expect.arrayContaining([
      ['INGRESS', [{ protocol: 'all' }]],
      ['EGRESS', [{ protocol: 'all' }]],
    ]),
  );
  const last = Math.min(...denials.map((rule) => Number(rule['priority'])));
  for (const rule of rules) {
    expect(rule['log_config']).toBeDefined();
    if (rule['allow'] !== undefined) expect(Number(rule['priority'])).toBeLessThan(last);
  }
});

test('a machine has no public address, boots only what is signed, and takes no keys for logging in', () => {
  const template = theOnly(stack, 'google_compute_region_instance_template');
  expect(valueAt(template, 'network_interface', 0)).not.toHaveProperty('access_config');
  expect(template['shielded_instance_config']).toEqual({
    enable_secure_boot: true,
    enable_vtpm: true,
    enable_integrity_monitoring: true,
  });
  expect(template['metadata']).toMatchObject({
    'enable-oslogin': 'TRUE',
    'block-project-ssh-keys': 'TRUE',
    'serial-port-enable': 'FALSE',
  });
  expect(template['machine_type']).toBe(region.instances.machine);
});

test('disks, objects and logs have keys of their own, which turn over and which one agent each may use', () => {
  expect(
    resourcesOf(stack, 'google_kms_crypto_key').map((key) => [key['name'], key['rotation_period']]),
  ).toEqual([
    ['disks', '7776000s'],
    ['logs', '7776000s'],
    ['objects', '7776000s'],
  ]);
  expect(resourcesOf(stack, 'google_kms_crypto_key_iam_member')).toHaveLength(3);
  const template = theOnly(stack, 'google_compute_region_instance_template');
  expect(valueAt(template, 'disk', 0, 'disk_encryption_key', 'kms_key_self_link')).toMatch(
    /google_kms_crypto_key\.keys_disks/,
  );
  for (const bucket of resourcesOf(stack, 'google_storage_bucket'))
    expect(valueAt(bucket, 'encryption', 'default_kms_key_name')).toMatch(/keys_objects/);
  for (const bucket of resourcesOf(stack, 'google_logging_project_bucket_config'))
    expect(valueAt(bucket, 'cmek_settings', 'kms_key_name')).toMatch(/keys_logs/);
});

test('there are as many public addresses as the fleet says, each with a way to the same balancer, of one tier', () => {
  const addresses = resourcesOf(stack, 'google_compute_address');
  const fronts = resourcesOf(stack, 'google_compute_forwarding_rule');
  expect(addresses).toHaveLength(region.addressCount);
  expect(fronts).toHaveLength(region.addressCount);
  expect(new Set(fronts.map((front) => front['ip_address'])).size).toBe(region.addressCount);
  expect(new Set(fronts.map((front) => front['target'])).size).toBe(1);
  expect(fronts.map((front) => front['port_range'])).toEqual(fronts.map(() => '443'));
  expect(new Set([...addresses, ...fronts].map((resource) => resource['network_tier'])).size).toBe(
    1,
  );
  expect(stack.output?.['addresses']?.['value']).toHaveLength(region.addressCount);
});

test('the fronts wait for the subnet of the proxies, which nothing in them names', () => {
  for (const front of resourcesOf(stack, 'google_compute_forwarding_rule'))
    expect(front['depends_on']).toContainEqual(
      expect.stringMatching(/^google_compute_subnetwork\.network_proxies/),
    );
});

test('the certificate covers the name of the service and the region’s own, by one record of our zone', () => {
  const certificate = theOnly(stack, 'google_certificate_manager_certificate');
  expect(valueAt(certificate, 'managed', 'domains')).toEqual([
    'api.evenkeel.example',
    '*.api.evenkeel.example',
  ]);
  expect(theOnly(stack, 'google_certificate_manager_dns_authorization')).toMatchObject({
    type: 'PER_PROJECT_RECORD',
    domain: 'api.evenkeel.example',
  });
  expect(theOnly(stack, 'google_compute_region_ssl_policy')['min_tls_version']).toBe('TLS_1_2');
});

test('a release costs no capacity: new machines first, at least one for each zone', () => {
  const policy = theOnly(stack, 'google_compute_region_instance_group_manager')['update_policy'];
  expect(policy).toMatchObject({ max_unavailable_fixed: 0, replacement_method: 'SUBSTITUTE' });
  expect(valueAt(policy, 'max_surge_fixed')).toBeGreaterThanOrEqual(3);
});

test('the group grows and shrinks between the fleet’s limits', () => {
  const policy = theOnly(stack, 'google_compute_region_autoscaler')['autoscaling_policy'];
  expect(policy).toMatchObject({
    min_replicas: region.instances.min,
    max_replicas: region.instances.max,
  });
});

test('a stopping machine answers until the balancer has seen that it is not ready, and has time to finish', () => {
  const backend = theOnly(stack, 'google_compute_region_backend_service');
  const check = resourcesOf(stack, 'google_compute_region_health_check').find(({ name }) =>
    String(name).endsWith('readiness'),
  );
  const settings = bootSettings(
    String(
      valueAt(
        theOnly(stack, 'google_compute_region_instance_template'),
        'metadata',
        'startup-script',
      ),
    ),
  );
  const probesSeconds =
    Number(check?.['check_interval_sec']) * Number(check?.['unhealthy_threshold']);
  expect(Number(settings['DRAIN_WAIT_SECONDS'])).toBeGreaterThan(probesSeconds);
  expect(Number(settings['DRAIN_SECONDS_MAX'])).toBeGreaterThan(
    Number(settings['DRAIN_WAIT_SECONDS']),
  );
  expect(Number(backend['connection_draining_timeout_sec'])).toBeGreaterThan(
    Number(settings['DRAIN_SECONDS_MAX']),
  );
  // The balancer keeps idle connections for 600 s.
  expect(Number(settings['KEEP_ALIVE_SECONDS'])).toBeGreaterThan(600);
  expect(settings['EVENKEEL_REGION']).toBe(region.id);
});

test('a machine is replaced later than it is taken out of the balancer, and not while it starts', () => {
  const checks = resourcesOf(stack, 'google_compute_region_health_check');
  const [readiness, healing] = ['readiness', 'healing'].map((end) => {
    const check = checks.find(({ name }) => String(name).endsWith(end));
    return Number(check?.['check_interval_sec']) * Number(check?.['unhealthy_threshold']);
  });
  expect(healing).toBeGreaterThanOrEqual(5 * readiness!);
  const group = theOnly(stack, 'google_compute_region_instance_group_manager');
  expect(valueAt(group, 'auto_healing_policies', 'initial_delay_sec')).toBeGreaterThanOrEqual(240);
  for (const check of checks)
    expect(check['https_health_check']).toEqual({ port: 8443, request_path: '/readyz' });
});

test('buckets are closed to the public and keep what is replaced; radiographs are gone within days', () => {
  const buckets = resourcesOf(stack, 'google_storage_bucket');
  expect(buckets.map(({ name }) => name)).toEqual([
    'evenkeel-example-gcp-belgium-artifacts',
    'evenkeel-example-gcp-belgium-models',
    'evenkeel-example-gcp-belgium-uploads',
  ]);
  for (const bucket of buckets)
    expect(bucket).toMatchObject({
      public_access_prevention: 'enforced',
      uniform_bucket_level_access: true,
      versioning: { enabled: true },
    });
  const uploads = buckets.find(({ name }) => String(name).endsWith('uploads'));
  expect(uploads).toMatchObject({ soft_delete_policy: { retention_duration_seconds: 0 } });
  const ages = (valueAt(uploads, 'lifecycle_rule') as readonly unknown[]).map(
    (rule) =>
      valueAt(rule, 'condition', 'age') ?? valueAt(rule, 'condition', 'days_since_noncurrent_time'),
  );
  expect(Math.max(...ages.map(Number))).toBeLessThanOrEqual(2);
});

test('machines may write logs and metrics, read releases and models, and add radiographs: nothing else', () => {
  expect(resourcesOf(stack, 'google_project_iam_member').map(({ role }) => role)).toEqual([
    'roles/logging.logWriter',
    'roles/monitoring.metricWriter',
  ]);
  expect(
    resourcesOf(stack, 'google_storage_bucket_iam_member')
      .map(
        ({ bucket, role }) => `${/objects_(\w+)_bucket/.exec(String(bucket))?.[1]} ${String(role)}`,
      )
      .sort(),
  ).toEqual([
    'artifacts roles/storage.objectViewer',
    'models roles/storage.objectViewer',
    'uploads roles/storage.objectCreator',
    'uploads roles/storage.objectViewer',
  ]);
});

test('where data is protected nothing that holds it can be destroyed, and audit logs by nobody', () => {
  const precious = [
    'google_storage_bucket',
    'google_kms_crypto_key',
    'google_kms_key_ring',
    'google_compute_address',
  ];
  for (const type of precious) {
    for (const resource of resourcesOf(stack, type))
      expect(valueAt(resource, 'lifecycle', 'prevent_destroy')).toBe(true);
    for (const resource of resourcesOf(qa, type))
      expect(valueAt(resource, 'lifecycle', 'prevent_destroy')).toBe(false);
  }
  const audit = (json: typeof stack) =>
    resourcesOf(json, 'google_logging_project_bucket_config').find(({ bucket_id: id }) =>
      String(id).endsWith('audit'),
    );
  expect(audit(stack)).toMatchObject({
    locked: true,
    retention_days: production.estate.auditRetentionDays,
  });
  expect(audit(qa)).toMatchObject({ locked: false, retention_days: 30 });
});

test('one mail address hears of errors, of too few machines, of a full group and of machines that stopped answering', () => {
  expect(theOnly(stack, 'google_monitoring_notification_channel')['labels']).toEqual({
    email_address: production.estate.alertEmail,
  });
  const alerts = resourcesOf(stack, 'google_monitoring_alert_policy');
  expect(
    alerts.map((alert) => String(alert['display_name']).split('-').slice(4).join('-')).sort(),
  ).toEqual(['errors', 'full', 'too-few', 'unready']);
  for (const alert of alerts) {
    const isLog = valueAt(alert, 'conditions', 0, 'condition_matched_log') !== undefined;
    expect(valueAt(alert, 'alert_strategy', 'notification_rate_limit') !== undefined).toBe(isLog);
    expect(alert['notification_channels']).toHaveLength(1);
  }
});

test('its subnets lie within the region’s network and apart from each other', () => {
  const whole = parseCidr(region.network)!;
  const parts = resourcesOf(stack, 'google_compute_subnetwork').map((subnet) =>
    parseCidr(String(subnet['ip_cidr_range']))!,
  );
  expect(parts).toHaveLength(2);
  expect(parts.every((part) => overlaps(whole, part) && part.prefix > whole.prefix)).toBe(true);
  expect(overlaps(parts[0]!, parts[1]!)).toBe(false);
});

test('a second region is a line of the fleet: what is one for the whole project stays with the first', () => {
  const second: Region = {
    ...region,
    id: regionId('gcp-netherlands'),
    location: 'europe-west4',
    network: '10.80.0.0/16',
  };
  const fleet = { ...production, regions: [...production.regions, second] };
  const json = synthesized(fleet, second.id);
  expect(json).toMatchProviderSchema();
  expect(resourcesOf(json, 'google_project_iam_audit_config')).toHaveLength(0);
  expect(resourcesOf(synthesized(fleet), 'google_project_iam_audit_config')).toHaveLength(1);
  expect(Object.keys(json.output ?? {})).toEqual(Object.keys(stack.output ?? {}));
  expect(JSON.stringify(json.resource)).not.toMatch(/belgium|europe-west1/);
});

test('what other stacks take from it keeps its names', () => {
  expect(Object.keys(stack.output ?? {}).sort()).toEqual([
    'addresses',
    'certificate_validation_name',
    'certificate_validation_value',
    'models_bucket',
    'network_name',
    'subnetwork_name',
  ]);
});

test('a name that Google would refuse is refused before anything is built', () => {
  const id = regionId('gcp-the-low-countries-by-the-sea');
  const renamed = withRegion(production, belgium, { id });
  expect(() => synthesized(renamed, id)).toThrow(/characters/);
});
