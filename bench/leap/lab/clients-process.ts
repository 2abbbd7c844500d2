// All clinics of an experiment but those with a browser, as one process: each client behind each cache, in peace and in failure.
import { readFileSync } from 'node:fs';
import { onTold, say } from '../../../failover/lab/say.ts';
import { CacheLookup } from './clients/cache-lookup.ts';
import type { Told } from './clients/cache-lookup.ts';
import { firstAddress, keepAlive, nodeHttp, sequential, undici } from './clients/client-models.ts';
import type { Send, Target } from './clients/client-models.ts';
import { Clinic } from './clients/clinic.ts';
import type { Sent } from './clients/clinic.ts';
import { curl } from './clients/curl.ts';
import type { ClientName } from './client-names.ts';

/** One cache, and who stands behind it. */
export interface CachePlan {
  readonly name: string;
  readonly address: string;
  /** A resolv.conf that names this cache and no other. */
  readonly resolverFile: string;
  readonly clients: readonly ClientName[];
}

export interface ClientsPlan {
  readonly target: Target;
  readonly caches: readonly CachePlan[];
  /** Caches are asked for the first time within so long. Begun together they would expire together, ever after. */
  readonly spreadMs: number;
}

/**
 * - `prime`: the quiet clinics ask for the name, once.
 * - `wake`: each quiet clinic begins at a moment of its own within so many milliseconds.
 * - `hush`: the quiet clinics end.
 * - `report`: everything since a moment is said.
 */
export type ClientsOrder =
  | { readonly order: 'prime' }
  | { readonly order: 'wake'; readonly withinMs: number }
  | { readonly order: 'hush' }
  | { readonly order: 'report'; readonly fromMs: number };

export interface ClinicReport {
  readonly cache: string;
  readonly client: ClientName;
  readonly sent: readonly Sent[];
}

export interface ClientsReport {
  readonly clinics: readonly ClinicReport[];
  readonly told: Readonly<Record<string, readonly Told[]>>;
}

const everyMs = 1_000;
/** A process for each request costs more than all others together. */
const curlEveryMs = 2_000;

interface Attended {
  readonly cache: string;
  readonly client: ClientName;
  readonly isQuiet: boolean;
  readonly clinic: Clinic;
  readonly everyMs: number;
}

const { target, caches, spreadMs } = JSON.parse(
  readFileSync(process.env['EVENKEEL_LEAP_CLIENTS'] ?? '', 'utf8'),
) as ClientsPlan;
const lookups = new Map(
  caches.map(({ name, address }) => [name, new CacheLookup(address, target.name)]),
);

function sendOf(client: ClientName, lookup: CacheLookup, { resolverFile }: CachePlan): Send {
  switch (client) {
    case 'first':
    case 'quiet-first':
      return firstAddress(lookup, target);
    case 'sequential':
      return sequential(lookup, target);
    case 'node-http':
    case 'quiet-node-http':
      return nodeHttp(lookup, target);
    case 'undici':
      return undici(lookup, target);
    case 'keep-alive':
      return keepAlive(lookup, target);
    case 'curl':
      return curl(resolverFile, target);
    case 'chromium':
      throw new Error('a browser is a process of its own');
  }
}

const attended = caches.flatMap((cache) =>
  cache.clients.map((client): Attended => {
    const lookup = lookups.get(cache.name);
    if (lookup === undefined) throw new Error(`nobody asks ${cache.name}`);
    const pace = client === 'curl' ? curlEveryMs : everyMs;
    return {
      cache: cache.name,
      client,
      isQuiet: client.startsWith('quiet-'),
      clinic: new Clinic(sendOf(client, lookup, cache), pace, client === 'curl'),
      everyMs: pace,
    };
  }),
);
const quiet = attended.filter(({ isQuiet }) => isQuiet);

function obey(order: ClientsOrder): void {
  switch (order.order) {
    case 'prime':
      for (const name of new Set(quiet.map(({ cache }) => cache)))
        void lookups
          .get(name)
          ?.addresses()
          .catch(() => undefined);
      return;
    case 'wake':
      for (const { clinic } of quiet) clinic.start(Math.random() * order.withinMs);
      return;
    case 'hush':
      for (const { clinic } of quiet) clinic.stop();
      return;
    case 'report':
      say({ event: 'report', ...reportSince(order.fromMs) });
  }
}

const reportSince = (fromMs: number): ClientsReport => ({
  clinics: attended.map(({ cache, client, clinic }) => ({
    cache,
    client,
    sent: clinic.sentSince(fromMs),
  })),
  told: Object.fromEntries([...lookups].map(([name, lookup]) => [name, lookup.toldSince(fromMs)])),
});

const beginsMs = new Map(caches.map(({ name }) => [name, Math.random() * spreadMs]));
for (const { cache, clinic, isQuiet, everyMs: pace } of attended)
  if (!isQuiet) clinic.start((beginsMs.get(cache) ?? 0) + Math.random() * pace);
onTold((line) => obey(JSON.parse(line) as ClientsOrder));
say({ ready: true });
