// A vantage on Google Cloud: one machine that watches every region and rewrites DNS, behind an address of its own.
import { ComputeAddress } from '@cdktf/provider-google/lib/compute-address/index.js';
import { ComputeForwardingRule } from '@cdktf/provider-google/lib/compute-forwarding-rule/index.js';
import { ComputeRegionBackendService } from '@cdktf/provider-google/lib/compute-region-backend-service/index.js';
import { ComputeRegionHealthCheck } from '@cdktf/provider-google/lib/compute-region-health-check/index.js';
import { ComputeRegionInstanceGroupManager } from '@cdktf/provider-google/lib/compute-region-instance-group-manager/index.js';
import { ComputeRegionInstanceTemplate } from '@cdktf/provider-google/lib/compute-region-instance-template/index.js';
import { DataGoogleProject } from '@cdktf/provider-google/lib/data-google-project/index.js';
import { DataGoogleServiceAccount } from '@cdktf/provider-google/lib/data-google-service-account/index.js';
import { DataGoogleStorageProjectServiceAccount } from '@cdktf/provider-google/lib/data-google-storage-project-service-account/index.js';
import type { App } from 'cdktf';
import type { Fleet, Vantage } from '../fleet/fleet.ts';
import { EncryptedBucket } from './constructs/gcp/encrypted-bucket.ts';
import { EncryptionKey } from './constructs/gcp/encryption-key.ts';
import { hardenedMachine } from './constructs/gcp/hardened-machine.ts';
import { keyRing } from './constructs/gcp/key-ring.ts';
import { MachineIdentity } from './constructs/gcp/machine-identity.ts';
import { ProjectServices } from './constructs/gcp/project-services.ts';
import { computeAgentOf } from './constructs/gcp/region-keys.ts';
import { VantageNetwork } from './constructs/gcp/vantage-network.ts';
import { FleetStack } from './fleet-stack.ts';
import { nameOf } from './names.ts';
import { googleProvider } from './providers.ts';
import {
  controllerPort,
  controllerStartSeconds,
  livenessPath,
  livenessPort,
  peerSources,
  tokenAudienceOf,
  vantageProgram,
} from './vantage-program.ts';

const services = ['cloudkms', 'compute', 'iam', 'logging', 'monitoring', 'storage'] as const;
const diskGb = 20;
const recoverableDays = 30;
/** A regional group stands in three zones, and a surge must be at least as many; the successor is there before the machine goes. */
const zones = 3;

export class GcpVantageStack extends FleetStack {
  private readonly vantage: Vantage;
  private readonly name: string;

  constructor(app: App, fleet: Fleet, vantage: Vantage) {
    super(app, vantage.id, fleet, { cloud: 'gcp', holdsData: true });
    this.vantage = vantage;
    this.name = nameOf.gcp(fleet, vantage.id);
    googleProvider(this, vantage.location);
    const project = new DataGoogleProject(this, 'project');
    const apis = new ProjectServices(this, 'apis', services);
    const machine = new MachineIdentity(this, 'machine', {
      accountId: nameOf.serviceAccount(fleet, vantage.id),
      description: 'Watches the regions and rewrites DNS',
      project,
      projectRoles: ['roles/logging.logWriter', 'roles/monitoring.metricWriter'],
      dependsOn: apis.of('iam'),
    });
    const ring = keyRing(this, vantage.location, apis.of('cloudkms'));
    const disks = this.key('disks', ring, computeAgentOf(project));
    const storageAgent = new DataGoogleStorageProjectServiceAccount(this, 'storage-agent', {
      dependsOn: apis.of('storage'),
    });
    const artifacts = new EncryptedBucket(this, 'artifacts', {
      name: nameOf.worldBucket(fleet, vantage.id, 'artifacts'),
      location: vantage.location,
      key: this.key('objects', ring, storageAgent.member),
      isProtected: fleet.estate.protectsData,
      objectDaysMax: null,
      recoverableDays,
      grants: { machine: { member: machine.member, role: 'roles/storage.objectViewer' } },
    });
    const network = new VantageNetwork(this, 'network', {
      fleet,
      vantage,
      dependsOn: apis.of('compute'),
    });
    network.addRules(machine.email, peerSources(this, vantage));
    const template = this.template(network, machine, disks, artifacts);
    this.publish(
      'address',
      this.front(this.group(template)),
      'Where the other vantages reach this one',
    );
    this.publish('egress_address', network.egressAddress, 'Where this vantage comes from');
    this.publish('artifacts_bucket', artifacts.name, 'Where its releases are published');
    const { uniqueId } = new DataGoogleServiceAccount(this, 'identity', {
      accountId: machine.email,
    });
    this.publish('identity', uniqueId, 'By which AWS knows its machine');
  }

