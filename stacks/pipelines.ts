// The pipelines: structured data answered at once, image batches and training as jobs, Spark on demand; one address in front.
import { DataAwsCallerIdentity } from '@cdktf/provider-aws/lib/data-aws-caller-identity/index.js';
import { DataAwsRoute53Zone } from '@cdktf/provider-aws/lib/data-aws-route53-zone/index.js';
import { EcsCluster } from '@cdktf/provider-aws/lib/ecs-cluster/index.js';
import { EcsClusterCapacityProviders } from '@cdktf/provider-aws/lib/ecs-cluster-capacity-providers/index.js';
import type { App } from 'cdktf';
import type { Fleet, Region } from '../fleet/fleet.ts';
import { RegionCertificate } from './constructs/aws/region-certificate.ts';
import { BusinessHours } from './constructs/pipelines/business-hours.ts';
import { ClientPool } from './constructs/pipelines/client-pool.ts';
import { ContainerTask } from './constructs/pipelines/container-task.ts';
import { Doors } from './constructs/pipelines/doors.ts';
import { Failures } from './constructs/pipelines/failures.ts';
import { FrontDoor } from './constructs/pipelines/front-door.ts';
import { GpuGroup } from './constructs/pipelines/gpu-group.ts';
import { ImageAccess, imageUri } from './constructs/pipelines/image-access.ts';
import {
  batchObjects,
  lookInto,
  readObjects,
  trainingObjects,
  useKeyThrough,
  workOnJobs,
  writeObjects,
} from './constructs/pipelines/permissions.ts';
import { PipelineFunction } from './constructs/pipelines/pipeline-function.ts';
import { clusterName, folders } from './constructs/pipelines/pipeline-place.ts';
import type { PipelinePlace } from './constructs/pipelines/pipeline-place.ts';
import { SparkApplication } from './constructs/pipelines/spark-application.ts';
import { SparkSubmission } from './constructs/pipelines/spark-submission.ts';
import { StructuredBalancer } from './constructs/pipelines/structured-balancer.ts';
import { StructuredService } from './constructs/pipelines/structured-service.ts';
import { startSettings, startTasks } from './constructs/pipelines/task-starts.ts';
import { FleetStack } from './fleet-stack.ts';
import { awsProvider } from './providers.ts';
import { tagsOf } from './tags.ts';

/** As many private subnets as the region's own stack has zones. */
const zoneCount = 3;

const pipelinesName = ({ zone }: Fleet): string => `pipelines.${zone}`;
const structuredName = (fleet: Fleet): string => `structured.${pipelinesName(fleet)}`;

/** Where the pipelines stand: the primary where it is on AWS, else the first region there; null without any. */
export const pipelinesRegion = ({ regions }: Fleet): Region | null => {
  const onAws = regions.filter(({ cloud }) => cloud === 'aws');
  return onAws.find(({ role }) => role === 'primary') ?? onAws[0] ?? null;
};

export class PipelinesStack extends FleetStack {
  private readonly place: PipelinePlace;
  private readonly doors: Doors;
  private readonly failures: Failures;

  constructor(app: App, fleet: Fleet, region: Region) {
    super(app, 'pipelines', fleet, { cloud: 'aws' });
    awsProvider(this, region.location);
    this.place = this.placeIn(region);
    const { place } = this;
    const { zoneId } = new DataAwsRoute53Zone(this, 'zone', { name: fleet.zone });
    const certificateArn = new RegionCertificate(this, 'certificate', {
      names: [pipelinesName(fleet), structuredName(fleet)],
      zoneId,
    }).arn;
    this.doors = new Doors(this, 'doors', place);
    this.failures = new Failures(this, 'failures', place);
    const cluster = this.cluster();
    const gpu = this.gpuGroup(cluster);
    const capacity = new EcsClusterCapacityProviders(this, 'capacity', {
      clusterName: cluster.name,
      capacityProviders: ['FARGATE', gpu.capacity.name],
    });
    const batchImage = imageUri(this, place, 'batch');
    const balancer = new StructuredBalancer(this, 'structured', {
      place,
      host: structuredName(fleet),
      zoneId,
      certificateArn,
      securityGroupId: this.doors.balancer.id,
    });
    new StructuredService(this, 'structured-service', {
      place,
      cluster,
      capacity,
      imageUri: batchImage,
      balancer,
      securityGroupId: this.doors.service.id,
    });
    const starts = {
      cluster,
      batch: this.batch(batchImage),
      training: this.training(),
      gpu: gpu.capacity,
      securityGroupId: this.doors.workers.id,
    };
    const clients = new ClientPool(this, 'clients', place);
    const { front, sweep } = this.functions(starts, clients.tokenUrl);
    new BusinessHours(this, 'hours', { place, sweep, failures: this.failures });
    new FrontDoor(this, 'api', {
      place,
      host: pipelinesName(fleet),
      zoneId,
      certificateArn,
      clients,
      front,
    });
    const submission = new SparkSubmission(this, 'spark-submission', {
      place,
      spark: this.spark(),
      failures: this.failures,
    });
    this.publish('api_url', `https://${pipelinesName(fleet)}`, 'Where the pipelines answer');
    this.publish('client_ids', clients.clientIds, 'Machine clients; their secrets are in Cognito');
    this.publish('spark_state_machine_arn', submission.arn, 'What runs a program on Spark');
  }

