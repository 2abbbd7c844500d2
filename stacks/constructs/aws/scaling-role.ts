// As whom an autoscaling group of ours acts: a service's role of its own, because our key lets nobody in by a shared one.
import { IamServiceLinkedRole } from '@cdktf/provider-aws/lib/iam-service-linked-role/index.js';
import { Construct } from 'constructs';
import { encryptionActions } from './encryption-key.ts';

/** Together with what AWS writes before it: 64. */
const suffixCharsMax = 35;

export class ScalingRole extends Construct {
  readonly arn: string;
  /** For the policy of the key of the machines' disks: without them not one machine starts ("Client.InternalError"). */
  readonly keyStatements: readonly object[];

  constructor(scope: Construct, id: string, { name }: { readonly name: string }) {
    super(scope, id);
    if (name.length > suffixCharsMax) throw new Error(`"${name}" is too long for a role's suffix`);
    const { arn } = new IamServiceLinkedRole(this, 'role', {
      awsServiceName: 'autoscaling.amazonaws.com',
      customSuffix: name,
      description: 'Starts and ends machines, on disks under our key',
    });
    this.arn = arn;
    this.keyStatements = [
      {
        Sid: 'ScalingEncryptsDisks',
        Effect: 'Allow',
        Principal: { AWS: arn },
        Action: encryptionActions,
        Resource: '*',
      },
      {
        Sid: 'ScalingLetsDisksUseTheKey',
        Effect: 'Allow',
        Principal: { AWS: arn },
        Action: 'kms:CreateGrant',
        Resource: '*',
        Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
      },
    ];
  }
}
