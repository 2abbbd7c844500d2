// Watches the zone as users' resolvers meet it: asks every authoritative server for every record, twenty times a second.
import { Resolver } from 'node:dns/promises';
import { apiName, parseTerm, regionName, termName } from '../../fleet/records.ts';
import { labFleet, paceFrom } from './lab-fleet.ts';
import { onTold, say } from './say.ts';

const everyMs = 50;
const timeoutMs = 1_000;
/** Rounds of questions under way at once; with silent servers further rounds are left out and not counted. */
const roundsMax = 40;

const fleet = labFleet(paceFrom(process.env['EVENKEEL_LAB_PACE']));
const servers = (process.env['EVENKEEL_LAB_NAME_SERVERS'] ?? '').split(',');
const count = { rounds: 0, answers: 0, silent: 0, absent: 0 };
let underWay = 0;
const lastViews = new Map<string, string>();

/** Null when nobody answered; an answer that there is no such record, or an empty one, is what must never be. */
async function answerTo(
  name: string,
  ask: Promise<readonly unknown[]>,
): Promise<readonly string[] | null> {
  try {
    const values = (await ask).flat().map(String);
    count.answers += 1;
    if (values.length > 0) return values;
  } catch (error) {
    const { code } = error as { readonly code?: string };
    if (code !== 'ENODATA' && code !== 'ENOTFOUND') {
      count.silent += 1;
      return null;
    }
  }
  count.absent += 1;
  say({ at: Date.now(), event: 'absent', name });
  return [];
}

async function look(server: string): Promise<void> {
  const resolver = new Resolver({ timeout: timeoutMs, tries: 1 });
  resolver.setServers([server]);
  const askedAt = Date.now();
  const [texts, api, ...regions] = await Promise.all([
    answerTo(termName(fleet), resolver.resolveTxt(termName(fleet))),
    answerTo(apiName(fleet), resolver.resolve4(apiName(fleet))),
    ...fleet.regions.map(({ id }) => {
      const name = regionName(fleet, id);
      return answerTo(name, resolver.resolve4(name));
    }),
  ]);
  count.rounds += 1;
  const addresses = Object.fromEntries(
    fleet.regions.map(({ id }, i) => [id, [...(regions[i] ?? [])].sort()]),
  );
  if (texts === null || regions.includes(null)) return;
  const term = parseTerm(texts?.join('') ?? '')?.number ?? null;
  const view = JSON.stringify({ term, addresses });
  if (view !== lastViews.get(server))
    say({ at: Date.now(), askedAt, event: 'view', server, term, addresses });
  lastViews.set(server, view);
  if (api !== null) say({ at: askedAt, event: 'api', addresses: api });
}

setInterval(() => {
  if (underWay >= roundsMax) return;
  underWay += 1;
  const [server = ''] = servers;
  servers.push(servers.shift() ?? '');
  void look(server).finally(() => {
    underWay -= 1;
  });
}, everyMs);

onTold(() => say({ at: Date.now(), event: 'count', ...count }));
say({ ready: true });
