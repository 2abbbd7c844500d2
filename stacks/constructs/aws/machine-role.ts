// What a machine may do as itself: fetch releases and models, finish its own drain, and be reached through Session Manager.
import { IamInstanceProfile } from '@cdktf/provider-aws/lib/iam-instance-profile/index.js';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js';
import { Construct } from 'constructs';

interface Props {
  readonly name: string;
  /** Objects that it may read, as ARNs. */
  readonly readableObjects: readonly string[];
  readonly keyArn: string;
  readonly location: string;
  /** Where the machines reach AWS through endpoints of their network only: as them, nobody may do anything from elsewhere. */
  readonly vpcId?: string;
  readonly statements?: readonly object[];
}

export class MachineRole extends Construct {
  readonly role: IamRole;
  readonly profileArn: string;

  constructor(scope: Construct, id: string, props: Props) {
    super(scope, id);
    const { name, readableObjects, keyArn, location, vpcId, statements = [] } = props;
    this.role = new IamRole(this, 'role', {
      name,
      assumeRolePolicy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'ec2.amazonaws.com' },
            Action: 'sts:AssumeRole',
          },
        ],
      }),
    });
    new IamRolePolicy(this, 'rights', {
      role: this.role.id,
      policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          ...[fetching(readableObjects), sessionManager, ...statements].map((statement) =>
            vpcId === undefined ? statement : onlyFrom(vpcId, statement),
          ),
          {
            Sid: 'DecryptThem',
            Effect: 'Allow',
            Action: 'kms:Decrypt',
            Resource: keyArn,
            Condition: { StringEquals: { 'kms:ViaService': `s3.${location}.amazonaws.com` } },
          },
        ],
      }),
    });
    this.profileArn = new IamInstanceProfile(this, 'profile', { name, role: this.role.name }).arn;
  }
}

const fetching = (objects: readonly string[]) => ({
  Sid: 'FetchReleases',
  Effect: 'Allow',
  Action: 's3:GetObject',
  Resource: objects,
});

/** Keys that leak from a machine are worth nothing outside its network: endpoints say which network a request came through. */
const onlyFrom = (vpcId: string, statement: object) => ({
  ...statement,
  Condition: { StringEquals: { 'aws:SourceVpc': vpcId } },
});

/** The least for Session Manager instead of SSH; these actions know no resources (AWS service authorization reference). */
const sessionManager = {
  Sid: 'SessionManager',
  Effect: 'Allow',
  Action: [
    'ssm:UpdateInstanceInformation',
    'ssmmessages:CreateControlChannel',
    'ssmmessages:CreateDataChannel',
    'ssmmessages:OpenControlChannel',
    'ssmmessages:OpenDataChannel',
  ],
  Resource: '*',
};
