// The configured map from client addresses to places, standing in for what Route 53 knows of the Internet.

import { BlockList, isIP } from 'node:net';

import { InputError } from '../../../fleet/errors.ts';
import type { Place } from './choose.ts';

export interface PlacedNetwork {
  /** `198.51.100.0/24`, `2001:db8::/32`. */
  readonly network: string;
  readonly place: Place;
}

/** The longest matching network wins; an address that is on no network is nowhere. */
export function placeFinder(networks: readonly PlacedNetwork[]): (address: string) => Place {
  const entries = networks.map(({ network, place }) => {
    const [address = '', prefixText = ''] = network.split('/');
    const family = isIP(address);
    const prefix = Number(prefixText);
    const prefixMax = family === 4 ? 32 : 128;
    if (family === 0 || !/^\d{1,3}$/.test(prefixText) || prefix > prefixMax)
      throw new InputError('network', {
        found: `"${network}" in the source map`,
        why: 'A network is an address, a slash and a prefix length',
        remedy: 'Write it like 198.51.100.0/24 or 2001:db8::/32',
      });
    const list = new BlockList();
    list.addSubnet(address, prefix, family === 4 ? 'ipv4' : 'ipv6');
    return { list, prefix, place };
  });
  entries.sort((a, b) => b.prefix - a.prefix);
  return (address) => {
    const family = isIP(address);
    if (family === 0) return {};
    const type = family === 4 ? 'ipv4' : 'ipv6';
    return entries.find(({ list }) => list.check(address, type))?.place ?? {};
  };
}
