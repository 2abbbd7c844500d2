// The public certificate of a region on Azure: a place for it in the vault, which the operator fills and machines read.
import { KeyVaultCertificate } from '@cdktf/provider-azurerm/lib/key-vault-certificate/index.js';
import { Construct } from 'constructs';
import { apiName, regionName } from '../../../fleet/records.ts';
import type { RegionPlace } from './region-place.ts';
import type { RegionVault } from './region-vault.ts';

interface Props {
  readonly place: RegionPlace;
  readonly vault: RegionVault;
}

const name = 'api';

/**
 * Azure issues no public certificates for a pass-through balancer, so the renewed one is imported under this name (`az keyvault
 * certificate import`), and machines fetch it daily. Terraform only makes the first, self-signed one, so that machines have something to
 * start with: no client and no controller trusts it, and the region counts as down until the real one is there.
 */
export class RegionCertificate extends Construct {
  /** Without a version: always the newest. */
  readonly secretUrl: string;
  /** What a role for this one secret must name. */
  readonly secretScope: string;

  constructor(scope: Construct, id: string, { place, vault }: Props) {
    super(scope, id);
    const { fleet, region } = place;
    const certificate = new KeyVaultCertificate(this, 'certificate', {
      name,
      keyVaultId: vault.vault.id,
      certificatePolicy: {
        issuerParameters: { name: 'Self' },
        // Exportable, because the machines end TLS themselves.
        keyProperties: { exportable: true, keyType: 'EC', curve: 'P-256', reuseKey: false },
        secretProperties: { contentType: 'application/x-pem-file' },
        x509CertificateProperties: {
          subject: `CN=${apiName(fleet)}`,
          subjectAlternativeNames: { dnsNames: [apiName(fleet), regionName(fleet, region.id)] },
          keyUsage: ['digitalSignature'],
          extendedKeyUsage: ['1.3.6.1.5.5.7.3.1'],
          validityInMonths: 12,
        },
        lifetimeAction: [
          { action: { actionType: 'EmailContacts' }, trigger: { daysBeforeExpiry: 30 } },
        ],
      },
      dependsOn: [...vault.deployerRoles],
      lifecycle: { ignoreChanges: ['certificate', 'certificate_policy', 'tags'] },
    });
    this.secretUrl = certificate.versionlessSecretId;
    this.secretScope = `${vault.vault.id}/secrets/${name}`;
  }
}
