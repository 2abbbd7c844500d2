// Notes who talked to whom in a network, accepted or refused, for those who look into an incident.
import { FlowLog } from '@cdktf/provider-aws/lib/flow-log/index.js';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js';
import { Construct } from 'constructs';
import { logGroup } from './log-group.ts';

interface Props {
  readonly name: string;
  readonly vpcId: string;
  readonly keyArn: string;
  readonly accountId: string;
  readonly retentionDays: number;
}

const aggregationSeconds = 60;

export class NetworkFlowLog extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { name, vpcId, keyArn, accountId, retentionDays }: Props,
  ) {
    super(scope, id);
    const group = logGroup(this, 'notes', {
      name: `/evenkeel/${name}/flows`,
      keyArn,
      retentionDays,
    });
    const role = new IamRole(this, 'role', {
      name: `${name}-flows`,
      assumeRolePolicy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'vpc-flow-logs.amazonaws.com' },
            Action: 'sts:AssumeRole',
            Condition: { StringEquals: { 'aws:SourceAccount': accountId } },
          },
        ],
      }),
    });
    new IamRolePolicy(this, 'rights', {
      role: role.id,
      policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Action: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
            Resource: [group.arn, `${group.arn}:*`],
          },
        ],
      }),
    });
    new FlowLog(this, 'flows', {
      vpcId,
      trafficType: 'ALL',
      logDestinationType: 'cloud-watch-logs',
      logDestination: group.arn,
      iamRoleArn: role.arn,
      maxAggregationInterval: aggregationSeconds,
    });
  }
}
