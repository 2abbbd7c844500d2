// One region on Azure: everything that answers there, and nothing that another region or cloud must be up for.
import { DataAzurermClientConfig } from '@cdktf/provider-azurerm/lib/data-azurerm-client-config/index.js';
import { ResourceGroup } from '@cdktf/provider-azurerm/lib/resource-group/index.js';
import type { App } from 'cdktf';
import type { Fleet, Region } from '../fleet/fleet.ts';
import { tagAzureResources } from './azure-tags.ts';
import { deployerParameters } from './constructs/azure/deployer-parameters.ts';
import { EncryptionKey } from './constructs/azure/encryption-key.ts';
import { GroupScaling } from './constructs/azure/group-scaling.ts';
import { InferenceGroup } from './constructs/azure/inference-group.ts';
import { MachineIdentity } from './constructs/azure/machine-identity.ts';
import { RegionAlerts } from './constructs/azure/region-alerts.ts';
import { drainWaitSeconds, RegionBalancer } from './constructs/azure/region-balancer.ts';
import { RegionCertificate } from './constructs/azure/region-certificate.ts';
import { RegionLogs } from './constructs/azure/region-logs.ts';
import { RegionNetwork } from './constructs/azure/region-network.ts';
import { RegionStorage } from './constructs/azure/region-storage.ts';
import { RegionVault } from './constructs/azure/region-vault.ts';
import { TrafficRecord } from './constructs/azure/traffic-record.ts';
import { architectureOf, releaseOf, userData } from './constructs/instance-program.ts';
import { drainSettings, servicePort } from './constructs/service-profile.ts';
import { FleetStack } from './fleet-stack.ts';
import { nameOf } from './names.ts';
import { azureProvider } from './providers.ts';

export class AzureRegionStack extends FleetStack {
  constructor(app: App, fleet: Fleet, region: Region) {
    super(app, region.id, fleet, { cloud: 'azure', holdsData: true });
    azureProvider(this);
    tagAzureResources(this);
    const group = new ResourceGroup(this, 'group', {
      name: nameOf.azure(fleet, region.id),
      location: region.location,
    });
    const place = { fleet, region, group };
    const deployer = new DataAzurermClientConfig(this, 'deployer');
    const { adminPublicKey, deployerAddresses } = deployerParameters(this);

    const network = new RegionNetwork(this, 'network', { place });
    const vault = new RegionVault(this, 'vault', { place, network, deployer, deployerAddresses });
    const disks = new EncryptionKey(this, 'disks-key', { place, vault, name: 'disks' });
    const objects = new EncryptionKey(this, 'objects-key', { place, vault, name: 'objects' });
    const certificate = new RegionCertificate(this, 'certificate', { place, vault });
    const storage = new RegionStorage(this, 'storage', {
      place,
      network,
      key: objects,
      deployerAddresses,
    });
    const vaultId = vault.vault.id;
    const identity = new MachineIdentity(this, 'machines', { place, storage, certificate });
    const balancer = new RegionBalancer(this, 'balancer', { place });
    const inference = new InferenceGroup(this, 'inference', {
      place,
      subnetId: network.machines.id,
      balancer,
      identity,
      key: disks,
      firstBoot: this.program(region, { storage, certificate, identity }),
      adminPublicKey,
      dependsOn: [...network.isReady, ...storage.door.isReady, ...vault.door.isReady],
    });
    new GroupScaling(this, 'scaling', { place, group: inference });
    new RegionLogs(this, 'logs', {
      place,
      sources: {
        vault: { resourceId: vaultId, logs: 'audit', metrics: ['AllMetrics'], wantsOwnTable: true },
        objects: {
          resourceId: `${storage.account.id}/blobServices/default`,
          logs: 'audit',
          metrics: ['Transaction'],
        },
        balancer: { resourceId: balancer.id, logs: null, metrics: ['AllMetrics'] },
        ...Object.fromEntries(
          network.securityGroups.map(({ id, node }) => [
            node.id,
            { resourceId: id, logs: 'allLogs', metrics: [] } as const,
          ]),
        ),
      },
    });
    new TrafficRecord(this, 'flows', {
      place,
      networkId: network.network.id,
      key: objects,
      isProtected: fleet.estate.protectsData,
    });
    new RegionAlerts(this, 'alerts', {
      place,
      vaultId,
      balancerId: balancer.id,
      groupId: inference.id,
    });
    this.publish('addresses', balancer.addresses, 'Where the region answers');
  }

  private program(
    region: Region,
    parts: {
      readonly storage: RegionStorage;
      readonly certificate: RegionCertificate;
      readonly identity: MachineIdentity;
    },
  ): string {
    const { storage, certificate, identity } = parts;
    const architecture = architectureOf(region.instances.machine);
    return userData({
      cloud: 'azure',
      role: 'inference',
      architecture,
      releasesUrl: `${storage.account.primaryBlobEndpoint}${storage.containers.artifacts.name}/releases`,
      release: releaseOf(this, architecture),
      settings: {
        EVENKEEL_REGION: region.id,
        HOST: '0.0.0.0',
        PORT: String(servicePort),
        AZURE_CLIENT_ID: identity.clientId,
        TLS_SECRET_URL: certificate.secretUrl,
        ...drainSettings(drainWaitSeconds),
      },
    });
  }
}