  private key(name: string, ring: ReturnType<typeof keyRing>, agent: string): EncryptionKey {
    return new EncryptionKey(this, `${name}-key`, {
      ring,
      name,
      agents: { agent },
      isProtected: this.fleet.estate.protectsData,
    });
  }

  private template(
    network: VantageNetwork,
    machine: MachineIdentity,
    disks: EncryptionKey,
    artifacts: EncryptedBucket,
  ): ComputeRegionInstanceTemplate {
    const { fleet, vantage, name } = this;
    return new ComputeRegionInstanceTemplate(this, 'template', {
      namePrefix: `${name}-`,
      region: vantage.location,
      machineType: vantage.machine,
      ...hardenedMachine({
        diskGb,
        diskKeyId: disks.id,
        subnetwork: network.subnetwork.id,
        account: machine.email,
        startupScript: vantageProgram(this, {
          vantage,
          releasesUrl: `gs://${artifacts.name}/releases`,
          webIdentity: { audience: tokenAudienceOf(fleet) },
        }),
      }),
      dependsOn: [...disks.grants],
      lifecycle: { createBeforeDestroy: true },
    });
  }

  private group(template: ComputeRegionInstanceTemplate): ComputeRegionInstanceGroupManager {
    const { vantage, name } = this;
    return new ComputeRegionInstanceGroupManager(this, 'group', {
      name,
      region: vantage.location,
      baseInstanceName: name,
      targetSize: 1,
      version: [{ instanceTemplate: template.selfLink }],
      autoHealingPolicies: {
        healthCheck: this.check('healing', 6).id,
        initialDelaySec: controllerStartSeconds,
      },
      updatePolicy: {
        type: 'PROACTIVE',
        minimalAction: 'REPLACE',
        replacementMethod: 'SUBSTITUTE',
        instanceRedistributionType: 'NONE',
        maxUnavailableFixed: 0,
        maxSurgeFixed: zones,
      },
    });
  }

  private check(part: string, unhealthyThreshold: number): ComputeRegionHealthCheck {
    const { fleet, vantage } = this;
    return new ComputeRegionHealthCheck(this, `${part}-check`, {
      name: nameOf.gcp(fleet, vantage.id, part),
      region: vantage.location,
      checkIntervalSec: 10,
      timeoutSec: 5,
      healthyThreshold: 2,
      unhealthyThreshold,
      httpHealthCheck: { port: livenessPort, requestPath: livenessPath },
      logConfig: { enable: true },
    });
  }

  private front(group: ComputeRegionInstanceGroupManager): string {
    const { vantage, name } = this;
    const address = new ComputeAddress(this, 'address', { name, region: vantage.location });
    const backend = new ComputeRegionBackendService(this, 'controller', {
      name,
      region: vantage.location,
      protocol: 'TCP',
      loadBalancingScheme: 'EXTERNAL',
      healthChecks: [this.check('ready', 3).id],
      backend: [{ group: group.instanceGroup, balancingMode: 'CONNECTION' }],
      logConfig: { enable: true, sampleRate: 1 },
    });
    new ComputeForwardingRule(this, 'front', {
      name,
      region: vantage.location,
      loadBalancingScheme: 'EXTERNAL',
      ipProtocol: 'TCP',
      ipAddress: address.id,
      ports: [String(controllerPort)],
      backendService: backend.id,
    });
    return address.address;
  }
}
