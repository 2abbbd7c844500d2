// A key of one's own for one kind of data on Azure, and the identity with which Azure may wrap and unwrap with it, and nothing else.
import { KeyVaultKey } from '@cdktf/provider-azurerm/lib/key-vault-key/index.js';
import { RoleAssignment } from '@cdktf/provider-azurerm/lib/role-assignment/index.js';
import { UserAssignedIdentity } from '@cdktf/provider-azurerm/lib/user-assigned-identity/index.js';
import { Construct } from 'constructs';
import { nameOf } from '../../names.ts';
import { within } from './region-place.ts';
import type { RegionPlace } from './region-place.ts';
import type { RegionVault } from './region-vault.ts';

interface Props {
  readonly place: RegionPlace;
  readonly vault: RegionVault;
  readonly name: string;
}

export class EncryptionKey extends Construct {
  /** Without a version, so that what it encrypts follows its rotation. */
  readonly id: string;
  readonly identityId: string;
  readonly grant: RoleAssignment;

  constructor(scope: Construct, id: string, { place, vault, name }: Props) {
    super(scope, id);
    const { fleet, region } = place;
    const key = new KeyVaultKey(this, 'key', {
      name,
      keyVaultId: vault.vault.id,
      keyType: 'RSA',
      keySize: 3_072,
      keyOpts: ['wrapKey', 'unwrapKey'],
      // No version expires: one that did would take disks and objects with it.
      rotationPolicy: { automatic: { timeAfterCreation: 'P90D' } },
      dependsOn: [...vault.deployerRoles],
      lifecycle: { preventDestroy: fleet.estate.protectsData },
    });
    const identity = new UserAssignedIdentity(this, 'identity', {
      name: nameOf.azure(fleet, region.id, name),
      ...within(place),
    });
    this.id = key.versionlessId;
    this.identityId = identity.id;
    this.grant = new RoleAssignment(this, 'grant', {
      scope: key.resourceVersionlessId,
      roleDefinitionName: 'Key Vault Crypto Service Encryption User',
      principalId: identity.principalId,
      principalType: 'ServicePrincipal',
      skipServicePrincipalAadCheck: true,
    });
  }
}
