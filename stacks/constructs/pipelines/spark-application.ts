// Models judged on many machines, on AWS: a Spark application that starts with a job, stops by itself, and costs nothing between.
import { EmrserverlessApplication } from '@cdktf/provider-aws/lib/emrserverless-application/index.js';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { nameOf } from '../../names.ts';
import { logGroup } from '../aws/log-group.ts';
import {
  assumedBy,
  findLogs,
  lookInto,
  policyOf,
  readObjects,
  useKeyThrough,
  writeObjects,
} from './permissions.ts';
import type { PipelinePlace } from './pipeline-place.ts';

interface Props {
  readonly place: PipelinePlace;
  readonly imageUri: string;
  readonly securityGroupId: string;
  readonly dependsOn: readonly ITerraformDependable[];
}

/** The base of the image `spark` (release/images). */
const release = 'emr-7.9.0';
const idleMinutesMax = 5;
/** A bound on what one wrong program can cost: about 3 USD an hour. */
const most = { cpu: '64 vCPU', memory: '256 GB', disk: '500 GB' };

/** Folders of the models bucket. */
export const sparkFolders = {
  programs: 'spark',
  inputs: ['datasets', 'evaluation'],
  results: 'evaluation-results',
} as const;

const outputs = [sparkFolders.results];
const readable = [sparkFolders.programs, ...sparkFolders.inputs, ...outputs];

export class SparkApplication extends Construct {
  readonly applicationId: string;
  readonly applicationArn: string;
  readonly roleArn: string;
  readonly logName: string;

  constructor(scope: Construct, id: string, props: Props) {
    super(scope, id);
    const { place } = props;
    const name = nameOf.role(place.fleet, 'spark');
    const application = new EmrserverlessApplication(this, 'application', {
      name,
      type: 'SPARK',
      releaseLabel: release,
      architecture: 'ARM64',
      imageConfiguration: { imageUri: props.imageUri },
      autoStartConfiguration: { enabled: true },
      autoStopConfiguration: { enabled: true, idleTimeoutMinutes: idleMinutesMax },
      maximumCapacity: most,
      networkConfiguration: {
        subnetIds: [...place.subnetIds],
        securityGroupIds: [props.securityGroupId],
      },
      dependsOn: [...props.dependsOn],
    });
    this.applicationId = application.id;
    this.applicationArn = application.arn;
    const log = logGroup(this, 'log', {
      name: `/evenkeel/${name}`,
      keyArn: place.keyArn,
      retentionDays: place.fleet.estate.logRetentionDays,
    });
    this.logName = log.name;
    this.roleArn = this.role(name, log.arn, place).arn;
  }

  private role(name: string, logArn: string, place: PipelinePlace): IamRole {
    const role = new IamRole(this, 'role', {
      name,
      assumeRolePolicy: assumedBy('emr-serverless.amazonaws.com', place.accountId),
    });
    new IamRolePolicy(this, 'rights', {
      role: role.id,
      policy: policyOf([
        lookInto(place.modelsBucket, readable),
        readObjects(place.modelsBucket, readable),
        writeObjects(place.modelsBucket, outputs),
        {
          // Spark writes beside the result and then moves it there.
          Sid: 'TidyUpResults',
          Effect: 'Allow',
          Action: 's3:DeleteObject',
          Resource: outputs.map((prefix) => `arn:aws:s3:::${place.modelsBucket}/${prefix}/*`),
        },
        useKeyThrough(place, ['s3']),
        findLogs(place),
        {
          Sid: 'WriteTheLog',
          Effect: 'Allow',
          Action: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
          Resource: [logArn, `${logArn}:*`],
        },
      ]),
    });
    return role;
  }
}
