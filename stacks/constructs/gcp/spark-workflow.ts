// One evaluation on Spark: a cluster that is made for it, grows with its work on spot machines, and is gone when it ends.
import { DataprocAutoscalingPolicy } from '@cdktf/provider-google/lib/dataproc-autoscaling-policy/index.js';
import { DataprocWorkflowTemplate } from '@cdktf/provider-google/lib/dataproc-workflow-template/index.js';
import type {
  DataprocWorkflowTemplateParameters,
  DataprocWorkflowTemplatePlacementManagedClusterConfig,
} from '@cdktf/provider-google/lib/dataproc-workflow-template/index.js';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';

interface Props {
  readonly name: string;
  readonly location: string;
  readonly subnetwork: string;
  readonly account: string;
  readonly keyId: string;
  readonly stagingBucket: string;
  readonly modelsBucket: string;
  /** Machines on top of the two that HDFS needs; all of them spot, because Spark computes again what was lost. */
  readonly spotMachinesMax: number;
  readonly dependsOn: readonly ITerraformDependable[];
}

const machineType = 'n2-standard-4';
const diskGb = 100;
const primaryWorkers = 2;
const step = 'evaluate';
/** Longest run by far: everything is cancelled and the cluster deleted then. */
const runSecondsMax = 4 * 3_600;

export class SparkWorkflow extends Construct {
  readonly name: string;

  constructor(scope: Construct, id: string, props: Props) {
    super(scope, id);
    const { name, location, keyId, modelsBucket, stagingBucket } = props;
    const program = `gs://${modelsBucket}/spark/evaluate.py`;
    this.name = new DataprocWorkflowTemplate(this, 'template', {
      name,
      location,
      dagTimeout: `${runSecondsMax}s`,
      // Arguments of the jobs are data too.
      encryptionConfig: { kmsKey: keyId },
      placement: {
        managedCluster: { clusterName: name, config: this.cluster(props, this.growth(props)) },
      },
      jobs: [
        {
          stepId: step,
          pysparkJob: {
            mainPythonFileUri: program,
            args: [
              '--input',
              `gs://${modelsBucket}/evaluation`,
              '--output',
              `gs://${stagingBucket}/evaluation`,
            ],
          },
        },
      ],
      parameters: parameters(modelsBucket, stagingBucket),
      dependsOn: [...props.dependsOn],
    }).name;
  }

  private growth({ name, location, spotMachinesMax }: Props): string {
    return new DataprocAutoscalingPolicy(this, 'growth', {
      policyId: name,
      location,
      basicAlgorithm: {
        cooldownPeriod: '120s',
        yarnConfig: {
          // Half of what is missing at a time, so that short jobs do not order machines they will not use.
          scaleUpFactor: 0.5,
          scaleDownFactor: 1,
          gracefulDecommissionTimeout: '600s',
        },
      },
      workerConfig: { minInstances: primaryWorkers, maxInstances: primaryWorkers },
      secondaryWorkerConfig: { minInstances: 0, maxInstances: spotMachinesMax },
    }).id;
  }

  private cluster(
    props: Props,
    policy: string,
  ): DataprocWorkflowTemplatePlacementManagedClusterConfig {
    return {
      stagingBucket: props.stagingBucket,
      tempBucket: props.stagingBucket,
      autoscalingConfig: { policy },
      encryptionConfig: { gcePdKmsKeyName: props.keyId },
      endpointConfig: { enableHttpPortAccess: false },
      gceClusterConfig: {
        subnetwork: props.subnetwork,
        internalIpOnly: true,
        serviceAccount: props.account,
        serviceAccountScopes: ['https://www.googleapis.com/auth/cloud-platform'],
        shieldedInstanceConfig: {
          enableSecureBoot: true,
          enableVtpm: true,
          enableIntegrityMonitoring: true,
        },
        metadata: { 'block-project-ssh-keys': 'TRUE', 'enable-oslogin': 'TRUE' },
      },
      softwareConfig: {
        imageVersion: '2.2-debian12',
        properties: { 'dataproc:dataproc.logging.stackdriver.job.driver.enable': 'true' },
      },
      masterConfig: machines(1),
      workerConfig: machines(primaryWorkers),
      secondaryWorkerConfig: { ...machines(0), preemptibility: 'SPOT' },
    };
  }
}

const machines = (numInstances: number) => ({
  numInstances,
  machineType,
  diskConfig: { bootDiskSizeGb: diskGb, bootDiskType: 'pd-balanced' },
});

/** What a run may choose: a program, data and a place for the result, each in a bucket where it may be. */
function parameters(models: string, staging: string): DataprocWorkflowTemplateParameters[] {
  const path = '[0-9A-Za-z_./-]{1,200}';
  return [
    parameter('PROGRAM', 'What to run', 'mainPythonFileUri', `gs://${models}/spark/${path}\\.py`),
    parameter('INPUT', 'Folder of the data', 'args[1]', `gs://${models}/${path}`),
    parameter('OUTPUT', 'Folder of the result', 'args[3]', `gs://${staging}/${path}`),
  ];
}

const parameter = (name: string, description: string, field: string, pattern: string) => ({
  name,
  description,
  fields: [`jobs['${step}'].pysparkJob.${field}`],
  validation: { regex: { regexes: [pattern] } },
});
