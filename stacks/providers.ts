// One provider per place, with the tags that every resource of it carries and, where the fleet names it, the only account it may touch.
import { AwsProvider } from '@cdktf/provider-aws/lib/provider/index.js';
import { AzurermProvider } from '@cdktf/provider-azurerm/lib/provider/index.js';
import { GoogleProvider } from '@cdktf/provider-google/lib/provider/index.js';
import type { FleetStack } from './fleet-stack.ts';
import { tagsOf } from './tags.ts';

/** The first provider of a stack is its default; each further place needs an alias and is named in its resources. */
export function awsProvider(stack: FleetStack, location: string, alias?: string): AwsProvider {
  const { aws } = stack.fleet.estate.accounts;
  return new AwsProvider(stack, alias === undefined ? 'aws' : `aws-${alias}`, {
    region: location,
    defaultTags: [{ tags: tagsOf(stack.fleet, stack.id) }],
    ...(alias === undefined ? {} : { alias }),
    ...(aws === undefined ? {} : { allowedAccountIds: [aws] }),
  });
}

/** The project is the deployer's (GOOGLE_PROJECT) unless the fleet names one. */
export function googleProvider(stack: FleetStack, location: string): GoogleProvider {
  const { gcp } = stack.fleet.estate.accounts;
  return new GoogleProvider(stack, 'google', {
    region: location,
    defaultLabels: tagsOf(stack.fleet, stack.id),
    ...(gcp === undefined ? {} : { project: gcp }),
  });
}

/** The subscription is the deployer's (ARM_SUBSCRIPTION_ID) unless the fleet names one. azurerm has no default tags: see azure-tags.ts. */
export function azureProvider(stack: FleetStack): AzurermProvider {
  const { azure } = stack.fleet.estate.accounts;
  const { protectsData } = stack.fleet.estate;
  return new AzurermProvider(stack, 'azurerm', {
    features: [
      {
        keyVault: [{ purgeSoftDeleteOnDestroy: !protectsData }],
        resourceGroup: [{ preventDeletionIfContainsResources: protectsData }],
        // Accounts are closed to strangers from birth, and asking their data plane before Terraform may enter would fail with 403.
        storage: [{ dataPlaneAvailable: false }],
      },
    ],
    storageUseAzuread: true,
    ...(azure === undefined ? {} : { subscriptionId: azure }),
  });
}
