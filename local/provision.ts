// Does for the local fleet what Terraform does in the clouds: the hosted zone, native health checks, the first records.
import {
  ChangeResourceRecordSetsCommand,
  CreateHealthCheckCommand,
  CreateHostedZoneCommand,
  Route53Client,
} from '@aws-sdk/client-route-53';
import { toRoute53Change } from '../failover/adapters/route53-records.ts';
import type { Deployment, Fleet, Region } from '../fleet/fleet.ts';
import { apiName, peacetimeIntent, planRecords } from '../fleet/records.ts';

export interface ProvisionSettings {
  readonly fleet: Fleet;
  readonly route53Url: string;
  readonly nameServer: string;
  readonly addresses: Readonly<Record<string, readonly string[]>>;
}

export async function provision(settings: ProvisionSettings): Promise<Deployment> {
  const { fleet, addresses, nameServer } = settings;
  const client = route53At(settings.route53Url);
  try {
    const zone = await client.send(
      new CreateHostedZoneCommand({ Name: fleet.zone, CallerReference: `zone-${fleet.zone}` }),
    );
    const hostedZoneId = zone.HostedZone?.Id?.replace('/hostedzone/', '') ?? '';
    const checks = await Promise.all(
      fleet.regions.map(async (region) => {
        const [address = ''] = addresses[region.id] ?? [];
        return [region.id, await createHealthCheck(client, fleet, region, address)] as const;
      }),
    );
    const deployment: Deployment = {
      hostedZoneId,
      addresses,
      healthCheckIds: Object.fromEntries(checks),
      nameServers: [nameServer],
    };
    const records = planRecords(fleet, deployment, peacetimeIntent(fleet), {
      number: 1,
      by: 'provision',
    });
    // Addresses before the aliases that point at them: an alias needs its target (Route 53 checks the batch in order).
    const ordered = [...records].sort(
      (a, b) => Number(a.kind === 'alias') - Number(b.kind === 'alias'),
    );
    await client.send(
      new ChangeResourceRecordSetsCommand({
        HostedZoneId: hostedZoneId,
        ChangeBatch: {
          Changes: ordered.map((record) =>
            toRoute53Change({ action: 'CREATE', record }, hostedZoneId),
          ),
        },
      }),
    );
    return deployment;
  } finally {
    client.destroy();
  }
}

/** The client that local tools use; the local service asks for no credentials, the SDK does. */
const route53At = (endpoint: string): Route53Client =>
  new Route53Client({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });

async function createHealthCheck(
  client: Route53Client,
  fleet: Fleet,
  region: Region,
  address: string,
): Promise<string> {
  const { HealthCheck } = await client.send(
    new CreateHealthCheckCommand({
      CallerReference: `check-${region.id}`,
      HealthCheckConfig: {
        Type: 'HTTPS',
        IPAddress: address,
        Port: region.port,
        ResourcePath: '/readyz',
        FullyQualifiedDomainName: apiName(fleet),
        EnableSNI: true,
        RequestInterval: 10,
        FailureThreshold: 3,
      },
    }),
  );
  return HealthCheck?.Id ?? '';
}
