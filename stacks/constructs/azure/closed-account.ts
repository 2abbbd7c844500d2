// A storage account as all of ours are: no public containers, no strangers, encrypted twice, and where it holds data, with our own key.
import { StorageAccount } from '@cdktf/provider-azurerm/lib/storage-account/index.js';
import type { StorageAccountBlobProperties } from '@cdktf/provider-azurerm/lib/storage-account/index.js';
import type { Construct } from 'constructs';
import { nameOf } from '../../names.ts';
import type { EncryptionKey } from './encryption-key.ts';
import { within } from './region-place.ts';
import type { Place } from './region-place.ts';

interface Props {
  readonly place: Place;
  /** Null for what is no secret: code and its logs, under Azure's own key. */
  readonly key: EncryptionKey | null;
  /** Ends its name, and tells it from the region's others. */
  readonly part: string;
  /** Public addresses that may come in, besides the private endpoints: a Terraform list. */
  readonly addresses: string[];
  /** Subnets that may come in without a private endpoint. */
  readonly subnetIds?: string[];
  readonly isProtected: boolean;
  readonly accountReplicationType: 'ZRS' | 'GZRS';
  /** A key opens everything to whoever has it and says nothing of who that is, so only what knows no identities gets one. */
  readonly hasSharedKeys: boolean;
  readonly blobProperties: StorageAccountBlobProperties;
}

export function closedAccount(scope: Construct, id: string, props: Props): StorageAccount {
  const { place, key, part, addresses, subnetIds, hasSharedKeys, isProtected } = props;
  const { fleet, region } = place;
  return new StorageAccount(scope, id, {
    name: nameOf.storageAccount(fleet, region.id, part),
    ...within(place),
    accountKind: 'StorageV2',
    accountTier: 'Standard',
    accountReplicationType: props.accountReplicationType,
    minTlsVersion: 'TLS1_2',
    httpsTrafficOnlyEnabled: true,
    sharedAccessKeyEnabled: hasSharedKeys,
    defaultToOauthAuthentication: true,
    localUserEnabled: false,
    allowNestedItemsToBePublic: false,
    crossTenantReplicationEnabled: false,
    allowedCopyScope: 'AAD',
    infrastructureEncryptionEnabled: true,
    ...(key === null ? {} : encryptedWith(key)),
    networkRules: {
      defaultAction: 'Deny',
      bypass: ['AzureServices'],
      ipRules: addresses,
      ...(subnetIds === undefined ? {} : { virtualNetworkSubnetIds: subnetIds }),
    },
    blobProperties: props.blobProperties,
    lifecycle: { preventDestroy: isProtected },
  });
}

const encryptedWith = ({ id, identityId, grant }: EncryptionKey) => ({
  identity: { type: 'UserAssigned', identityIds: [identityId] },
  customerManagedKey: { keyVaultKeyId: id, userAssignedIdentityId: identityId },
  dependsOn: [grant],
});
