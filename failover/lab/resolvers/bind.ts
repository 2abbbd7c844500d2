// BIND as one resolver of the testbed: its configuration and how it is started.
import type { ResolverLaunch, ResolverOptions, ResolverSite } from './resolver-profile.ts';

export const bind = (site: ResolverSite, options: ResolverOptions): ResolverLaunch => ({
  files: { 'named.conf': configText(site, options) },
  command: ['named', '-g', '-n', '1', '-c', `${site.directory}/named.conf`],
});

/** Without a limit the cache would be laid out for nine tenths of the machine's memory, once for each of many. */
const configText = (site: ResolverSite, options: ResolverOptions): string => `options {
  directory "${site.directory}";
  pid-file none;
  session-keyfile "${site.directory}/session.key";
  listen-on port 53 { ${site.address}; };
  listen-on-v6 { none; };
  query-source address ${site.address};
  recursion yes;
  allow-query { any; };
  allow-recursion { any; };
  forward only;
  forwarders { ${site.upstream}; };
  dnssec-validation no;
  max-cache-size 16m;
${variantLines(options)
  .map((line) => `  ${line}\n`)
  .join('')}};
controls {};
`;

const variantLines = ({ prefetch, stale, ttlSecondsMin }: ResolverOptions): readonly string[] => [
  ...(prefetch === false ? ['prefetch 0;'] : []),
  // Either alone changes nothing: one keeps what is old, the other gives it.
  ...(stale === undefined ? [] : ['stale-cache-enable yes;', 'stale-answer-enable yes;']),
  ...(ttlSecondsMin === undefined ? [] : [`min-cache-ttl ${ttlSecondsMin};`]),
];
