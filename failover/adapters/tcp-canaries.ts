// Asks the canary targets for a connection each: places that are no region, by which a vantage knows its own blindness.
import type { Canaries } from '../ports.ts';
import { tcpConnect } from './tcp-connect.ts';

export interface TcpCanariesSettings {
  /** `host:port`; an IPv6 host in brackets. */
  readonly targets: readonly string[];
  readonly timeoutMs: number;
}

export function tcpCanaries({ targets, timeoutMs }: TcpCanariesSettings): Canaries {
  const places = targets.map((target) => {
    const { hostname, port } = new URL(`tcp://${target}`);
    return { target, host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) };
  });
  return {
    ask: () =>
      Promise.all(
        places.map(async ({ target, host, port }) => ({
          target,
          reach: await tcpConnect({ host, port, timeoutMs }),
        })),
      ),
  };
}
