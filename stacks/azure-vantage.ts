// A vantage on Azure: one machine that watches every region and rewrites DNS, behind an address of its own.
import { DataAzurermClientConfig } from '@cdktf/provider-azurerm/lib/data-azurerm-client-config/index.js';
import { LbBackendAddressPool } from '@cdktf/provider-azurerm/lib/lb-backend-address-pool/index.js';
import { LbProbe } from '@cdktf/provider-azurerm/lib/lb-probe/index.js';
import { LbRule } from '@cdktf/provider-azurerm/lib/lb-rule/index.js';
import { Lb } from '@cdktf/provider-azurerm/lib/lb/index.js';
import { LinuxVirtualMachineScaleSet } from '@cdktf/provider-azurerm/lib/linux-virtual-machine-scale-set/index.js';
import { PublicIp } from '@cdktf/provider-azurerm/lib/public-ip/index.js';
import { ResourceGroup } from '@cdktf/provider-azurerm/lib/resource-group/index.js';
import { RoleAssignment } from '@cdktf/provider-azurerm/lib/role-assignment/index.js';
import { StorageContainer } from '@cdktf/provider-azurerm/lib/storage-container/index.js';
import { UserAssignedIdentity } from '@cdktf/provider-azurerm/lib/user-assigned-identity/index.js';
import { Fn } from 'cdktf';
import type { App } from 'cdktf';
import type { Fleet, Vantage } from '../fleet/fleet.ts';
import { tagAzureResources } from './azure-tags.ts';
import { closedAccount } from './constructs/azure/closed-account.ts';
import { deployerParameters } from './constructs/azure/deployer-parameters.ts';
import { within, zones } from './constructs/azure/region-place.ts';
import type { Place } from './constructs/azure/region-place.ts';
import { TrafficRecord } from './constructs/azure/traffic-record.ts';
import { VantageNetwork } from './constructs/azure/vantage-network.ts';
import { FleetStack } from './fleet-stack.ts';
import { nameOf } from './names.ts';
import { azureProvider } from './providers.ts';
import {
  controllerPort,
  livenessPath,
  livenessPort,
  peerSources,
  vantageProgram,
} from './vantage-program.ts';

const adminUsername = 'steward';
const diskGb = 30;
const recoverableDays = 7;

export class AzureVantageStack extends FleetStack {
  private readonly vantage: Vantage;
  private readonly place: Place;
  private readonly name: string;
  private readonly tokenAudience: string;

  constructor(app: App, fleet: Fleet, vantage: Vantage) {
    super(app, vantage.id, fleet, { cloud: 'azure', holdsData: true });
    this.vantage = vantage;
    this.name = nameOf.azure(fleet, vantage.id);
    this.tokenAudience = this.audienceParameter();
    azureProvider(this);
    tagAzureResources(this);
    const group = new ResourceGroup(this, 'group', { name: this.name, location: vantage.location });
    this.place = { fleet, region: vantage, group };
    const { adminPublicKey, deployerAddresses } = deployerParameters(this);
    const network = new VantageNetwork(this, 'network', {
      place: this.place,
      range: vantage.network,
      peers: peerSources(this, vantage),
    });
    new TrafficRecord(this, 'flows', {
      place: this.place,
      networkId: network.networkId,
      key: null,
      isProtected: this.fleet.estate.protectsData,
    });
    const identity = new UserAssignedIdentity(this, 'identity', {
      name: this.name,
      ...within(this.place),
    });
    const releases = this.releases(network, identity, deployerAddresses);
    const front = this.front();
    this.machine({ network, identity, front, adminPublicKey, releases });
    this.publish('address', front.address, 'Where the other vantages reach this one');
    this.publish('egress_address', network.egressAddress, 'Where this vantage comes from');
    this.publish('identity', identity.principalId, 'By which AWS knows its machine');
    const { tenantId } = new DataAzurermClientConfig(this, 'deployer');
    this.publish('tenant_id', tenantId, 'Who vouches for it');
    this.publish('token_audience', this.tokenAudience, 'What its tokens are made out to');
  }

  /** Azure makes out tokens for registered applications only, so the tenant has one for this. */
  private audienceParameter(): string {
    return this.parameter('token_audience', {
      type: 'string',
      description: 'Identifier of the application, registered in the tenant, that stands for AWS',
      validation: {
        condition: 'can(regex("^api://[0-9a-zA-Z./-]{1,200}$", var.token_audience))',
        errorMessage: "token_audience must be the application's identifier URI, api://...",
      },
    }).stringValue;
  }