  private placeIn(region: Region): PipelinePlace {
    const { id } = region;
    const text = (output: string, description: string) => this.receive(id, output, description);
    return {
      fleet: this.fleet,
      region,
      accountId: new DataAwsCallerIdentity(this, 'account').accountId,
      vpcId: text('vpc_id', 'Network of the region'),
      subnetIds: this.receiveList(id, 'private_subnet_ids', zoneCount, 'Where workers stand'),
      keyArn: text('kms_key_arn', 'What the region encrypts with'),
      uploadsBucket: text('uploads_bucket', 'Bucket of uploads'),
      modelsBucket: text('models_bucket', 'Bucket of models'),
      jobsTable: text('jobs_table', 'Table of jobs'),
      jobsTableArn: text('jobs_table_arn', 'Its ARN'),
    };
  }

  private cluster(): EcsCluster {
    return new EcsCluster(this, 'cluster', {
      name: clusterName(this.place),
      setting: [{ name: 'containerInsights', value: 'enabled' }],
    });
  }

  private gpuGroup(cluster: EcsCluster): GpuGroup {
    return new GpuGroup(this, 'gpu', {
      place: this.place,
      cluster,
      securityGroupId: this.doors.workers.id,
      tags: tagsOf(this.fleet, this.id),
    });
  }

  private batch(image: string): ContainerTask {
    const { place } = this;
    return new ContainerTask(this, 'batch', {
      place,
      part: 'batch',
      image: 'batch',
      imageUri: image,
      environment: {
        EVENKEEL_REGION: place.region.id,
        JOBS_TABLE: place.jobsTable,
        UPLOADS_BUCKET: place.uploadsBucket,
        WORKERS: '2',
      },
      statements: [
        workOnJobs(place),
        ...batchObjects(place),
        useKeyThrough(place, ['s3', 'dynamodb']),
      ],
      size: { cpu: 2_048, memoryMiB: 4_096 },
      on: 'fargate',
      architecture: 'ARM64',
      stopSeconds: 120,
    });
  }

  private training(): ContainerTask {
    const { place } = this;
    return new ContainerTask(this, 'training', {
      place,
      part: 'training',
      image: 'training',
      imageUri: imageUri(this, place, 'training'),
      environment: {
        EVENKEEL_REGION: place.region.id,
        JOBS_TABLE: place.jobsTable,
        MODELS_BUCKET: place.modelsBucket,
        WORK_DIR: '/var/lib/evenkeel',
      },
      statements: [
        workOnJobs(place),
        ...trainingObjects(place),
        useKeyThrough(place, ['s3', 'dynamodb']),
      ],
      // The smallest machine of the group, less what its own system needs.
      size: { cpu: 4_096, memoryMiB: 14_336 },
      on: 'gpu',
      architecture: 'X86_64',
      stopSeconds: 90,
    });
  }

  private functions(starts: Parameters<typeof startTasks>[1], tokenUrl: string) {
    const { place, doors, failures } = this;
    const access = new ImageAccess(this, 'front-image', {
      place,
      image: 'front',
      service: 'lambda.amazonaws.com',
    });
    const common = {
      place,
      failures,
      imageUri: imageUri(this, place, 'front'),
      securityGroupId: doors.front.id,
      dependsOn: [access.policy],
    };
    const { uploadsBucket, jobsTableArn } = place;
    const front = new PipelineFunction(this, 'front', {
      ...common,
      part: 'front',
      handler: 'services/pipelines/front.handler',
      environment: {
        ...startSettings(place, starts),
        UPLOADS_BUCKET: uploadsBucket,
        STRUCTURED_URL: `https://${structuredName(this.fleet)}`,
        TOKENS_URL: tokenUrl,
      },
      statements: [
        {
          Sid: 'TakeJobsIn',
          Effect: 'Allow',
          Action: ['dynamodb:PutItem', 'dynamodb:GetItem'],
          Resource: jobsTableArn,
        },
        lookInto(uploadsBucket, [folders.results]),
        readObjects(uploadsBucket, [folders.results]),
        // With its signature clients put their pictures themselves, each to an address of its own.
        writeObjects(uploadsBucket, [folders.uploads]),
        ...startTasks(place, starts),
      ],
      timeoutSeconds: 29,
      concurrencyMax: 20,
      warm: this.fleet.estate.provisionedConcurrency,
    });
    const sweep = new PipelineFunction(this, 'sweep', {
      ...common,
      part: 'sweep',
      handler: 'services/pipelines/sweep.handler',
      environment: startSettings(place, starts),
      statements: [
        {
          Sid: 'LookForJobs',
          Effect: 'Allow',
          Action: 'dynamodb:Query',
          Resource: `${jobsTableArn}/index/due`,
        },
        ...startTasks(place, starts),
      ],
      timeoutSeconds: 60,
      concurrencyMax: 1,
    });
    return { front, sweep };
  }

  private spark(): SparkApplication {
    const { place } = this;
    const access = new ImageAccess(this, 'spark-image', {
      place,
      image: 'spark',
      service: 'emr-serverless.amazonaws.com',
    });
    return new SparkApplication(this, 'spark', {
      place,
      imageUri: imageUri(this, place, 'spark'),
      securityGroupId: this.doors.workers.id,
      dependsOn: [access.policy],
    });
  }
}
