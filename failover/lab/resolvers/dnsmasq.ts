// dnsmasq as one resolver of the testbed: all of its configuration is arguments.
import type { ResolverLaunch, ResolverOptions, ResolverSite } from './resolver-profile.ts';

export const dnsmasq = (site: ResolverSite, options: ResolverOptions): ResolverLaunch => ({
  files: {},
  command: [
    'dnsmasq',
    // In the foreground and as whoever it is: a user namespace lets nobody change groups.
    '--no-daemon',
    '--conf-file=/dev/null',
    '--no-resolv',
    '--no-hosts',
    '--bind-interfaces',
    `--listen-address=${site.address}`,
    `--server=${site.upstream}@${site.address}`,
    ...(options.stale === undefined ? [] : ['--use-stale-cache']),
    ...(options.ttlSecondsMin === undefined ? [] : [`--min-cache-ttl=${options.ttlSecondsMin}`]),
  ],
});
