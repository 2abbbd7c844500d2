// Asks authoritative servers for the service's address twenty times a second, and says when they last led to a dead region.
import { Resolver } from 'node:dns/promises';
import { onTold, say } from '../../failover/lab/say.ts';

const everyMs = 50;
const timeoutMs = 1_000;
/** Over which the share of answers with the watched address is told. */
const windowAnswers = 100;

/** `name=host:port`, separated by commas. */
const servers = (process.env['EVENKEEL_BENCH_SERVERS'] ?? '').split(',').map((entry) => {
  const [name = '', server = ''] = entry.split('=');
  const resolver = new Resolver({ timeout: timeoutMs, tries: 1 });
  resolver.setServers([server]);
  return { name, resolver };
});
const apiName = process.env['EVENKEEL_BENCH_NAME'] ?? '';

interface Sighting {
  /** When the newest question was asked whose answer had the address; null for none since it is watched. */
  lastWith: number | null;
  /** When the first question after that was asked whose answer had it not. */
  firstWithout: number | null;
  readonly recent: boolean[];
}

const fresh = (): Sighting => ({ lastWith: null, firstWithout: null, recent: [] });
let watched = '';
let sightings = new Map(servers.map(({ name }) => [name, fresh()]));

async function ask({ name, resolver }: (typeof servers)[number]): Promise<void> {
  const askedAt = Date.now();
  const [forAddress, sighting] = [watched, sightings.get(name)];
  // An answer that is lost says nothing about where it would have led.
  const addresses = await resolver.resolve4(apiName).catch(() => null);
  if (addresses === null || sighting === undefined || forAddress === '') return;
  const has = addresses.includes(forAddress);
  sighting.recent.push(has);
  if (sighting.recent.length > windowAnswers) sighting.recent.shift();
  if (has && askedAt > (sighting.lastWith ?? 0)) {
    sighting.lastWith = askedAt;
    sighting.firstWithout = null;
  } else if (!has && askedAt > (sighting.lastWith ?? 0)) sighting.firstWithout ??= askedAt;
}

setInterval(() => {
  for (const server of servers) void ask(server);
}, everyMs);

/** `watch ADDRESS` begins anew; anything else asks for a report. */
onTold((line) => {
  const [, address] = /^watch (.+)$/.exec(line) ?? [];
  if (address === undefined) {
    const of = ({ lastWith, firstWithout, recent }: Sighting) => {
      const share = recent.filter((has) => has).length / Math.max(1, recent.length);
      return { lastWith, firstWithout, share, answers: recent.length };
    };
    const told = [...sightings].map(([name, sighting]) => [name, of(sighting)]);
    say({ event: 'report', now: Date.now(), servers: Object.fromEntries(told) });
    return;
  }
  watched = address;
  sightings = new Map(servers.map(({ name }) => [name, fresh()]));
});
say({ ready: true });
