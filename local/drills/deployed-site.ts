// A deployed fleet as a drill sees it: orders through the controllers' API, the flag, and nothing that needs hands on machines.
import { Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Deployment, Fleet } from '../../fleet/fleet.ts';
import { primaryOf, regionId } from '../../fleet/fleet.ts';
import { route53RecordStore } from '../../failover/adapters/route53-record-store.ts';
import type { CredentialFiles } from '../../failover/adapters/credentials.ts';
import { lowerFlag, raiseFlag } from '../flags.ts';
import type { FlagDesk, FlagPole } from '../flags.ts';
import { giveOrder, vantageStatuses } from '../vantage-client.ts';
import { ZoneClient } from '../zone-client.ts';
import type { DrillSite, FaultPort } from './drill-site.ts';
import { answersReadiness } from './observe.ts';
import { orderFaults } from './order-faults.ts';

export interface DeployedPlace {
  readonly fleet: Fleet;
  readonly deployment: Deployment;
  /** Each vantage's URL, by its id. */
  readonly vantages: Readonly<Record<string, string>>;
  readonly operator: CredentialFiles;
  readonly pole: FlagPole;
  /** Of a stand-in for Route 53; null for AWS itself, with the operator's own identity, which may only read. */
  readonly route53Endpoint: string | null;
  /** `host:port` that the drill's clinics ask; null for the resolvers of this machine, as a clinic does. */
  readonly dnsServer: string | null;
  /** PEM of who vouches for the regions; null trusts what the system trusts. */
  readonly ca: string | null;
}

const dnsAnswerMsMax = 2_000;

export function deployedSite(place: DeployedPlace): DrillSite {
  const { fleet, deployment, ca, route53Endpoint } = place;
  const { hostedZoneId } = deployment;
  const endpoint = route53Endpoint === null ? {} : { endpoint: route53Endpoint };
  const store = route53RecordStore({ fleet, hostedZoneId, ...endpoint });
  const resolver = authoritative(deployment);
  const site: Omit<DrillSite, 'faults'> = {
    title: `the deployed fleet of ${fleet.environment}`,
    fleet,
    deployment,
    statusOf: async (vantage) =>
      (await vantageStatuses(vantagesAt(place, vantage)))[0]?.status ?? null,
    records: () => store.read(),
    ask: async (name) => (await resolver).resolve4(name),
    client: (policy) =>
      new ZoneClient({
        zone: fleet.zone,
        dnsServer: place.dnsServer,
        port: primaryOf(fleet).port,
        caPem: ca,
        policy,
      }),
    close: async () => store.close(),
  };
  return { ...site, faults: remoteFaults(place, site) };
}

const vantagesAt = ({ fleet, operator, vantages }: DeployedPlace, only?: string) => ({
  zone: fleet.zone,
  operator,
  urls: { vantages: only === undefined ? vantages : { [only]: vantages[only] ?? '' } },
});

/** A server of the zone itself: what a cache says would lag by a TTL. Names of servers are looked up once. */
async function authoritative({ nameServers }: Deployment): Promise<Resolver> {
  const lookup = new Resolver({ timeout: dnsAnswerMsMax, tries: 2 });
  const addresses = await Promise.all(
    nameServers.map(async (server) => {
      const [host = '', port = '53'] = server.split(':');
      const address = isIP(host) > 0 ? host : (await lookup.resolve4(host))[0];
      return `${address ?? ''}:${port}`;
    }),
  );
  const resolver = new Resolver({ timeout: dnsAnswerMsMax, tries: 1 });
  resolver.setServers(addresses);
  return resolver;
}

const reasonOf = (drill: string) => `drill ${drill}`;
const drillIn = (reason: string) => (reason.startsWith('drill ') ? reason.slice(6) : null);

function remoteFaults(place: DeployedPlace, site: Omit<DrillSite, 'faults'>): FaultPort {
  const { fleet, pole } = place;
  const orders = orderFaults((order) => giveOrder(vantagesAt(place), order));
  const desk: FlagDesk = { fleet, pole, answers: (region) => answersReadiness(site, region) };
  const raised = new Set<string>();
  return {
    cannot: ({ on, target, fault }) =>
      on === 'order' || on === 'flag'
        ? null
        : `A deployed fleet has no order for "${fault}" of ${target}`,
    begin: async (drill, blow) => {
      if (blow.on !== 'flag') return orders.begin(drill, blow);
      raised.add(blow.target);
      const nowMs = Date.now();
      await raiseFlag(desk, {
        region: blow.target,
        reason: reasonOf(drill),
        actor: 'evenkeel drill',
        raisedAt: new Date(nowMs).toISOString(),
        until: new Date(nowMs + blow.forMs).toISOString(),
      });
    },
    // Orders end by themselves. A flag does not: its note says until when it is meant to stand.
    renew: async () => undefined,
    restore: async () => {
      await Promise.all([
        orders.restore(),
        ...[...raised].map((region) => lowerFlag(desk, region).then(() => raised.delete(region))),
      ]);
    },
    active: async () => {
      const flags = await Promise.all(
        fleet.regions.map(async ({ id }) => ({ id, note: await pole.read(regionId(id)) })),
      );
      return flags.flatMap(({ id, note }) =>
        note === null
          ? []
          : [{ drill: drillIn(note.reason) ?? note.reason, text: `flag of ${id}` }],
      );
    },
  };
}
