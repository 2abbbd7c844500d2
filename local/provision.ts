// Does for the local fleet what Terraform does in the clouds: the hosted zone, native health checks, the first records.
import {
  ChangeResourceRecordSetsCommand,
  CreateHealthCheckCommand,
  CreateHostedZoneCommand,
  Route53Client,
} from '@aws-sdk/client-route-53';
import type { HealthCheckConfig } from '@aws-sdk/client-route-53';
import { toRoute53Change } from '../failover/adapters/route53-records.ts';
import { flagFolder } from '../fleet/flag.ts';
import type { Deployment, Fleet, Region } from '../fleet/fleet.ts';
import { apiName, peacetimeIntent, planRecords } from '../fleet/records.ts';

export interface ProvisionSettings {
  readonly fleet: Fleet;
  readonly route53Url: string;
  readonly nameServer: string;
  readonly addresses: Readonly<Record<string, readonly string[]>>;
  /** Where flags are raised; without it a region is judged by its addresses alone. */
  readonly flags?: { readonly host: string; readonly port: number };
}

export async function provision(settings: ProvisionSettings): Promise<Deployment> {
  const { fleet, addresses, nameServer } = settings;
  const client = route53At(settings.route53Url);
  try {
    const zone = await client.send(
      new CreateHostedZoneCommand({ Name: fleet.zone, CallerReference: `zone-${fleet.zone}` }),
    );
    const hostedZoneId = zone.HostedZone?.Id?.replace('/hostedzone/', '') ?? '';
    const healthCheckIds: Record<string, string> = {};
    // One after another: at once, they would take one another's share of the allowance.
    for (const region of fleet.regions) {
      const [address = ''] = addresses[region.id] ?? [];
      const answers = await check(client, region, '', addressCheck(fleet, region, address));
      healthCheckIds[region.id] = await withFlag(client, region, answers, settings.flags);
    }
    const deployment: Deployment = {
      hostedZoneId,
      addresses,
      healthCheckIds,
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

/** A fleet asks for more at once than the five requests a second it is allowed, and waits a random time when refused. */
const attemptsMax = 10;

/** The local service asks for no credentials, the SDK does. */
const route53At = (endpoint: string): Route53Client =>
  new Route53Client({
    endpoint,
    region: 'us-east-1',
    maxAttempts: attemptsMax,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });

/**
 * Healthy while the region answers and no flag is raised, as stacks/constructs/dns/region-health.ts has it: two children, one of
 * them inverted, and both must be healthy.
 */
async function withFlag(
  client: Route53Client,
  region: Region,
  answers: string,
  flags: ProvisionSettings['flags'],
): Promise<string> {
  if (flags === undefined) return answers;
  const unraised = await check(client, region, 'flag-', {
    Type: 'HTTP',
    IPAddress: flags.host,
    Port: flags.port,
    ResourcePath: `/${flagFolder}${region.id}`,
    Inverted: true,
    ...pace,
  });
  return check(client, region, 'region-', {
    Type: 'CALCULATED',
    ChildHealthChecks: [answers, unraised],
    HealthThreshold: 2,
  });
}

const pace = { RequestInterval: 10, FailureThreshold: 3 } as const;

const addressCheck = (fleet: Fleet, region: Region, address: string): HealthCheckConfig => ({
  Type: 'HTTPS',
  IPAddress: address,
  Port: region.port,
  ResourcePath: '/readyz',
  FullyQualifiedDomainName: apiName(fleet),
  EnableSNI: true,
  ...pace,
});

async function check(
  client: Route53Client,
  { id }: Region,
  part: string,
  config: HealthCheckConfig,
): Promise<string> {
  const { HealthCheck } = await client.send(
    new CreateHealthCheckCommand({
      CallerReference: `check-${part}${id}`,
      HealthCheckConfig: config,
    }),
  );
  return HealthCheck?.Id ?? '';
}