  /** Of its own, so that it boots whatever region is dead. Code only: no key of ours is needed to keep it. */
  private releases(
    network: VantageNetwork,
    identity: UserAssignedIdentity,
    deployerAddresses: string[],
  ) {
    const account = closedAccount(this, 'account', {
      place: this.place,
      key: null,
      part: 'code',
      addresses: deployerAddresses,
      subnetIds: [network.subnet.id],
      isProtected: this.fleet.estate.protectsData,
      accountReplicationType: 'ZRS',
      hasSharedKeys: false,
      blobProperties: {
        versioningEnabled: true,
        deleteRetentionPolicy: { days: recoverableDays },
        containerDeleteRetentionPolicy: { days: recoverableDays },
      },
    });
    const container = new StorageContainer(this, 'artifacts', {
      name: 'artifacts',
      storageAccountId: account.id,
      containerAccessType: 'private',
    });
    const grant = new RoleAssignment(this, 'may-read-releases', {
      scope: container.id,
      roleDefinitionName: 'Storage Blob Data Reader',
      principalId: identity.principalId,
      principalType: 'ServicePrincipal',
      skipServicePrincipalAadCheck: true,
    });
    return { url: `${account.primaryBlobEndpoint}${container.name}/releases`, grant };
  }

  private front() {
    const address = new PublicIp(this, 'address', {
      name: this.name,
      ...within(this.place),
      sku: 'Standard',
      allocationMethod: 'Static',
      zones,
    });
    const balancer = new Lb(this, 'balancer', {
      name: this.name,
      ...within(this.place),
      sku: 'Standard',
      frontendIpConfiguration: [{ name: 'public', publicIpAddressId: address.id }],
    });
    const pool = new LbBackendAddressPool(this, 'pool', {
      name: 'machine',
      loadbalancerId: balancer.id,
    });
    const probe = new LbProbe(this, 'probe', {
      name: 'alive',
      loadbalancerId: balancer.id,
      protocol: 'Http',
      port: livenessPort,
      requestPath: livenessPath,
      intervalInSeconds: 10,
      probeThreshold: 3,
      numberOfProbes: 3,
    });
    new LbRule(this, 'rule', {
      name: 'controller',
      loadbalancerId: balancer.id,
      probeId: probe.id,
      backendAddressPoolIds: [pool.id],
      frontendIpConfigurationName: 'public',
      protocol: 'Tcp',
      frontendPort: controllerPort,
      backendPort: controllerPort,
      disableOutboundSnat: true,
      tcpResetEnabled: true,
    });
    return { address: address.ipAddress, poolId: pool.id };
  }

  private machine(parts: {
    readonly network: VantageNetwork;
    readonly identity: UserAssignedIdentity;
    readonly front: { readonly poolId: string };
    readonly adminPublicKey: string;
    readonly releases: { readonly url: string; readonly grant: RoleAssignment };
  }): void {
    const { network, identity, front, adminPublicKey, releases } = parts;
    const program = vantageProgram(this, {
      vantage: this.vantage,
      releasesUrl: releases.url,
      settings: { AZURE_CLIENT_ID: identity.clientId },
      webIdentity: { audience: this.tokenAudience },
    });
    new LinuxVirtualMachineScaleSet(this, 'machine', {
      name: this.name,
      ...within(this.place),
      sku: this.vantage.machine,
      // A set of one is a machine that comes back by itself, in another zone if need be.
      instances: 1,
      zones,
      overprovision: false,
      adminUsername,
      adminSshKey: [{ username: adminUsername, publicKey: adminPublicKey }],
      disablePasswordAuthentication: true,
      sourceImageReference: {
        publisher: 'Canonical',
        offer: 'ubuntu-24_04-lts',
        sku: 'server',
        version: 'latest',
      },
      osDisk: { caching: 'ReadWrite', storageAccountType: 'StandardSSD_LRS', diskSizeGb: diskGb },
      encryptionAtHostEnabled: true,
      secureBootEnabled: true,
      vtpmEnabled: true,
      bootDiagnostics: {},
      customData: Fn.base64encode(program),
      identity: { type: 'UserAssigned', identityIds: [identity.id] },
      networkInterface: [
        {
          name: 'primary',
          primary: true,
          ipConfiguration: [
            {
              name: 'primary',
              primary: true,
              subnetId: network.subnet.id,
              loadBalancerBackendAddressPoolIds: [front.poolId],
            },
          ],
        },
      ],
      // By Terraform, which has the disk made anew: custom data reaches a machine in no other way, and Azure's own upgrades leave the disk.
      upgradeMode: 'Manual',
      automaticInstanceRepair: { enabled: true, gracePeriod: 'PT10M', action: 'Replace' },
      extension: [health],
      dependsOn: [...network.isReady, releases.grant],
    });
  }
}

const health = {
  name: 'health',
  publisher: 'Microsoft.ManagedServices',
  type: 'ApplicationHealthLinux',
  typeHandlerVersion: '1.0',
  autoUpgradeMinorVersion: true,
  settings: JSON.stringify({
    protocol: 'http',
    port: livenessPort,
    requestPath: livenessPath,
  }),
};
