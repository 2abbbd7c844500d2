// Models judged on many machines, on Google Cloud: a template for clusters that live for one run, in the network of a region that is there.
import { ComputeFirewall } from '@cdktf/provider-google/lib/compute-firewall/index.js';
import { DataGoogleProject } from '@cdktf/provider-google/lib/data-google-project/index.js';
import { DataGoogleStorageProjectServiceAccount } from '@cdktf/provider-google/lib/data-google-storage-project-service-account/index.js';
import type { App } from 'cdktf';
import type { Fleet, Region } from '../fleet/fleet.ts';
import { EncryptedBucket } from './constructs/gcp/encrypted-bucket.ts';
import { EncryptionKey } from './constructs/gcp/encryption-key.ts';
import { keyRing } from './constructs/gcp/key-ring.ts';
import { ProjectServices } from './constructs/gcp/project-services.ts';
import { computeAgentOf } from './constructs/gcp/region-keys.ts';
import { SparkIdentity } from './constructs/gcp/spark-identity.ts';
import { SparkWorkflow } from './constructs/gcp/spark-workflow.ts';
import { FleetStack } from './fleet-stack.ts';
import { nameOf } from './names.ts';
import { googleProvider } from './providers.ts';

/** Results are collected from the staging bucket; what is left there is scratch. */
const stagingDaysMax = 30;

const sparkStackId = (region: Region): string => `spark-${region.id}`;

export class SparkStack extends FleetStack {
  constructor(app: App, fleet: Fleet, region: Region) {
    const id = sparkStackId(region);
    super(app, id, fleet, { cloud: 'gcp' });
    googleProvider(this, region.location);
    const network = this.receive(region.id, 'network_name', 'Network of the region');
    const subnetwork = this.receive(region.id, 'subnetwork_name', 'Subnet of its machines');
    const modelsBucket = this.receive(region.id, 'models_bucket', 'Models and data to judge by');
    const project = new DataGoogleProject(this, 'project');
    const apis = new ProjectServices(this, 'apis', ['cloudkms', 'dataproc', 'iam', 'storage']);

    const storage = new DataGoogleStorageProjectServiceAccount(this, 'storage-agent', {
      dependsOn: apis.of('storage'),
    });
    const key = new EncryptionKey(this, 'key', {
      ring: keyRing(this, region.location, [...apis.of('cloudkms'), ...apis.of('dataproc')]),
      name: 'spark',
      agents: {
        disks: computeAgentOf(project),
        objects: storage.member,
        jobs: `serviceAccount:service-${project.number}@dataproc-accounts.iam.gserviceaccount.com`,
      },
      // Nothing here is the only copy of anything.
      isProtected: false,
    });
    const staging = new EncryptedBucket(this, 'staging', {
      name: nameOf.worldBucket(fleet, id, 'staging'),
      location: region.location,
      key,
      isProtected: false,
      objectDaysMax: stagingDaysMax,
      recoverableDays: 1,
      grants: {},
    });
    const identity = new SparkIdentity(this, 'identity', {
      accountId: nameOf.serviceAccount(fleet, id),
      project,
      stagingBucket: staging.name,
      modelsBucket,
      dependsOn: apis.of('iam'),
    });
    const talk = this.clusterTalk(network, identity.email);
    const workflow = new SparkWorkflow(this, 'workflow', {
      name: nameOf.gcp(fleet, id),
      location: region.location,
      subnetwork,
      account: identity.email,
      keyId: key.id,
      stagingBucket: staging.name,
      modelsBucket,
      spotMachinesMax: region.instances.max,
      dependsOn: [...apis.of('dataproc'), ...identity.grants, ...key.grants, talk],
    });
    this.publish('workflow_template', workflow.name, 'What `gcloud dataproc` instantiates');
  }

  /** Machines of one cluster speak on any port with each other, and with nobody else: the region's rules deny the rest. */
  private clusterTalk(network: string, account: string): ComputeFirewall {
    return new ComputeFirewall(this, 'cluster-talk', {
      name: nameOf.gcp(this.fleet, this.id, 'talk'),
      description: 'Between the machines of a cluster',
      network,
      direction: 'INGRESS',
      priority: 1_000,
      sourceServiceAccounts: [account],
      targetServiceAccounts: [account],
      allow: [{ protocol: 'tcp' }, { protocol: 'udp' }, { protocol: 'icmp' }],
      logConfig: { metadata: 'EXCLUDE_ALL_METADATA' },
    });
  }
}
