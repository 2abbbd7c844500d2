// The network of a vantage on Google Cloud: out by an address of its own, in for the other vantages only.
import { ComputeAddress } from '@cdktf/provider-google/lib/compute-address/index.js';
import { ComputeFirewall } from '@cdktf/provider-google/lib/compute-firewall/index.js';
import { ComputeNetwork } from '@cdktf/provider-google/lib/compute-network/index.js';
import { ComputeRouter } from '@cdktf/provider-google/lib/compute-router/index.js';
import { ComputeRouterNat } from '@cdktf/provider-google/lib/compute-router-nat/index.js';
import { ComputeSubnetwork } from '@cdktf/provider-google/lib/compute-subnetwork/index.js';
import type { ITerraformDependable, TerraformVariable } from 'cdktf';
import { Construct } from 'constructs';
import type { Fleet, Vantage } from '../../../fleet/fleet.ts';
import { nameOf } from '../../names.ts';
import { controllerPort, livenessPort } from '../../vantage-program.ts';

interface Props {
  readonly fleet: Fleet;
  readonly vantage: Vantage;
  readonly dependsOn: readonly ITerraformDependable[];
}

/** https://cloud.google.com/load-balancing/docs/health-check-concepts#ip-ranges: of a passthrough balancer and of the group. */
const proberRanges = ['35.191.0.0/16', '130.211.0.0/22', '209.85.152.0/22', '209.85.204.0/22'];
/** https://cloud.google.com/iap/docs/using-tcp-forwarding */
const identityAwareProxyRange = '35.235.240.0/20';
const anywhere = '0.0.0.0/0';
const controller = { protocol: 'tcp', ports: [String(controllerPort)] };
const liveness = { protocol: 'tcp', ports: [String(livenessPort)] };

interface Inbound {
  readonly name: string;
  readonly description: string;
  readonly sourceRanges: string[];
  readonly allowed: typeof controller;
}

export class VantageNetwork extends Construct {
  readonly network: ComputeNetwork;
  readonly subnetwork: ComputeSubnetwork;
  readonly egressAddress: string;
  private readonly props: Props;

  constructor(scope: Construct, id: string, props: Props) {
    super(scope, id);
    this.props = props;
    const { fleet, vantage, dependsOn } = props;
    this.network = new ComputeNetwork(this, 'network', {
      name: nameOf.gcp(fleet, vantage.id),
      description: `Vantage ${vantage.id}`,
      autoCreateSubnetworks: false,
      routingMode: 'REGIONAL',
      dependsOn: [...dependsOn],
    });
    this.subnetwork = new ComputeSubnetwork(this, 'machine', {
      name: nameOf.gcp(fleet, vantage.id),
      network: this.network.id,
      region: vantage.location,
      ipCidrRange: vantage.network,
      privateIpGoogleAccess: true,
      stackType: 'IPV4_ONLY',
      logConfig: {
        aggregationInterval: 'INTERVAL_1_MIN',
        flowSampling: 0.5,
        metadata: 'INCLUDE_ALL_METADATA',
      },
    });
    this.egressAddress = this.wayOut();
  }

  /** Fixed, because the other vantages let nobody else in. */
  private wayOut(): string {
    const { fleet, vantage } = this.props;
    const name = nameOf.gcp(fleet, vantage.id, 'out');
    const address = new ComputeAddress(this, 'out-address', { name, region: vantage.location });
    const router = new ComputeRouter(this, 'router', {
      name,
      network: this.network.id,
      region: vantage.location,
    });
    new ComputeRouterNat(this, 'nat', {
      name,
      router: router.name,
      region: vantage.location,
      natIpAllocateOption: 'MANUAL_ONLY',
      natIps: [address.selfLink],
      sourceSubnetworkIpRangesToNat: 'LIST_OF_SUBNETWORKS',
      subnetwork: [{ name: this.subnetwork.id, sourceIpRangesToNat: ['PRIMARY_IP_RANGE'] }],
      logConfig: { enable: true, filter: 'ERRORS_ONLY' },
    });
    return address.address;
  }

  /** A passthrough balancer leaves the caller's address as it is, so the machine's own rules judge it. */
  addRules(
    machine: string,
    peers: readonly { readonly id: string; readonly variable: TerraformVariable }[],
  ): void {
    this.allowIn(machine, {
      name: 'probes',
      description: 'Health checks of the balancer and of the group',
      sourceRanges: proberRanges,
      allowed: liveness,
    });
    this.allowIn(machine, {
      name: 'tunnel',
      description: 'Operators, through Identity-Aware Proxy',
      sourceRanges: [identityAwareProxyRange],
      allowed: controller,
    });
    for (const { id, variable } of peers) {
      const rule = this.allowIn(machine, {
        name: `from-${id}`,
        description: `Observations to ${id}`,
        sourceRanges: [`${variable.stringValue}/32`],
        allowed: controller,
      });
      rule.addOverride('count', `\${${variable.fqn} == "" ? 0 : 1}`);
    }
    new ComputeFirewall(this, 'rest-in', {
      ...this.rule('rest-in'),
      description: 'Everything else, written down',
      direction: 'INGRESS',
      priority: 65_534,
      sourceRanges: [anywhere],
      deny: [{ protocol: 'all' }],
    });
    this.limitOut(machine);
  }

  private allowIn(machine: string, { name, description, sourceRanges, allowed }: Inbound) {
    return new ComputeFirewall(this, name, {
      ...this.rule(name),
      description,
      direction: 'INGRESS',
      priority: 1_000,
      sourceRanges,
      targetServiceAccounts: [machine],
      allow: [allowed],
    });
  }

  private limitOut(machine: string): void {
    const egress = {
      direction: 'EGRESS',
      destinationRanges: [anywhere],
      targetServiceAccounts: [machine],
    };
    new ComputeFirewall(this, 'work-out', {
      ...this.rule('work-out'),
      ...egress,
      description: 'Regions, Route 53 and its name servers, the other vantages, releases',
      priority: 1_000,
      allow: [
        { protocol: 'tcp', ports: ['443', '53', String(controllerPort)] },
        { protocol: 'udp', ports: ['53'] },
      ],
    });
    new ComputeFirewall(this, 'rest-out', {
      ...this.rule('rest-out'),
      ...egress,
      description: 'Everything else, written down',
      priority: 65_534,
      deny: [{ protocol: 'all' }],
    });
  }

  private rule(part: string) {
    const { fleet, vantage } = this.props;
    return {
      name: nameOf.gcp(fleet, vantage.id, part),
      network: this.network.id,
      logConfig: { metadata: 'INCLUDE_ALL_METADATA' },
    };
  }
}
