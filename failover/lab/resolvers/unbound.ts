// Unbound as one resolver of the testbed: its configuration and how it is started.
import type { ResolverLaunch, ResolverOptions, ResolverSite } from './resolver-profile.ts';

/** RFC 8767, section 5: a client waits this long before it is given an old answer. */
const clientTimeoutMs = 1_800;

export const unbound = (site: ResolverSite, options: ResolverOptions): ResolverLaunch => ({
  files: { 'unbound.conf': configText(site, options) },
  command: ['unbound', '-d', '-p', '-c', `${site.directory}/unbound.conf`],
});

/** The validator is left out: no zone of the testbed is signed, and there is no root to begin from. */
const configText = (site: ResolverSite, options: ResolverOptions): string => `server:
  interface: ${site.address}
  outgoing-interface: ${site.address}
  access-control: 0.0.0.0/0 allow
  do-ip6: no
  username: ""
  chroot: ""
  directory: "${site.directory}"
  use-syslog: no
  module-config: "iterator"
${variantLines(options)
  .map((line) => `  ${line}\n`)
  .join('')}forward-zone:
  name: "."
  forward-addr: ${site.upstream}
remote-control:
  control-enable: no
`;

const variantLines = ({ prefetch, stale, ttlSecondsMin }: ResolverOptions): readonly string[] => [
  ...(prefetch === true ? ['prefetch: yes'] : []),
  ...(stale === undefined ? [] : ['serve-expired: yes']),
  ...(stale === 'after-timeout' ? [`serve-expired-client-timeout: ${clientTimeoutMs}`] : []),
  ...(ttlSecondsMin === undefined ? [] : [`cache-min-ttl: ${ttlSecondsMin}`]),
];
