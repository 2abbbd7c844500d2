// What may reach a region's machines on Google Cloud and what they may reach: the service's port, from the balancer only.
import { ComputeFirewall } from '@cdktf/provider-google/lib/compute-firewall/index.js';
import { Construct } from 'constructs';
import type { Fleet, Region } from '../../../fleet/fleet.ts';
import { nameOf } from '../../names.ts';
import { servicePort } from '../service-profile.ts';
import type { RegionNetwork } from './region-network.ts';

interface Props {
  readonly fleet: Fleet;
  readonly region: Region;
  readonly network: RegionNetwork;
  /** The identity of the machines: rules hold for it, not for a tag that anyone who may edit a machine can set. */
  readonly machines: string;
}

/** https://cloud.google.com/load-balancing/docs/health-check-concepts#ip-ranges */
const proberRanges = ['130.211.0.0/22', '35.191.0.0/16'];

/** https://cloud.google.com/iap/docs/using-tcp-forwarding */
const identityAwareProxyRange = '35.235.240.0/20';

const allRange = '0.0.0.0/0';

const port = [{ protocol: 'tcp', ports: [String(servicePort)] }];

/**
 * There is no rule for port 22 and there are no keys: a sick machine is looked at from its logs and its console output, or through
 * a tunnel to its own /metrics and /readyz, and then replaced. Who must get onto one all the same copies its disk to a machine of
 * another project, which leaves this one as it is.
 */
export class RegionFirewall extends Construct {
  private readonly props: Props;

  constructor(scope: Construct, id: string, props: Props) {
    super(scope, id);
    this.props = props;
    this.allowIn('probes', 'Health checks of the balancer and of the group', proberRanges);
    this.allowIn('proxies', 'Requests, from the proxies of the balancer', [
      props.network.proxiesRange,
    ]);
    this.allowIn('tunnel', 'The service itself, for operators, through Identity-Aware Proxy', [
      identityAwareProxyRange,
    ]);
    this.denyIn();
    this.limitOut();
  }

  private allowIn(name: string, description: string, sourceRanges: string[]): void {
    new ComputeFirewall(this, name, {
      ...this.rule(`${name}-in`),
      description,
      direction: 'INGRESS',
      priority: 1_000,
      sourceRanges,
      targetServiceAccounts: [this.props.machines],
      allow: port,
    });
  }

  /** Google's own rule at the end denies too, but in silence. */
  private denyIn(): void {
    new ComputeFirewall(this, 'rest', {
      ...this.rule('rest-in'),
      description: 'Everything else, written down',
      direction: 'INGRESS',
      priority: 65_534,
      sourceRanges: [allRange],
      deny: [{ protocol: 'all' }],
    });
  }

  /** A decoder that a crafted picture takes over should have nobody to talk to but HTTPS servers. Metadata, DNS and time are not subject to rules. */
  private limitOut(): void {
    new ComputeFirewall(this, 'https-out', {
      ...this.rule('https-out'),
      description: 'Object storage, logs, metrics and security updates',
      direction: 'EGRESS',
      priority: 1_000,
      destinationRanges: [allRange],
      targetServiceAccounts: [this.props.machines],
      allow: [{ protocol: 'tcp', ports: ['443'] }],
    });
    new ComputeFirewall(this, 'rest-out', {
      ...this.rule('rest-out'),
      description: 'Everything else, written down',
      direction: 'EGRESS',
      priority: 65_534,
      destinationRanges: [allRange],
      targetServiceAccounts: [this.props.machines],
      deny: [{ protocol: 'all' }],
    });
  }

  private rule(name: string) {
    const { fleet, region, network } = this.props;
    return {
      name: nameOf.gcp(fleet, region.id, name),
      network: network.network.id,
      logConfig: { metadata: 'INCLUDE_ALL_METADATA' },
    };
  }
}
