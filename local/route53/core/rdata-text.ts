// Record data as master-file text, for TestDNSAnswer and for whoever watches queries.

import type { Rdata } from './values.ts';

const quote = (string: Buffer | string): string =>
  `"${string.toString('latin1').replace(/["\\]/g, '\\$&')}"`;

const dotted = (name: string): string => (name.endsWith('.') ? name : `${name}.`);

export function rdataText(rdata: Rdata): string {
  const { type, data } = rdata;
  if (type === 'A' || type === 'AAAA') return data;
  if (type === 'CNAME' || type === 'NS' || type === 'PTR') return dotted(data);
  if (type === 'TXT') return data.map(quote).join(' ');
  if (type === 'MX') return `${data.preference} ${dotted(data.exchange)}`;
  if (type === 'SRV') return `${data.priority} ${data.weight} ${data.port} ${dotted(data.target)}`;
  if (type === 'CAA') return `${data.flags} ${data.tag} ${quote(data.value)}`;
  const { mname, rname, serial, refresh, retry, expire, minimum } = data;
  return `${dotted(mname)} ${dotted(rname)} ${serial} ${refresh} ${retry} ${expire} ${minimum}`;
}
