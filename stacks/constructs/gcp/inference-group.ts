// The machines that read radiographs on Google Cloud: one template, a group spread over the zones, healed, renewed and scaled by itself.
import { ComputeRegionAutoscaler } from '@cdktf/provider-google/lib/compute-region-autoscaler/index.js';
import { ComputeRegionHealthCheck } from '@cdktf/provider-google/lib/compute-region-health-check/index.js';
import { ComputeRegionInstanceGroupManager } from '@cdktf/provider-google/lib/compute-region-instance-group-manager/index.js';
import { ComputeRegionInstanceTemplate } from '@cdktf/provider-google/lib/compute-region-instance-template/index.js';
import { Construct } from 'constructs';
import type { Fleet, Region } from '../../../fleet/fleet.ts';
import { nameOf } from '../../names.ts';
import { readinessPath, servicePort, startSecondsMax } from '../service-profile.ts';
import type { EncryptionKey } from './encryption-key.ts';
import { hardenedMachine } from './hardened-machine.ts';

interface Props {
  readonly fleet: Fleet;
  readonly region: Region;
  readonly subnetwork: string;
  readonly account: string;
  readonly key: EncryptionKey;
  readonly startupScript: string;
}

const diskGb = 40;
/** Google spreads a regional group over three zones; a surge must be none or at least one a zone. */
const zones = 3;
/** The name by which the balancer knows the service's port. */
export const portName = 'https';

export class InferenceGroup extends Construct {
  readonly name: string;
  readonly instanceGroup: string;
  private readonly props: Props;

  constructor(scope: Construct, id: string, props: Props) {
    super(scope, id);
    this.props = props;
    const group = this.group(this.template());
    this.name = group.name;
    this.instanceGroup = group.instanceGroup;
    this.addScaling(group);
  }

  private template(): ComputeRegionInstanceTemplate {
    const { fleet, region, subnetwork, account, key, startupScript } = this.props;
    return new ComputeRegionInstanceTemplate(this, 'template', {
      namePrefix: `${nameOf.gcp(fleet, region.id)}-`,
      region: region.location,
      machineType: region.instances.machine,
      ...hardenedMachine({ diskGb, diskKeyId: key.id, subnetwork, account, startupScript }),
      dependsOn: [...key.grants],
      lifecycle: { createBeforeDestroy: true },
    });
  }

  private group(template: ComputeRegionInstanceTemplate): ComputeRegionInstanceGroupManager {
    const { fleet, region } = this.props;
    const name = nameOf.gcp(fleet, region.id);
    return new ComputeRegionInstanceGroupManager(this, 'group', {
      name,
      region: region.location,
      baseInstanceName: name,
      distributionPolicyTargetShape: 'EVEN',
      version: [{ instanceTemplate: template.selfLink }],
      namedPort: [{ name: portName, port: servicePort }],
      autoHealingPolicies: {
        healthCheck: this.healingCheck().id,
        initialDelaySec: startSecondsMax,
      },
      instanceLifecyclePolicy: { forceUpdateOnRepair: 'YES' },
      // New machines are ready before old ones are drained: a release costs no capacity, and a bad one replaces nothing.
      updatePolicy: {
        type: 'PROACTIVE',
        minimalAction: 'REPLACE',
        replacementMethod: 'SUBSTITUTE',
        instanceRedistributionType: 'PROACTIVE',
        maxUnavailableFixed: 0,
        maxSurgeFixed: zones,
      },
    });
  }

  /** Slower than the balancer's: a machine that is busy or draining for seconds is left alone, one that is gone for a minute replaced. */
  private healingCheck(): ComputeRegionHealthCheck {
    const { fleet, region } = this.props;
    return new ComputeRegionHealthCheck(this, 'healing-check', {
      name: nameOf.gcp(fleet, region.id, 'healing'),
      region: region.location,
      checkIntervalSec: 10,
      timeoutSec: 5,
      unhealthyThreshold: 6,
      healthyThreshold: 2,
      httpsHealthCheck: { port: servicePort, requestPath: readinessPath },
      logConfig: { enable: true },
    });
  }

  private addScaling(group: ComputeRegionInstanceGroupManager): void {
    const { fleet, region } = this.props;
    new ComputeRegionAutoscaler(this, 'scaling', {
      name: nameOf.gcp(fleet, region.id),
      region: region.location,
      target: group.id,
      autoscalingPolicy: {
        mode: 'ON',
        minReplicas: region.instances.min,
        maxReplicas: region.instances.max,
        cooldownPeriod: startSecondsMax,
        // Low enough that losing one zone of three leaves the others at 90 %.
        cpuUtilization: { target: 0.6, predictiveMethod: 'OPTIMIZE_AVAILABILITY' },
        loadBalancingUtilization: { target: 0.7 },
        // Another region's users come all at once and leave step by step; one machine in ten minutes is slow enough not to swing.
        scaleInControl: { timeWindowSec: 600, maxScaledInReplicas: { fixed: 1 } },
      },
    });
  }
}
