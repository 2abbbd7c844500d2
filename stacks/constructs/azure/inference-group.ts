// The machines that read radiographs on Azure: a scale set over three zones, repaired, renewed and scaled by itself.
import { DiskEncryptionSet } from '@cdktf/provider-azurerm/lib/disk-encryption-set/index.js';
import { LinuxVirtualMachineScaleSet } from '@cdktf/provider-azurerm/lib/linux-virtual-machine-scale-set/index.js';
import type { LinuxVirtualMachineScaleSetConfig } from '@cdktf/provider-azurerm/lib/linux-virtual-machine-scale-set/index.js';
import { Fn } from 'cdktf';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { nameOf } from '../../names.ts';
import { readinessPath, servicePort } from '../service-profile.ts';
import type { EncryptionKey } from './encryption-key.ts';
import type { MachineIdentity } from './machine-identity.ts';
import type { RegionBalancer } from './region-balancer.ts';
import { within, zones } from './region-place.ts';
import type { RegionPlace } from './region-place.ts';

interface Props {
  readonly place: RegionPlace;
  readonly subnetId: string;
  readonly balancer: RegionBalancer;
  readonly identity: MachineIdentity;
  readonly key: EncryptionKey;
  readonly firstBoot: string;
  /**
   * Azure makes no Linux machine without a password or a key, and a key made by Terraform would lie in its state with its private half. So
   * the deployer gives a public one: no port is open for it, and who has the private half has no use for it.
   */
  readonly adminPublicKey: string;
  readonly dependsOn: readonly ITerraformDependable[];
}

const adminUsername = 'steward';
const diskGb = 40;

export class InferenceGroup extends Construct {
  readonly id: string;
  readonly name: string;

  constructor(scope: Construct, id: string, props: Props) {
    super(scope, id);
    const { place, identity, adminPublicKey } = props;
    const { fleet, region } = place;
    const disks = this.diskEncryption(props);
    const set = new LinuxVirtualMachineScaleSet(this, 'machines', {
      name: nameOf.azure(fleet, region.id),
      ...within(place),
      sku: region.instances.machine,
      instances: region.instances.min,
      ...spread,
      adminUsername,
      adminSshKey: [{ username: adminUsername, publicKey: adminPublicKey }],
      disablePasswordAuthentication: true,
      sourceImageReference: {
        publisher: 'Canonical',
        offer: 'ubuntu-24_04-lts',
        sku: 'server',
        version: 'latest',
      },
      osDisk: {
        caching: 'ReadWrite',
        storageAccountType: 'Premium_LRS',
        diskSizeGb: diskGb,
        diskEncryptionSetId: disks.id,
      },
      // The host encrypts temporary disks and caches too, which the set above does not reach.
      encryptionAtHostEnabled: true,
      secureBootEnabled: true,
      vtpmEnabled: true,
      bootDiagnostics: {},
      customData: Fn.base64encode(props.firstBoot),
      identity: { type: 'UserAssigned', identityIds: [identity.id] },
      networkInterface: [networkInterface(props)],
      ...renewal,
      extension: [health(props.firstBoot)],
      dependsOn: [...props.dependsOn, ...identity.grants],
      lifecycle: { ignoreChanges: ['instances'] },
    });
    this.id = set.id;
    this.name = set.name;
  }

  private diskEncryption({ place, key }: Props): DiskEncryptionSet {
    return new DiskEncryptionSet(this, 'disks', {
      name: nameOf.azure(place.fleet, place.region.id, 'disks'),
      ...within(place),
      keyVaultKeyId: key.id,
      encryptionType: 'EncryptionAtRestWithCustomerKey',
      autoKeyRotationEnabled: true,
      identity: { type: 'UserAssigned', identityIds: [key.identityId] },
      dependsOn: [key.grant],
    });
  }
}

const spread = {
  zones,
  zoneBalance: true,
  // Within a zone, over as many racks as there are: the only value besides 5 that zones allow.
  platformFaultDomainCount: 1,
  singlePlacementGroup: false,
  // More machines than asked for would each fetch a release, to be deleted; and a surge forbids it.
  overprovision: false,
} satisfies Partial<LinuxVirtualMachineScaleSetConfig>;

/** One private address for each public one: see `poolIds`. cloud-init gives all of them to the machine. */
const networkInterface = ({ balancer, subnetId }: Props) => ({
  name: 'primary',
  primary: true,
  enableAcceleratedNetworking: true,
  ipConfiguration: balancer.poolIds.map((poolId, i) => ({
    name: `public-${i + 1}`,
    primary: i === 0,
    subnetId,
    loadBalancerBackendAddressPoolIds: [poolId],
  })),
});

/** New machines are ready before old ones are drained, by the same steps for a release and for a patched image. */
const renewal = {
  upgradeMode: 'Rolling',
  rollingUpgradePolicy: {
    maximumSurgeInstancesEnabled: true,
    maxBatchInstancePercent: 34,
    maxUnhealthyInstancePercent: 50,
    // One new machine that does not become ready ends it: the old ones are all still there.
    maxUnhealthyUpgradedInstancePercent: 0,
    pauseTimeBetweenBatches: 'PT30S',
    prioritizeUnhealthyInstancesEnabled: true,
    crossZoneUpgradesEnabled: false,
  },
  automaticOsUpgradePolicy: { enableAutomaticOsUpgrade: true, disableAutomaticRollback: false },
  automaticInstanceRepair: { enabled: true, gracePeriod: 'PT10M', action: 'Replace' },
  // The machine says when it has drained; this is how long it may take at most.
  terminationNotification: { enabled: true, timeout: 'PT5M' },
} satisfies Partial<LinuxVirtualMachineScaleSetConfig>;

/**
 * Asks the service on the machine itself, so that a fault of the balancer repairs nothing. The tag changes with the first-boot program:
 * custom data alone reaches new machines only and would start no upgrade.
 */
const health = (firstBoot: string) => ({
  name: 'health',
  publisher: 'Microsoft.ManagedServices',
  type: 'ApplicationHealthLinux',
  typeHandlerVersion: '1.0',
  autoUpgradeMinorVersion: true,
  forceUpdateTag: Fn.sha256(firstBoot),
  settings: JSON.stringify({
    protocol: 'https',
    port: servicePort,
    requestPath: readinessPath,
    intervalInSeconds: 5,
    numberOfProbes: 3,
  }),
});
