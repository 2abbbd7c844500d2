// One region on Google Cloud: everything that answers there, and nothing that another region or cloud must be up for.
import { DataGoogleProject } from '@cdktf/provider-google/lib/data-google-project/index.js';
import type { App } from 'cdktf';
import type { Fleet, Region } from '../fleet/fleet.ts';
import { InferenceGroup } from './constructs/gcp/inference-group.ts';
import { keyRing } from './constructs/gcp/key-ring.ts';
import { MachineIdentity } from './constructs/gcp/machine-identity.ts';
import { ProjectServices } from './constructs/gcp/project-services.ts';
import { RegionAlerts } from './constructs/gcp/region-alerts.ts';
import {
  drainWaitSeconds,
  keepAliveSeconds,
  RegionBalancer,
} from './constructs/gcp/region-balancer.ts';
import { RegionBuckets } from './constructs/gcp/region-buckets.ts';
import { RegionCertificate } from './constructs/gcp/region-certificate.ts';
import { RegionFirewall } from './constructs/gcp/region-firewall.ts';
import { RegionKeys } from './constructs/gcp/region-keys.ts';
import { RegionLogs } from './constructs/gcp/region-logs.ts';
import { RegionNetwork } from './constructs/gcp/region-network.ts';
import { architectureOf, releaseOf, userData } from './constructs/instance-program.ts';
import { drainSettings, servicePort } from './constructs/service-profile.ts';
import { FleetStack } from './fleet-stack.ts';
import { nameOf } from './names.ts';
import { googleProvider } from './providers.ts';

const services = [
  'certificatemanager',
  'cloudkms',
  'compute',
  'iam',
  'logging',
  'monitoring',
  'storage',
] as const;

export class GcpRegionStack extends FleetStack {
  constructor(app: App, fleet: Fleet, region: Region) {
    super(app, region.id, fleet, { cloud: 'gcp', holdsData: true });
    googleProvider(this, region.location);
    const place = { fleet, region };
    const project = new DataGoogleProject(this, 'project');
    const apis = new ProjectServices(this, 'apis', services);
    const network = new RegionNetwork(this, 'network', {
      ...place,
      dependsOn: apis.of('compute'),
    });
    const machines = new MachineIdentity(this, 'machines', {
      accountId: nameOf.serviceAccount(fleet, region.id),
      description: 'Machines that read radiographs',
      project,
      projectRoles: ['roles/logging.logWriter', 'roles/monitoring.metricWriter'],
      dependsOn: apis.of('iam'),
    });
    new RegionFirewall(this, 'firewall', { ...place, network, machines: machines.email });
    const keys = new RegionKeys(this, 'keys', {
      project,
      ring: keyRing(this, region.location, apis.of('cloudkms')),
      isProtected: fleet.estate.protectsData,
      agentsDependOn: { storage: apis.of('storage'), logging: apis.of('logging') },
    });
    const buckets = new RegionBuckets(this, 'objects', {
      ...place,
      key: keys.objects,
      machines: machines.member,
    });
    const group = new InferenceGroup(this, 'inference', {
      ...place,
      subnetwork: network.machines.id,
      account: machines.email,
      key: keys.disks,
      startupScript: this.program(region, `gs://${buckets.artifacts.name}/releases`),
    });
    const certificate = new RegionCertificate(this, 'certificate', {
      ...place,
      dependsOn: apis.of('certificatemanager'),
    });
    const { addresses } = new RegionBalancer(this, 'balancer', {
      ...place,
      network,
      group,
      certificate,
    });
    new RegionLogs(this, 'logs', { ...place, project, key: keys.logs });
    new RegionAlerts(this, 'alerts', { ...place, group, dependsOn: apis.of('monitoring') });

    this.publish('addresses', addresses, 'Where the region answers');
    this.publish(
      'certificate_validation_name',
      certificate.validation.name,
      'Name of the CNAME by which the zone lets Google issue the certificate',
    );
    this.publish('certificate_validation_value', certificate.validation.value, 'Its value');
    this.publish('models_bucket', buckets.models.name, 'Models and the data to judge them by');
    this.publish('network_name', network.network.name, 'Network of the region');
    this.publish('subnetwork_name', network.machines.name, 'Subnet of its machines');
  }

  private program(region: Region, releasesUrl: string): string {
    const architecture = architectureOf(region.instances.machine);
    return userData({
      cloud: 'gcp',
      role: 'inference',
      architecture,
      releasesUrl,
      release: releaseOf(this, architecture),
      settings: {
        EVENKEEL_REGION: region.id,
        HOST: '0.0.0.0',
        PORT: String(servicePort),
        KEEP_ALIVE_SECONDS: String(keepAliveSeconds),
        ...drainSettings(drainWaitSeconds),
      },
    });
  }
}
