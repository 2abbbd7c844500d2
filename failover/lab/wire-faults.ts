// Faults of the network as nftables rules of the router: packets are really dropped, refused or lost on their way.

/** `from` and `to` are addresses; without one it means everybody. `port` is the port that is called, at `to`. */
interface Flow {
  readonly from?: string;
  readonly to?: string;
  readonly port?: number;
}

export type WireFault = Flow &
  (
    | { readonly kind: 'drop' }
    /** As by a firewall or a machine without the service: the caller is told at once. TCP only. */
    | { readonly kind: 'reset' }
    | { readonly kind: 'loss'; readonly percent: number }
  );

/** Nothing to or from the address gets through, and nobody is told. */
export const blackhole = (address: string): readonly WireFault[] => [
  { kind: 'drop', to: address },
  { kind: 'drop', from: address },
];

/** Each direction loses packets independently. */
export const lossy = (address: string, percent: number): readonly WireFault[] => [
  { kind: 'loss', to: address, percent },
  { kind: 'loss', from: address, percent },
];

/** `fwd` is a keyword of nft: a chain of that name would be a syntax error. */
const chain = 'chaos_fwd';

/** The whole ruleset in one transaction, so that the faults change from one packet to the next and never half. */
export const rulesetOf = (faults: readonly WireFault[]): string =>
  [
    'table ip chaos',
    'delete table ip chaos',
    'table ip chaos {',
    `  chain ${chain} {`,
    '    type filter hook forward priority 0; policy accept;',
    ...faults.map((fault) => `    ${ruleOf(fault)}`),
    '  }',
    '}',
    '',
  ].join('\n');

function ruleOf(fault: WireFault): string {
  const { from, to, port } = fault;
  return [
    ...(from === undefined ? [] : [`ip saddr ${from}`]),
    ...(to === undefined ? [] : [`ip daddr ${to}`]),
    ...(port === undefined ? [] : [`meta l4proto { tcp, udp } th dport ${port}`]),
    verdictOf(fault),
  ].join(' ');
}

function verdictOf(fault: WireFault): string {
  switch (fault.kind) {
    case 'drop':
      return 'drop';
    case 'reset':
      return 'meta l4proto tcp reject with tcp reset';
    case 'loss':
      return `numgen random mod 100 < ${fault.percent} drop`;
  }
}
