// The testbed's network as data: who stands where, and the script that builds it out of namespaces and cables.

/** One machine of the testbed: a network namespace of its own, one cable away from the router. */
export interface LabNode {
  readonly name: string;
  /** The first is its own; further ones are aliases on the same cable. All in one /24. */
  readonly addresses: readonly [string, ...string[]];
  /** Joined by the user-space wire, which can delay and lose, and not by a plain cable. */
  readonly wired?: boolean;
}

/** RFC 2544 keeps 198.18.0.0/15 for test networks: no packet meant for the world can stray into this one. */
export const labAddress = (network: number, host: number) => `198.18.${network}.${host}`;

export const routerName = 'router';

const routerOf = (address: string) => address.replace(/\d+$/, '1');
const cableAt = (side: 'node' | 'router', index: number) => `${side}${index}`;

/** The two ends of the wire of a node, as the wire's program must name them. */
export function wireEnds(nodes: readonly LabNode[], name: string): readonly [string, string] {
  const index = nodes.findIndex((node) => node.name === name);
  return [cableAt('router', index), cableAt('node', index)];
}

/**
 * Run once as the enclosure's root, before any process. Everything is made inside the enclosure's own mounts, so nothing
 * of it is seen outside or outlives it. `resolverFile` becomes everybody's /etc/resolv.conf.
 */
export function foundationScript(nodes: readonly LabNode[], resolverFile: string): string {
  return [
    'resolver=$(readlink -f /etc/resolv.conf)',
    // `ip netns` keeps its names below /run and nowhere else.
    'mount -t tmpfs evenkeel-lab /run',
    'mkdir -p /run/netns',
    'case "$resolver" in /run/*) mkdir -p "${resolver%/*}"; : > "$resolver";; esac',
    `if [ -e "$resolver" ]; then mount --bind ${resolverFile} "$resolver"; fi`,
    ...[routerName, ...nodes.map(({ name }) => name)].flatMap((name) => [
      `ip netns add ${name}`,
      `ip -n ${name} link set lo up`,
    ]),
  ].join('\n');
}

/** Run in the router: with `ip_forward` it is the Internet between the nodes. */
export const forwardingScript = 'echo 1 > /proc/sys/net/ipv4/ip_forward';

/** Run once the ends of the wires exist; the plain cables are made here. */
export function cablesScript(nodes: readonly LabNode[]): string {
  return nodes
    .flatMap(({ name, addresses, wired }, index) => {
      const [near, far] = [cableAt('router', index), cableAt('node', index)];
      return [
        wired === true
          ? `ip -n ${routerName} link set ${far} netns ${name}`
          : `ip link add name ${near} netns ${routerName} type veth peer name ${far} netns ${name}`,
        `ip -n ${routerName} addr add ${routerOf(addresses[0])}/24 dev ${near}`,
        `ip -n ${routerName} link set ${near} up`,
        ...addresses.map((address) => `ip -n ${name} addr add ${address}/24 dev ${far}`),
        `ip -n ${name} link set ${far} up`,
        `ip -n ${name} route add default via ${routerOf(addresses[0])}`,
      ];
    })
    .join('\n');
}
