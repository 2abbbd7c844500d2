// A region's front on Google Cloud: static addresses, TLS, and a balancer that asks each machine whether it is ready.
import { ComputeAddress } from '@cdktf/provider-google/lib/compute-address/index.js';
import { ComputeForwardingRule } from '@cdktf/provider-google/lib/compute-forwarding-rule/index.js';
import { ComputeRegionBackendService } from '@cdktf/provider-google/lib/compute-region-backend-service/index.js';
import { ComputeRegionHealthCheck } from '@cdktf/provider-google/lib/compute-region-health-check/index.js';
import { ComputeRegionSslPolicy } from '@cdktf/provider-google/lib/compute-region-ssl-policy/index.js';
import { ComputeRegionTargetHttpsProxy } from '@cdktf/provider-google/lib/compute-region-target-https-proxy/index.js';
import { ComputeRegionUrlMap } from '@cdktf/provider-google/lib/compute-region-url-map/index.js';
import { Construct } from 'constructs';
import type { Fleet, Region } from '../../../fleet/fleet.ts';
import { nameOf } from '../../names.ts';
import { exchangeSecondsMax, readinessPath, servicePort } from '../service-profile.ts';
import { portName } from './inference-group.ts';
import type { InferenceGroup } from './inference-group.ts';
import type { RegionCertificate } from './region-certificate.ts';
import type { RegionNetwork } from './region-network.ts';

interface Props {
  readonly fleet: Fleet;
  readonly region: Region;
  readonly network: RegionNetwork;
  readonly group: InferenceGroup;
  readonly certificate: RegionCertificate;
}

const probe = { intervalSeconds: 2, failures: 2 };

/** What a machine must wait between "not ready" and closing its port: all probes that still find it, and 3 s for the proxies to hear. */
export const drainWaitSeconds = probe.intervalSeconds * probe.failures + 3;

/** Proxies keep idle connections for 600 s; a machine that closed first would break the next request. */
export const keepAliveSeconds = 620;

/** The scheme and tier of addresses and rules must be the same, and this scheme is the one with Envoy's features. */
const tier = 'PREMIUM';

/**
 * There is no Cloud Armor policy in front: in this provider's version only its beta can attach one to a regional backend. The
 * service itself bounds sizes, times, connections and queues, as it must in every region, whatever balancer stands before it.
 */
export class RegionBalancer extends Construct {
  readonly addresses: readonly string[];
  private readonly props: Props;

  constructor(scope: Construct, id: string, props: Props) {
    super(scope, id);
    this.props = props;
    const proxy = this.proxy(this.backend());
    const { addressCount } = props.region;
    this.addresses = Array.from({ length: addressCount }, (_, i) => this.front(i + 1, proxy));
  }

  private backend(): ComputeRegionBackendService {
    return new ComputeRegionBackendService(this, 'backend', {
      ...this.named(),
      loadBalancingScheme: 'EXTERNAL_MANAGED',
      protocol: 'HTTPS',
      portName,
      timeoutSec: exchangeSecondsMax,
      connectionDrainingTimeoutSec: exchangeSecondsMax,
      healthChecks: [this.readinessCheck().id],
      // Machines differ in what they are doing, not in what they are: the one with fewest requests takes the next.
      localityLbPolicy: 'LEAST_REQUEST',
      backend: [
        {
          group: this.props.group.instanceGroup,
          balancingMode: 'UTILIZATION',
          maxUtilization: 0.8,
          capacityScaler: 1,
        },
      ],
      logConfig: { enable: true, sampleRate: 1 },
    });
  }

  private readinessCheck(): ComputeRegionHealthCheck {
    return new ComputeRegionHealthCheck(this, 'readiness', {
      ...this.named('readiness'),
      checkIntervalSec: probe.intervalSeconds,
      timeoutSec: probe.intervalSeconds,
      unhealthyThreshold: probe.failures,
      healthyThreshold: 2,
      httpsHealthCheck: { port: servicePort, requestPath: readinessPath },
      logConfig: { enable: true },
    });
  }

  private proxy(backend: ComputeRegionBackendService): ComputeRegionTargetHttpsProxy {
    const policy = new ComputeRegionSslPolicy(this, 'tls-policy', {
      ...this.named(),
      profile: 'MODERN',
      minTlsVersion: 'TLS_1_2',
    });
    const map = new ComputeRegionUrlMap(this, 'routes', {
      ...this.named(),
      defaultService: backend.id,
    });
    return new ComputeRegionTargetHttpsProxy(this, 'proxy', {
      ...this.named(),
      urlMap: map.id,
      sslPolicy: policy.id,
      certificateManagerCertificates: [this.props.certificate.id],
    });
  }

  private front(number: number, proxy: ComputeRegionTargetHttpsProxy): string {
    const { network, region } = this.props;
    const address = new ComputeAddress(this, `address-${number}`, {
      ...this.named(String(number)),
      addressType: 'EXTERNAL',
      networkTier: tier,
      lifecycle: { preventDestroy: this.props.fleet.estate.protectsData },
    });
    new ComputeForwardingRule(this, `front-${number}`, {
      ...this.named(String(number)),
      loadBalancingScheme: 'EXTERNAL_MANAGED',
      networkTier: tier,
      network: network.network.id,
      ipAddress: address.id,
      ipProtocol: 'TCP',
      portRange: String(region.port),
      target: proxy.id,
      // Nothing in the rule names this subnet, and without it the rule is refused.
      dependsOn: [network.proxies],
    });
    return address.address;
  }

  private named(...parts: readonly string[]) {
    const { fleet, region } = this.props;
    return { name: nameOf.gcp(fleet, region.id, ...parts), region: region.location };
  }
}
