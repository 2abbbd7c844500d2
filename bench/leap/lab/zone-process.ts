// A zone to measure resolvers with, as a process: the local Route 53, which sets the records it is told and says who asks.
import {
  ChangeResourceRecordSetsCommand,
  CreateHostedZoneCommand,
  Route53Client,
} from '@aws-sdk/client-route-53';
import { onTold, say } from '../../../failover/lab/say.ts';
import { startRoute53 } from '../../../local/route53/server.ts';

/** One A record set, set as it is told in a line. */
export interface ZoneOrder {
  readonly name: string;
  readonly ttlSeconds: number;
  readonly addresses: readonly string[];
}

/** A question that reached the zone's server. */
export interface ZoneQuery {
  readonly at: number;
  readonly name: string;
  readonly type: string;
  readonly source: string;
}

const zone = process.env['EVENKEEL_LEAP_ZONE'] ?? '';
const { apiUrl } = await startRoute53({
  dnsHost: process.env['EVENKEEL_LAB_HOST'] ?? '',
  dnsPort: 53,
  pendingMs: 0,
  processingMs: 0,
  requestsPerSecond: Infinity,
  onQuery: ({ name, type, source }) => say({ event: 'query', at: Date.now(), name, type, source }),
});
const client = new Route53Client({
  endpoint: apiUrl,
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
});
const { HostedZone } = await client.send(
  new CreateHostedZoneCommand({ Name: zone, CallerReference: zone }),
);

async function set({ name, ttlSeconds, addresses }: ZoneOrder): Promise<void> {
  const record = {
    Name: name,
    Type: 'A' as const,
    TTL: ttlSeconds,
    ResourceRecords: addresses.map((Value) => ({ Value })),
  };
  await client.send(
    new ChangeResourceRecordSetsCommand({
      HostedZoneId: HostedZone?.Id ?? '',
      ChangeBatch: { Changes: [{ Action: 'UPSERT', ResourceRecordSet: record }] },
    }),
  );
  say({ event: 'set', at: Date.now(), name });
}

onTold((line) => void set(JSON.parse(line) as ZoneOrder));
say({ ready: true });
