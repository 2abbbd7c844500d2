// The status of one GET, by a deadline that holds whatever the work does; made for many probes a second.
import type { Dispatcher } from 'undici';

export interface StatusQuestion {
  readonly origin: string;
  readonly path: string;
  /** The name that is asked for, whatever the address. */
  readonly host: string;
  readonly timeoutMs: number;
}

/**
 * Reads the answer to its end, so that one which is cut short or never ends is no answer, and keeps nothing of it: a stream,
 * a signal and a second timer for each probe cost as much again as the probe itself.
 */
export function askStatus(agent: Dispatcher, question: StatusQuestion): Promise<number> {
  const { origin, path, host, timeoutMs } = question;
  return new Promise((resolve, reject) => {
    let [status, isOver] = [0, false];
    let exchange: Dispatcher.DispatchController | null = null;
    const timeout = () => new DOMException(`no answer within ${timeoutMs} ms`, 'TimeoutError');
    const deadline = setTimeout(() => {
      isOver = true;
      reject(timeout());
      exchange?.abort(timeout());
    }, timeoutMs);
    agent.dispatch(
      { origin, path, method: 'GET', headers: { host } },
      {
        onRequestStart: (controller) => {
          exchange = controller;
          // Only now it has a connection, and nobody waits any more.
          if (isOver) controller.abort(timeout());
        },
        onResponseStart: (_, statusCode) => {
          status = statusCode;
        },
        onResponseData: () => undefined,
        onResponseEnd: () => {
          clearTimeout(deadline);
          resolve(status);
        },
        onResponseError: (_, error) => {
          clearTimeout(deadline);
          reject(error);
        },
      },
    );
  });
}
