// How long a region on Azure remembers who touched what.
import { expect, test } from '@jest/globals';
import { fleetFor } from '../../../../fleet/environments.ts';
import type { Fleet } from '../../../../fleet/fleet.ts';
import { AzureRegionStack } from '../../../../stacks/azure-region.ts';
import { frankfurt, production } from '../../../support/fleets.ts';

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

test('access to keys, secrets and objects is kept for at least the audit’s time, in a span Azure has', () => {
  const kept = (json: TerraformJson) =>
    resourcesOf(json, 'azurerm_log_analytics_workspace_table').map((table) => [
      table['name'],
      table['total_retention_in_days'],
    ]);
  expect(production.estate.auditRetentionDays).toBe(2_192);
  expect(kept(stack)).toEqual([
    ['AZKVAuditLogs', 2_556],
    ['StorageBlobLogs', 2_556],
  ]);
  expect(kept(qa)).toEqual([
    ['AZKVAuditLogs', 30],
    ['StorageBlobLogs', 30],
  ]);
});
