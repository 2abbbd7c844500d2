// PowerDNS Recursor as one resolver of the testbed: its configuration and how it is started.
import type { ResolverLaunch, ResolverOptions, ResolverSite } from './resolver-profile.ts';

/** Refreshed ahead once less than this share of the TTL is left. */
const refreshPercent = 20;
/** An old answer is kept for so many more periods. */
const staleExtensions = 20;

export const pdns = (site: ResolverSite, options: ResolverOptions): ResolverLaunch => ({
  files: { 'recursor.conf': configText(site, options) },
  command: ['pdns_recursor', `--config-dir=${site.directory}`],
});

/** Neither the testbed's networks nor the world's root may be in its way, and it calls nobody about its version. */
const configText = (
  site: ResolverSite,
  options: ResolverOptions,
): string => `local-address=${site.address}
query-local-address=${site.address}
allow-from=0.0.0.0/0
dont-query=
forward-zones=.=${site.upstream}
hint-file=no
security-poll-suffix=
dnssec=off
daemon=no
write-pid=no
disable-syslog=yes
quiet=yes
threads=1
socket-dir=${site.directory}
${variantLines(options)
  .map((line) => `${line}\n`)
  .join('')}`;

const variantLines = (options: ResolverOptions): readonly string[] => [
  ...(options.prefetch === true ? [`refresh-on-ttl-perc=${refreshPercent}`] : []),
  ...(options.stale === undefined ? [] : [`serve-stale-extensions=${staleExtensions}`]),
  ...(options.packetCache === false ? ['disable-packetcache=yes'] : []),
  ...(options.ttlSecondsMin === undefined ? [] : [`minimum-ttl-override=${options.ttlSecondsMin}`]),
];
