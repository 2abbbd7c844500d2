// A container of the pipelines as ECS runs it: one image by digest, a role to fetch and log with, and another to work with.
import { EcsTaskDefinition } from '@cdktf/provider-aws/lib/ecs-task-definition/index.js';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js';
import { Construct } from 'constructs';
import { nameOf } from '../../names.ts';
import { logGroup } from '../aws/log-group.ts';
import { assumedBy, policyOf } from './permissions.ts';
import type { Statement } from './permissions.ts';
import { repositoryArn } from './pipeline-place.ts';
import type { Image, PipelinePlace } from './pipeline-place.ts';

interface Props {
  readonly place: PipelinePlace;
  readonly part: string;
  readonly image: Image;
  readonly imageUri: string;
  /** Instead of the image's own. */
  readonly command?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly statements: readonly Statement[];
  readonly size: { readonly cpu: number; readonly memoryMiB: number };
  /** Where it runs: as Fargate, or on machines of ours with one GPU for it alone. */
  readonly on: 'fargate' | 'gpu';
  readonly architecture: 'ARM64' | 'X86_64';
  readonly stopSeconds: number;
  readonly port?: number;
}

/** Everything else of the file system is read-only. */
const writable = { name: 'scratch', path: '/var/lib/evenkeel' };
const temporary = { name: 'tmp', path: '/tmp' };

export class ContainerTask extends Construct {
  readonly definition: EcsTaskDefinition;
  readonly role: IamRole;
  readonly executionRole: IamRole;
  readonly family: string;
  private readonly props: Props;

  constructor(scope: Construct, id: string, props: Props) {
    super(scope, id);
    this.props = props;
    const { place, part, size, on } = props;
    this.family = nameOf.aws(place.fleet, part);
    const log = logGroup(this, 'log', {
      name: `/evenkeel/${this.family}`,
      keyArn: place.keyArn,
      retentionDays: place.fleet.estate.logRetentionDays,
    });
    this.executionRole = this.roleFor('fetch', [
      fetchTokens,
      fetchImage(repositoryArn(place, props.image)),
      writeLog(log.arn),
    ]);
    this.role = this.roleFor('work', props.statements);
    this.definition = new EcsTaskDefinition(this, 'task', {
      family: this.family,
      requiresCompatibilities: [on === 'fargate' ? 'FARGATE' : 'EC2'],
      networkMode: 'awsvpc',
      cpu: String(size.cpu),
      memory: String(size.memoryMiB),
      runtimePlatform: { cpuArchitecture: props.architecture, operatingSystemFamily: 'LINUX' },
      executionRoleArn: this.executionRole.arn,
      taskRoleArn: this.role.arn,
      volume: [{ name: writable.name }, { name: temporary.name }],
      containerDefinitions: JSON.stringify([this.container(log.name)]),
    });
  }

  private roleFor(purpose: string, statements: readonly Statement[]): IamRole {
    const { place, part } = this.props;
    const role = new IamRole(this, `${purpose}-role`, {
      name: nameOf.role(place.fleet, part, purpose),
      assumeRolePolicy: assumedBy('ecs-tasks.amazonaws.com', place.accountId),
    });
    if (statements.length > 0)
      new IamRolePolicy(this, `${purpose}-rights`, { role: role.id, policy: policyOf(statements) });
    return role;
  }

  private container(logName: string): object {
    const { place, part, imageUri, command, environment, port, stopSeconds, on } = this.props;
    return {
      name: part,
      image: imageUri,
      essential: true,
      user: '1000:1000',
      readonlyRootFilesystem: true,
      privileged: false,
      linuxParameters: { initProcessEnabled: true, capabilities: { drop: ['ALL'] } },
      ...(command === undefined ? {} : { command }),
      environment: Object.entries(environment).map(([name, value]) => ({ name, value })),
      mountPoints: [writable, temporary].map(({ name, path }) => ({
        sourceVolume: name,
        containerPath: path,
        readOnly: false,
      })),
      ...(port === undefined
        ? {}
        : { portMappings: [{ containerPort: port, hostPort: port, protocol: 'tcp' }] }),
      ...(on === 'gpu' ? { resourceRequirements: [{ type: 'GPU', value: '1' }] } : {}),
      stopTimeout: stopSeconds,
      logConfiguration: {
        logDriver: 'awslogs',
        options: {
          'awslogs-group': logName,
          'awslogs-region': place.region.location,
          'awslogs-stream-prefix': part,
          // A log that cannot be written must not hold up the work.
          mode: 'non-blocking',
        },
      },
    };
  }
}

/** A token for the registry as a whole; it knows no resource. */
const fetchTokens: Statement = {
  Sid: 'FetchATokenForTheRegistry',
  Effect: 'Allow',
  Action: 'ecr:GetAuthorizationToken',
  Resource: '*',
};

const fetchImage = (repository: string): Statement => ({
  Sid: 'FetchTheImage',
  Effect: 'Allow',
  Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchCheckLayerAvailability'],
  Resource: repository,
});

const writeLog = (logArn: string): Statement => ({
  Sid: 'WriteTheLog',
  Effect: 'Allow',
  Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
  Resource: `${logArn}:*`,
});
