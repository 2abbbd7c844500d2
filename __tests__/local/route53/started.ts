// A local Route 53 for one test, the real SDK's client for it and Node's resolver; all are closed when the test ends.
import {
  ChangeResourceRecordSetsCommand,
  CreateHostedZoneCommand,
  Route53Client,
  type Change,
  type ResourceRecordSet,
} from '@aws-sdk/client-route-53';
import { afterEach } from '@jest/globals';
import { Resolver } from 'node:dns/promises';

import { startRoute53, type Route53Options } from '../../../local/route53/server.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

const eager: Route53Options = { pendingMs: 0, processingMs: 0, requestsPerSecond: Infinity };

export async function start(options: Route53Options = {}) {
  const route53 = await startRoute53({ ...eager, ...options });
  const client = new Route53Client({
    endpoint: route53.apiUrl,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  closing.push(
    () => route53.close(),
    () => client.destroy(),
  );
  const resolver = new Resolver();
  resolver.setServers([`127.0.0.1:${route53.dnsPort}`]);
  return { ...route53, client, resolver };
}

export async function startWithZone(options: Route53Options = {}) {
  const started = await start(options);
  const created = await started.client.send(
    new CreateHostedZoneCommand({ Name: 'clinic.test', CallerReference: 'first' }),
  );
  const zoneId = created.HostedZone!.Id!;
  const change = (...changes: Change[]) =>
    started.client.send(
      new ChangeResourceRecordSetsCommand({
        HostedZoneId: zoneId,
        ChangeBatch: { Changes: changes },
      }),
    );
  return { ...started, zoneId, change };
}

export const plain = (name: string, type: 'A' | 'TXT', ...list: string[]): ResourceRecordSet => ({
  Name: `${name}.clinic.test`,
  Type: type,
  TTL: 30,
  ResourceRecords: list.map((Value) => ({ Value })),
});
export const create = (set: ResourceRecordSet): Change => ({
  Action: 'CREATE',
  ResourceRecordSet: set,
});
export const remove = (set: ResourceRecordSet): Change => ({
  Action: 'DELETE',
  ResourceRecordSet: set,
});
export const upsert = (set: ResourceRecordSet): Change => ({
  Action: 'UPSERT',
  ResourceRecordSet: set,
});
