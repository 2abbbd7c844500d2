// Cuts the cables of one process: connections to the named places are swallowed, as by a network that drops every packet.
import { Socket } from 'node:net';

type Connect = (this: Socket, ...args: unknown[]) => Socket;

const placeOf = (args: readonly unknown[]): string => {
  // Node calls it with (options), ([options, callback]) or (port, host).
  const [first, second] = args.flat();
  if (typeof first === 'object' && first !== null) {
    const { host, port } = first as { readonly host?: string; readonly port?: number | string };
    return `${host ?? 'localhost'}:${port ?? ''}`;
  }
  return `${typeof second === 'string' ? second : 'localhost'}:${String(first)}`;
};

export interface SeveredLinks {
  /** From now on exactly these `host:port` are cut off; open connections to them end. */
  sever(places: readonly string[]): void;
}

/**
 * Every TCP client of Node, TLS included, ends in `Socket.prototype.connect`: one place that no library goes around, and the
 * controller under test stays as it is.
 */
export function severableLinks(): SeveredLinks {
  // oxlint-disable-next-line typescript/unbound-method -- called with its own `this` below
  const connect = Socket.prototype.connect as Connect;
  const open = new Map<Socket, string>();
  let severed: ReadonlySet<string> = new Set();
  const watched: Connect = function watchedConnect(this: Socket, ...args) {
    const place = placeOf(args);
    // Whoever asked waits until a deadline of its own has passed, as for a SYN that is dropped.
    if (severed.has(place)) return this;
    open.set(this, place);
    this.once('close', () => open.delete(this));
    return connect.apply(this, args);
  };
  Socket.prototype.connect = watched;
  return {
    sever: (places) => {
      severed = new Set(places);
      for (const [socket, place] of open) if (severed.has(place)) socket.destroy();
    },
  };
}
