// Who spoke with whom in a region's network on Azure, minute by minute, kept as blobs that nobody but us reads.
import { NetworkWatcherFlowLog } from '@cdktf/provider-azurerm/lib/network-watcher-flow-log/index.js';
import { Construct } from 'constructs';
import { nameOf } from '../../names.ts';
import { closedAccount } from './closed-account.ts';
import type { EncryptionKey } from './encryption-key.ts';
import type { Place } from './region-place.ts';

interface Props {
  readonly place: Place;
  readonly networkId: string;
  readonly key: EncryptionKey | null;
  readonly isProtected: boolean;
}

const retentionDaysMax = 365;
const recoverableDays = 7;

export class TrafficRecord extends Construct {
  constructor(scope: Construct, id: string, { place, networkId, key, isProtected }: Props) {
    super(scope, id);
    const { fleet, region } = place;
    const account = closedAccount(this, 'account', {
      place,
      key,
      part: 'flows',
      addresses: [],
      isProtected,
      accountReplicationType: 'ZRS',
      // The writer could have an identity by now, but this provider's version cannot give it one.
      hasSharedKeys: true,
      // No versions: each blob is rewritten every minute of its hour.
      blobProperties: { deleteRetentionPolicy: { days: recoverableDays } },
    });
    new NetworkWatcherFlowLog(this, 'log', {
      name: nameOf.azure(fleet, region.id, 'flows'),
      // Azure makes one watcher in each location with the first network there, under these names, and takes no second.
      networkWatcherName: `NetworkWatcher_${region.location}`,
      resourceGroupName: 'NetworkWatcherRG',
      location: region.location,
      targetResourceId: networkId,
      storageAccountId: account.id,
      enabled: true,
      version: 2,
      retentionPolicy: {
        enabled: true,
        days: Math.min(fleet.estate.logRetentionDays, retentionDaysMax),
      },
    });
  }
}
