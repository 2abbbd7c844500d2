// A program in mounts of its own, where /etc/resolv.conf names one cache and no other.

const enter = 'mount --bind "$1" "$(readlink -f /etc/resolv.conf)"; shift; exec "$@"';

export const inOwnMounts = (
  resolverFile: string,
  command: readonly string[],
): readonly [string, ...string[]] => [
  'unshare',
  '--mount',
  'sh',
  '-c',
  enter,
  'sh',
  resolverFile,
  ...command,
];
