// Knot Resolver as one resolver of the testbed: its configuration and how it is started.
import type { ResolverLaunch, ResolverOptions, ResolverSite } from './resolver-profile.ts';

export const knot = (site: ResolverSite, options: ResolverOptions): ResolverLaunch => ({
  files: { 'kresd.conf': configText(site, options) },
  command: ['kresd', '--noninteractive', '-c', `${site.directory}/kresd.conf`, site.directory],
});

/** FORWARD and not STUB: a stub's answers are kept for 6 s at most, whatever their TTL. */
const configText = (site: ResolverSite, options: ResolverOptions): string =>
  `net.ipv6 = false
net.listen('${site.address}', 53, { kind = 'dns' })
net.outgoing_v4('${site.address}')
trust_anchors.remove('.')
cache.open(10 * MB, 'lmdb://${site.directory}')
${variantLines(options)
  .map((line) => `${line}\n`)
  .join('')}policy.add(policy.all(policy.FORWARD({ '${site.upstream}' })))
`;

const variantLines = ({ prefetch, stale, ttlSecondsMin }: ResolverOptions): readonly string[] => [
  ...(prefetch === true ? ["modules.load('predict')"] : []),
  ...(stale === undefined ? [] : ["modules.load('serve_stale < cache')"]),
  ...(ttlSecondsMin === undefined ? [] : [`cache.min_ttl(${ttlSecondsMin})`]),
];
