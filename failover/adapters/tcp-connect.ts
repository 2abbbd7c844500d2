// A bare TCP connection, closed as soon as it stands: whether anything at all can be reached there.
import { connect } from 'node:net';
import type { Reach } from '../core/reach.ts';
import { failureOf } from './probe-failure.ts';

export interface TcpTarget {
  readonly host: string;
  readonly port: number;
  readonly timeoutMs: number;
}

export function tcpConnect({ host, port, timeoutMs }: TcpTarget): Promise<Reach> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (reach: Reach) => {
      clearTimeout(deadline);
      // Reset rather than closed: nothing was said, and a thousand of these a minute must not linger in TIME_WAIT.
      if (reach === 'connected') socket.resetAndDestroy();
      else socket.destroy();
      resolve(reach);
    };
    const deadline = setTimeout(() => end('timeout'), timeoutMs);
    socket.once('connect', () => end('connected'));
    socket.on('error', (error) => end(failureOf(error).kind));
  });
}
