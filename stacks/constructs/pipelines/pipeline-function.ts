// A Lambda function of the pipelines: an image by digest, in the private subnets, with a role, a log and an end for failures of its own.
import { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js';
import { LambdaAlias } from '@cdktf/provider-aws/lib/lambda-alias/index.js';
import { LambdaFunction } from '@cdktf/provider-aws/lib/lambda-function/index.js';
import { LambdaFunctionEventInvokeConfig } from '@cdktf/provider-aws/lib/lambda-function-event-invoke-config/index.js';
import { LambdaProvisionedConcurrencyConfig } from '@cdktf/provider-aws/lib/lambda-provisioned-concurrency-config/index.js';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { nameOf } from '../../names.ts';
import { logGroup } from '../aws/log-group.ts';
import type { Failures } from './failures.ts';
import { assumedBy, policyOf, reportFailures, useKeyThrough } from './permissions.ts';
import type { Statement } from './permissions.ts';
import type { PipelinePlace } from './pipeline-place.ts';

interface Props {
  readonly place: PipelinePlace;
  readonly part: string;
  readonly imageUri: string;
  /** `file.export` within the image. */
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly statements: readonly Statement[];
  readonly securityGroupId: string;
  readonly failures: Failures;
  readonly timeoutSeconds: number;
  /** Never more at once, so that a flood here leaves the account's other functions alone. */
  readonly concurrencyMax: number;
  /** Instances kept warm. */
  readonly warm?: number;
  readonly dependsOn: readonly ITerraformDependable[];
}

const memoryMiB = 512;

export class PipelineFunction extends Construct {
  /** Of the alias: what calls it sees one version until the next is ready. */
  readonly alias: LambdaAlias;
  readonly name: string;

  constructor(scope: Construct, id: string, props: Props) {
    super(scope, id);
    const { place, part, failures, warm = 0 } = props;
    this.name = nameOf.role(place.fleet, 'pipelines', part);
    const log = logGroup(this, 'log', {
      name: `/aws/lambda/${this.name}`,
      keyArn: place.keyArn,
      retentionDays: place.fleet.estate.logRetentionDays,
    });
    const role = new IamRole(this, 'role', {
      name: this.name,
      assumeRolePolicy: assumedBy('lambda.amazonaws.com'),
    });
    const rights = new IamRolePolicy(this, 'rights', {
      role: role.id,
      policy: policyOf([
        writeLog(log.arn),
        stayInTheNetwork,
        sendTraces,
        useKeyThrough(place, ['s3', 'dynamodb', 'sqs']),
        decryptSettings(place, this.name),
        reportFailures(failures.arn),
        ...props.statements,
      ]),
    });
    const program = this.program(props, role.arn, [rights, log, ...props.dependsOn]);
    this.alias = new LambdaAlias(this, 'live', {
      name: 'live',
      functionName: program.functionName,
      functionVersion: program.version,
    });
    new LambdaFunctionEventInvokeConfig(this, 'events', {
      functionName: program.functionName,
      qualifier: this.alias.name,
      maximumRetryAttempts: 2,
      maximumEventAgeInSeconds: 3_600,
    });
    if (warm > 0)
      new LambdaProvisionedConcurrencyConfig(this, 'warm', {
        functionName: program.functionName,
        qualifier: this.alias.name,
        provisionedConcurrentExecutions: warm,
      });
  }

  private program(
    props: Props,
    role: string,
    dependsOn: readonly ITerraformDependable[],
  ): LambdaFunction {
    const { place, failures } = props;
    return new LambdaFunction(this, 'function', {
      functionName: this.name,
      role,
      packageType: 'Image',
      imageUri: props.imageUri,
      imageConfig: { command: [props.handler] },
      architectures: ['arm64'],
      memorySize: memoryMiB,
      timeout: props.timeoutSeconds,
      reservedConcurrentExecutions: props.concurrencyMax,
      publish: true,
      kmsKeyArn: place.keyArn,
      environment: { variables: { ...props.environment } },
      vpcConfig: { subnetIds: [...place.subnetIds], securityGroupIds: [props.securityGroupId] },
      tracingConfig: { mode: 'Active' },
      deadLetterConfig: { targetArn: failures.arn },
      loggingConfig: { logFormat: 'JSON', systemLogLevel: 'WARN', applicationLogLevel: 'INFO' },
      dependsOn: [...dependsOn],
    });
  }
}

const writeLog = (logArn: string): Statement => ({
  Sid: 'WriteTheLog',
  Effect: 'Allow',
  Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
  Resource: `${logArn}:*`,
});

/** Lambda makes its network interfaces with this role; these actions know no resource before there is one. */
const stayInTheNetwork: Statement = {
  Sid: 'StayInTheNetwork',
  Effect: 'Allow',
  Action: [
    'ec2:CreateNetworkInterface',
    'ec2:DeleteNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:AssignPrivateIpAddresses',
    'ec2:UnassignPrivateIpAddresses',
  ],
  Resource: '*',
};

/** X-Ray knows no resources. */
const sendTraces: Statement = {
  Sid: 'SendTraces',
  Effect: 'Allow',
  Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
  Resource: '*',
};

const decryptSettings = (
  { keyArn, region, accountId }: PipelinePlace,
  name: string,
): Statement => ({
  Sid: 'DecryptItsSettings',
  Effect: 'Allow',
  Action: 'kms:Decrypt',
  Resource: keyArn,
  Condition: {
    StringEquals: {
      'kms:EncryptionContext:aws:lambda:FunctionArn': `arn:aws:lambda:${region.location}:${accountId}:function:${name}`,
    },
  },
});
