// What every instance template of ours says: a patched image on an encrypted disk, no public address, no keys of people, a shielded boot.
import type { ComputeRegionInstanceTemplateConfig } from '@cdktf/provider-google/lib/compute-region-instance-template/index.js';

interface Machine {
  readonly diskGb: number;
  readonly diskKeyId: string;
  readonly subnetwork: string;
  readonly account: string;
  readonly startupScript: string;
}

export const hardenedMachine = ({
  diskGb,
  diskKeyId,
  subnetwork,
  account,
  startupScript,
}: Machine): Omit<ComputeRegionInstanceTemplateConfig, 'machineType'> => ({
  disk: [
    {
      boot: true,
      autoDelete: true,
      // A family, so that each new machine starts from the newest patched image.
      sourceImage: 'projects/debian-cloud/global/images/family/debian-12',
      diskSizeGb: diskGb,
      diskType: 'pd-balanced',
      diskEncryptionKey: { kmsKeySelfLink: diskKeyId },
    },
  ],
  // No access config: no public address.
  networkInterface: [{ subnetwork }],
  // What the account may do is said by its roles; scopes are the older, coarser way and must not stand in theirs.
  serviceAccount: { email: account, scopes: ['cloud-platform'] },
  shieldedInstanceConfig: {
    enableSecureBoot: true,
    enableVtpm: true,
    enableIntegrityMonitoring: true,
  },
  scheduling: { automaticRestart: true, onHostMaintenance: 'MIGRATE' },
  metadata: {
    'enable-oslogin': 'TRUE',
    'block-project-ssh-keys': 'TRUE',
    'serial-port-enable': 'FALSE',
    'serial-port-logging-enable': 'TRUE',
    'startup-script': startupScript,
  },
});
