// The production fleet's zone in a local Route 53, provisioned as for a real fleet; closed when the test ends.
import { afterEach } from '@jest/globals';
import { route53RecordStore } from '../../failover/adapters/route53-record-store.ts';
import type { Route53RecordStore } from '../../failover/adapters/route53-record-store.ts';
import type { Deployment, Fleet } from '../../fleet/fleet.ts';
import { provision } from '../../local/provision.ts';
import { startRoute53 } from '../../local/route53/server.ts';
import type { Route53Options } from '../../local/route53/server.ts';
import { deploymentOf } from './fleets.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

export interface LocalZone {
  readonly endpoint: string;
  readonly dnsPort: number;
  readonly deployment: Deployment;
  store(): Route53RecordStore;
}

export async function localZone(
  fleet: Fleet,
  options: Route53Options = {},
  addresses: Deployment['addresses'] = deploymentOf(fleet).addresses,
): Promise<LocalZone> {
  const eager = { pendingMs: 0, processingMs: 0, requestsPerSecond: Infinity };
  const route53 = await startRoute53({ ...eager, ...options });
  closing.push(() => route53.close());
  const deployment = await provision({
    fleet,
    route53Url: route53.apiUrl,
    nameServer: `127.0.0.1:${route53.dnsPort}`,
    addresses,
  });
  return {
    endpoint: route53.apiUrl,
    dnsPort: route53.dnsPort,
    deployment,
    store: () => {
      const { hostedZoneId } = deployment;
      const store = route53RecordStore({ fleet, hostedZoneId, endpoint: route53.apiUrl });
      closing.push(() => store.close());
      return store;
    },
  };
}
