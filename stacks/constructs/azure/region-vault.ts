// A region's vault on Azure, open to its own network and to the addresses from which we deploy, and to nobody who has no role in it.
import type { DataAzurermClientConfig } from '@cdktf/provider-azurerm/lib/data-azurerm-client-config/index.js';
import { KeyVaultCertificateContacts } from '@cdktf/provider-azurerm/lib/key-vault-certificate-contacts/index.js';
import { KeyVault } from '@cdktf/provider-azurerm/lib/key-vault/index.js';
import { RoleAssignment } from '@cdktf/provider-azurerm/lib/role-assignment/index.js';
import { Construct } from 'constructs';
import { nameOf } from '../../names.ts';
import { PrivateDoor } from './private-door.ts';
import type { RegionNetwork } from './region-network.ts';
import { within } from './region-place.ts';
import type { RegionPlace } from './region-place.ts';

interface Props {
  readonly place: RegionPlace;
  readonly network: RegionNetwork;
  readonly deployer: DataAzurermClientConfig;
  /** Public addresses from which keys and certificates are managed: a Terraform list. */
  readonly deployerAddresses: string[];
}

/** Purge protection cannot be switched off again, and disks and storage refuse keys of a vault without it. */
const softDeleteDays = (protectsData: boolean) => (protectsData ? 90 : 7);

export class RegionVault extends Construct {
  readonly vault: KeyVault;
  /** By which machines reach it. */
  readonly door: PrivateDoor;
  /** Being its owner gives nobody access to what is in it, so whoever deploys is given what that takes. */
  readonly deployerRoles: readonly RoleAssignment[];

  constructor(scope: Construct, id: string, props: Props) {
    super(scope, id);
    const { place, network, deployer, deployerAddresses } = props;
    const { fleet, region } = place;
    const { protectsData, alertEmail } = fleet.estate;
    this.vault = new KeyVault(this, 'vault', {
      name: nameOf.vault(fleet, region.id),
      ...within(place),
      tenantId: deployer.tenantId,
      skuName: 'standard',
      rbacAuthorizationEnabled: true,
      purgeProtectionEnabled: true,
      softDeleteRetentionDays: softDeleteDays(protectsData),
      enabledForDeployment: false,
      enabledForDiskEncryption: false,
      enabledForTemplateDeployment: false,
      networkAcls: {
        defaultAction: 'Deny',
        // Storage and disk encryption ask for their keys from outside the network, with identities that have a role.
        bypass: 'AzureServices',
        ipRules: deployerAddresses,
      },
      lifecycle: { preventDestroy: protectsData },
    });
    this.door = new PrivateDoor(this, 'door', {
      place,
      network,
      kind: 'vault',
      resourceId: this.vault.id,
    });
    this.deployerRoles = ['Key Vault Crypto Officer', 'Key Vault Certificates Officer'].map(
      (role, i) =>
        new RoleAssignment(this, `deployer-${i + 1}`, {
          scope: this.vault.id,
          roleDefinitionName: role,
          principalId: deployer.objectId,
        }),
    );
    new KeyVaultCertificateContacts(this, 'contacts', {
      keyVaultId: this.vault.id,
      contact: [{ email: alertEmail }],
      dependsOn: [...this.deployerRoles],
    });
  }
}
