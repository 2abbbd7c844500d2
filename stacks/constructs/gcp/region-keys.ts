// A region's keys on Google Cloud: one each for disks, objects and logs, so that each agent of Google's can read one kind only.
import { DataGoogleLoggingProjectCmekSettings } from '@cdktf/provider-google/lib/data-google-logging-project-cmek-settings/index.js';
import type { DataGoogleProject } from '@cdktf/provider-google/lib/data-google-project/index.js';
import { DataGoogleStorageProjectServiceAccount } from '@cdktf/provider-google/lib/data-google-storage-project-service-account/index.js';
import type { KmsKeyRing } from '@cdktf/provider-google/lib/kms-key-ring/index.js';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { EncryptionKey } from './encryption-key.ts';

interface Props {
  readonly project: DataGoogleProject;
  readonly ring: KmsKeyRing;
  readonly isProtected: boolean;
  /** The agents exist once their APIs are switched on. */
  readonly agentsDependOn: { readonly [kind in 'storage' | 'logging']: ITerraformDependable[] };
}

export class RegionKeys extends Construct {
  readonly disks: EncryptionKey;
  readonly objects: EncryptionKey;
  readonly logs: EncryptionKey;

  constructor(scope: Construct, id: string, { project, ring, isProtected, agentsDependOn }: Props) {
    super(scope, id);
    const storage = new DataGoogleStorageProjectServiceAccount(this, 'storage-agent', {
      dependsOn: agentsDependOn.storage,
    });
    const logging = new DataGoogleLoggingProjectCmekSettings(this, 'logging-agent', {
      project: project.projectId,
      dependsOn: agentsDependOn.logging,
    });
    const key = (name: string, agent: string) =>
      new EncryptionKey(this, name, { ring, name, agents: { agent }, isProtected });
    this.disks = key('disks', computeAgentOf(project));
    this.objects = key('objects', storage.member);
    this.logs = key('logs', `serviceAccount:${logging.serviceAccountId}`);
  }
}

/** The service agent that attaches encrypted disks. */
export const computeAgentOf = ({ number }: DataGoogleProject): string =>
  `serviceAccount:service-${number}@compute-system.iam.gserviceaccount.com`;
