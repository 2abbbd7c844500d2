// Who a region's machines are on Azure, and the four things they may do: read releases, read models, keep radiographs, read one secret.
import { RoleAssignment } from '@cdktf/provider-azurerm/lib/role-assignment/index.js';
import { UserAssignedIdentity } from '@cdktf/provider-azurerm/lib/user-assigned-identity/index.js';
import { Construct } from 'constructs';
import { nameOf } from '../../names.ts';
import type { RegionCertificate } from './region-certificate.ts';
import { within } from './region-place.ts';
import type { RegionPlace } from './region-place.ts';
import type { RegionStorage } from './region-storage.ts';

interface Props {
  readonly place: RegionPlace;
  readonly storage: RegionStorage;
  readonly certificate: RegionCertificate;
}

export class MachineIdentity extends Construct {
  readonly id: string;
  readonly clientId: string;
  readonly grants: readonly RoleAssignment[];

  constructor(scope: Construct, id: string, { place, storage, certificate }: Props) {
    super(scope, id);
    const identity = new UserAssignedIdentity(this, 'identity', {
      name: nameOf.azure(place.fleet, place.region.id, 'machines'),
      ...within(place),
    });
    this.id = identity.id;
    this.clientId = identity.clientId;
    const { artifacts, models, uploads } = storage.containers;
    const grant = (name: string, role: string, on: string) =>
      new RoleAssignment(this, name, {
        scope: on,
        roleDefinitionName: role,
        principalId: identity.principalId,
        principalType: 'ServicePrincipal',
        skipServicePrincipalAadCheck: true,
      });
    this.grants = [
      grant('releases', 'Storage Blob Data Reader', artifacts.id),
      grant('models', 'Storage Blob Data Reader', models.id),
      // Azure has no role that writes without deleting; versions and soft deletion undo what should not have been.
      grant('uploads', 'Storage Blob Data Contributor', uploads.id),
      grant('certificate', 'Key Vault Secrets User', certificate.secretScope),
    ];
  }
}
