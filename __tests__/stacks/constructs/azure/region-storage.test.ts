// What is stored in a region on Azure: who may read it, and for how long it is there.
import { expect, test } from '@jest/globals';
import { fleetFor } from '../../../../fleet/environments.ts';
import type { Fleet } from '../../../../fleet/fleet.ts';
import { AzureRegionStack } from '../../../../stacks/azure-region.ts';
import { frankfurt, production } from '../../../support/fleets.ts';
import { theOnly, valueAt } from '../../../support/resources.ts';
import { resourcesOf, synthesizedStack } from '../../../support/synthesized.ts';
import type { TerraformJson } from '../../../support/synthesized.ts';

const synthesized = (fleet: Fleet) =>
  synthesizedStack(
    (app) =>
      new AzureRegionStack(
        app,
        fleet,
        fleet.regions.find(({ id }) => id === frankfurt)!,
      ),
  );

const stack = synthesized(production);
const qa = synthesized(fleetFor('qa'));

const account = (json: TerraformJson, part = 'data') =>
  resourcesOf(json, 'azurerm_storage_account').find(({ name }) => String(name).endsWith(part))!;

test('storage takes no shared keys and no strangers, and is encrypted twice, once with our key', () => {
  expect(account(stack)).toMatchObject({
    shared_access_key_enabled: false,
    allow_nested_items_to_be_public: false,
    local_user_enabled: false,
    min_tls_version: 'TLS1_2',
    infrastructure_encryption_enabled: true,
    network_rules: { default_action: 'Deny' },
    customer_managed_key: {
      key_vault_key_id: expect.stringMatching(/objects-key.*versionless_id/),
    },
  });
  expect(String(account(stack)['name'])).toMatch(/^[a-z0-9]{3,24}$/);
  expect(account(stack)['account_replication_type']).toBe('GZRS');
  expect(account(qa)['account_replication_type']).toBe('ZRS');
});

test('radiographs are gone within days, replaced releases and models within months', () => {
  const rules = theOnly(stack, 'azurerm_storage_management_policy')['rule'] as readonly unknown[];
  expect(
    rules.map((rule) => [
      valueAt(rule, 'name'),
      valueAt(rule, 'actions', 'version', 'delete_after_days_since_creation'),
    ]),
  ).toEqual([
    ['uploads', 2],
    ['replaced', 90],
  ]);
  expect(
    valueAt(rules[0], 'actions', 'base_blob', 'delete_after_days_since_creation_greater_than'),
  ).toBe(2);
  expect(valueAt(rules[1], 'actions', 'base_blob')).toBeUndefined();
});

test('traffic in the network is recorded, in an account as closed as the other', () => {
  expect(theOnly(stack, 'azurerm_network_watcher_flow_log')).toMatchObject({
    target_resource_id: expect.stringContaining('azurerm_virtual_network'),
    enabled: true,
    retention_policy: { enabled: true, days: 365 },
  });
  expect(account(stack, 'flows')).toMatchObject({
    allow_nested_items_to_be_public: false,
    network_rules: { default_action: 'Deny', ip_rules: [] },
  });
});
