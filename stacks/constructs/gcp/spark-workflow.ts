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
/** Name of the release's archive beside the programs. */
const release = 'evenkeel';
/** Longest run by far: everything is cancelled and the cluster deleted then. */
const runSecondsMax = 4 * 3_600;

export class SparkWorkflow extends Construct {
  readonly name: string;

  constructor(scope: Construct, id: string, props: Props) {
    super(scope, id);
    const { name, location, keyId, modelsBucket, stagingBucket } = props;
    const programs = `gs://${modelsBucket}/spark`;
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
            mainPythonFileUri: `${programs}/evaluate.py`,
            pythonFileUris: [`${programs}/evenkeel_spark.zip`],
            // The release brings the scorer and Node.js; it is unpacked under this name on each machine.
            archiveUris: [`${programs}/${release}.tar.gz#${release}`],
            properties: {
              // On a machine of the cluster, where archives are unpacked; the client has none.
              'spark.submit.deployMode': 'cluster',
              'spark.sql.files.openCostInBytes': '524288',
            },
            args: Object.values(argumentsOf(modelsBucket, stagingBucket)).flat(),
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

/** What a run chooses stands in the places that `parameters` name. */
const argumentsOf = (models: string, staging: string) => ({
  model: ['--model', 'chest-pneumonia'],
  manifest: ['--manifest', `gs://${models}/evaluation/manifest.csv`],
  input: ['--root', `gs://${models}/evaluation`],
  output: ['--output', `gs://${staging}/evaluation`],
  release: ['--release', release],
});

/** What a run may choose: a program, a model, data and a place for the result, each in a bucket where it may be. */
function parameters(models: string, staging: string): DataprocWorkflowTemplateParameters[] {
  const path = '[0-9A-Za-z_./-]{1,200}';
  return [
    parameter('PROGRAM', 'What to run', 'mainPythonFileUri', `gs://${models}/spark/${path}\\.py`),
    parameter('MODEL', 'Its name in the release', 'args[1]', '[a-z0-9-]{1,64}'),
    parameter('MANIFEST', 'Rows and labels', 'args[3]', `gs://${models}/${path}`),
    parameter('INPUT', 'Folder of the pictures', 'args[5]', `gs://${models}/${path}`),
    parameter('OUTPUT', 'Folder of the result', 'args[7]', `gs://${staging}/${path}`),
  ];
}

const parameter = (name: string, description: string, field: string, pattern: string) => ({
  name,
  description,
  fields: [`jobs['${step}'].pysparkJob.${field}`],
  validation: { regex: { regexes: [pattern] } },
});
