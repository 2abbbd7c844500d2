// One resolver as a program of the testbed, whatever its software: its files written, its command made to speak as all others do.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabProgram } from '../lab-process.ts';
import { bind } from './bind.ts';
import { dnsmasq } from './dnsmasq.ts';
import { knot } from './knot.ts';
import { pdns } from './pdns.ts';
import { resolverSoftware } from './resolver-profile.ts';
import type {
  ResolverLaunch,
  ResolverOptions,
  ResolverProfile,
  ResolverSite,
  ResolverSoftware,
} from './resolver-profile.ts';
import { unbound } from './unbound.ts';

const launchers: Readonly<
  Record<ResolverSoftware, (site: ResolverSite, options: ResolverOptions) => ResolverLaunch>
> = { unbound, bind, knot, pdns, dnsmasq };

/** Resolvers say nothing of ours: the shell says that they begin, and what they say themselves goes to the log. */
const announced = 'echo \'{"ready":true}\'; exec "$@" >&2';

export interface PlacedResolver {
  readonly name: string;
  readonly profile: ResolverProfile;
  readonly site: ResolverSite;
}

/** Ready means begun: whether it answers is asked over DNS. */
export function resolverProgram({ name, profile, site }: PlacedResolver, node: string): LabProgram {
  const { files, command } = launchers[profile.software](site, profile.options);
  mkdirSync(site.directory, { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(site.directory, file), text);
  return {
    name,
    node,
    command: ['sh', '-c', announced, 'sh', ...command],
    logFile: join(site.directory, 'log'),
  };
}

const versionOf: Readonly<Record<ResolverSoftware, readonly [string, string]>> = {
  unbound: ['unbound', '-V'],
  bind: ['named', '-v'],
  knot: ['kresd', '--version'],
  pdns: ['pdns_recursor', '--version'],
  dnsmasq: ['dnsmasq', '--version'],
};

/** As the programs say it themselves; null where one is not installed. */
export const resolverVersions = (): Readonly<Record<ResolverSoftware, string | null>> =>
  Object.fromEntries(
    resolverSoftware.map((software) => [software, versionIn(...versionOf[software])]),
  ) as Record<ResolverSoftware, string | null>;

function versionIn(program: string, argument: string): string | null {
  const { error, stdout, stderr } = spawnSync(program, [argument], { encoding: 'utf8' });
  if (error !== undefined) return null;
  return /\d+\.\d+(\.\d+)?/.exec(stdout + stderr)?.[0] ?? null;
}
