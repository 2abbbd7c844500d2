// Who may look at the operators' page: whoever has the address that the fleet printed at its start. It shows what an attacker wants to know.
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/**
 * - `here`: comes with the cookie.
 * - `arriving`: comes with the key in the address, and is given the cookie.
 * - `stranger`: has neither.
 * - `misdirected`: meant another host; some page elsewhere may have had its name lead here (DNS rebinding).
 */
type Visitor = 'here' | 'arriving' | 'stranger' | 'misdirected';

export const newKey = (): string => randomBytes(24).toString('base64url');

/** Cookies know no ports, and several fleets may run side by side: the name has the port. */
const cookieName = (port: number) => `evenkeel-ops-${port}`;

/** For the reply to whoever arrives. Not for scripts, and not for requests that other sites begin in the background. */
export const cookieFor = (port: number, key: string) =>
  `${cookieName(port)}=${key}; Path=/ops; HttpOnly; SameSite=Lax`;

export function visitorOf(incoming: IncomingMessage, url: URL, key: string): Visitor {
  const { port, hosts } = doorOf(incoming);
  if (!hosts.includes(incoming.headers.host ?? '')) return 'misdirected';
  if (isSame(url.searchParams.get('key') ?? '', key)) return 'arriving';
  return isSame(cookieIn(incoming, cookieName(port)), key) ? 'here' : 'stranger';
}

function doorOf({ socket }: IncomingMessage) {
  const port = socket.localPort ?? 0;
  return { port, hosts: [`127.0.0.1:${port}`, `localhost:${port}`] };
}

function cookieIn({ headers }: IncomingMessage, name: string): string {
  const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';
}

function isSame(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}
