// A region's objects on Azure: radiographs on their way, models to read them with, and releases to run.
import type { StorageAccount } from '@cdktf/provider-azurerm/lib/storage-account/index.js';
import { StorageContainer } from '@cdktf/provider-azurerm/lib/storage-container/index.js';
import { StorageManagementPolicy } from '@cdktf/provider-azurerm/lib/storage-management-policy/index.js';
import { Construct } from 'constructs';
import { uploadDaysMax } from '../service-profile.ts';
import { closedAccount } from './closed-account.ts';
import type { EncryptionKey } from './encryption-key.ts';
import { PrivateDoor } from './private-door.ts';
import type { RegionNetwork } from './region-network.ts';
import type { RegionPlace } from './region-place.ts';

interface Props {
  readonly place: RegionPlace;
  readonly network: RegionNetwork;
  readonly key: EncryptionKey;
  /** Public addresses from which releases are published: a Terraform list. */
  readonly deployerAddresses: string[];
}

const containers = ['uploads', 'models', 'artifacts'] as const;
type ContainerName = (typeof containers)[number];

/** How long what was deleted or replaced can be brought back; radiographs among it, so not long. */
const recoverableDays = 7;
/** Replaced models and releases; older ones are in the release store of whoever built them. */
const versionDaysMax = 90;

export class RegionStorage extends Construct {
  readonly account: StorageAccount;
  /** By which machines reach it. */
  readonly door: PrivateDoor;
  readonly containers: Readonly<Record<ContainerName, StorageContainer>>;

  constructor(scope: Construct, id: string, props: Props) {
    super(scope, id);
    this.account = this.closed(props);
    const container = (name: ContainerName) =>
      new StorageContainer(this, name, {
        name,
        storageAccountId: this.account.id,
        containerAccessType: 'private',
      });
    this.containers = {
      uploads: container('uploads'),
      models: container('models'),
      artifacts: container('artifacts'),
    };
    this.addLifetimes();
    this.door = new PrivateDoor(this, 'door', {
      place: props.place,
      network: props.network,
      kind: 'blob',
      resourceId: this.account.id,
    });
  }

  private closed({ place, key, deployerAddresses }: Props): StorageAccount {
    const { protectsData } = place.fleet.estate;
    return closedAccount(this, 'account', {
      isProtected: protectsData,
      place,
      key,
      part: 'data',
      addresses: deployerAddresses,
      // Three zones always; a second location where the data must outlive this one.
      accountReplicationType: protectsData ? 'GZRS' : 'ZRS',
      hasSharedKeys: false,
      blobProperties: {
        versioningEnabled: true,
        changeFeedEnabled: protectsData,
        deleteRetentionPolicy: { days: recoverableDays },
        containerDeleteRetentionPolicy: { days: recoverableDays },
      },
    });
  }

  private addLifetimes(): void {
    new StorageManagementPolicy(this, 'lifetimes', {
      storageAccountId: this.account.id,
      rule: [
        {
          name: 'uploads',
          enabled: true,
          filters: filters('uploads'),
          actions: {
            baseBlob: { deleteAfterDaysSinceCreationGreaterThan: uploadDaysMax },
            version: { deleteAfterDaysSinceCreation: uploadDaysMax },
          },
        },
        {
          name: 'replaced',
          enabled: true,
          filters: filters('models', 'artifacts'),
          actions: { version: { deleteAfterDaysSinceCreation: versionDaysMax } },
        },
      ],
    });
  }
}

const filters = (...names: readonly ContainerName[]) => ({
  blobTypes: ['blockBlob'],
  prefixMatch: names.map((name) => `${name}/`),
});
