// A private endpoint with the name by which the network's own DNS finds it instead of the public one.
import { PrivateDnsZoneVirtualNetworkLink } from '@cdktf/provider-azurerm/lib/private-dns-zone-virtual-network-link/index.js';
import { PrivateDnsZone } from '@cdktf/provider-azurerm/lib/private-dns-zone/index.js';
import { PrivateEndpoint } from '@cdktf/provider-azurerm/lib/private-endpoint/index.js';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { nameOf } from '../../names.ts';
import type { RegionNetwork } from './region-network.ts';
import { within } from './region-place.ts';
import type { RegionPlace } from './region-place.ts';

interface Props {
  readonly place: RegionPlace;
  readonly network: RegionNetwork;
  /** What it leads to. */
  readonly resourceId: string;
  readonly kind: keyof typeof zoneNames;
}

/** https://learn.microsoft.com/azure/private-link/private-endpoint-dns */
const zoneNames = {
  blob: 'privatelink.blob.core.windows.net',
  vault: 'privatelink.vaultcore.azure.net',
} as const;

export class PrivateDoor extends Construct {
  readonly isReady: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, { place, network, resourceId, kind }: Props) {
    super(scope, id);
    const name = nameOf.azure(place.fleet, place.region.id, kind);
    const resourceGroupName = place.group.name;
    const zone = new PrivateDnsZone(this, 'zone', { name: zoneNames[kind], resourceGroupName });
    const link = new PrivateDnsZoneVirtualNetworkLink(this, 'link', {
      name,
      resourceGroupName,
      privateDnsZoneName: zone.name,
      virtualNetworkId: network.network.id,
    });
    const endpoint = new PrivateEndpoint(this, 'endpoint', {
      name,
      ...within(place),
      subnetId: network.endpoints.id,
      privateServiceConnection: {
        name,
        privateConnectionResourceId: resourceId,
        subresourceNames: [kind],
        isManualConnection: false,
      },
      privateDnsZoneGroup: { name: 'default', privateDnsZoneIds: [zone.id] },
    });
    this.isReady = [link, endpoint];
  }
}
