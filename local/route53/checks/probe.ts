// One health check request over HTTP, HTTPS or TCP, with the real checkers' time limits.

import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect, isIP } from 'node:net';

import type { HealthCheckConfig } from '../core/health-check.ts';

// Developer Guide, "How Route 53 determines whether a health check is healthy".
export interface ProbeLimits {
  readonly httpConnectMs: number;
  readonly httpResponseMs: number;
  readonly tcpConnectMs: number;
}
export const realProbeLimits: ProbeLimits = {
  httpConnectMs: 4_000,
  httpResponseMs: 2_000,
  tcpConnectMs: 10_000,
};
/** "The string must appear entirely within the first 5,120 bytes of the response body." */
const searchedBytesMax = 5_120;

interface ProbeOutcome {
  readonly passed: boolean;
  /** As GetHealthCheckStatus words it. */
  readonly report: string;
}

export type Probe = (
  config: HealthCheckConfig,
  address: string,
  signal: AbortSignal,
) => Promise<ProbeOutcome>;

const failure = (why: string): ProbeOutcome => ({ passed: false, report: `Failure: ${why}` });

const errorText = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : 'Connection failed';

const nothingToStop = (): void => undefined;

type Settle = (outcome: ProbeOutcome) => void;
/** Sets the deadline anew, as the exchange makes progress. */
type Within = (ms: number, otherwise: string) => void;

/** Runs one exchange to its first outcome, be it the deadline or the end of interest; `start` returns how to stop it. */
function exchange(
  signal: AbortSignal,
  start: (settle: Settle, within: Within) => () => void,
): Promise<ProbeOutcome> {
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    let stop = nothingToStop;
    const settle: Settle = (outcome) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', giveUp);
      stop();
      resolve(outcome);
    };
    const giveUp = () => settle(failure('The health check was stopped'));
    const within: Within = (ms, otherwise) => {
      clearTimeout(timer);
      timer = setTimeout(() => settle(failure(otherwise)), ms);
    };
    if (signal.aborted) {
      giveUp();
      return;
    }
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      stop = start(settle, within);
    } catch (error) {
      // A host name or path that HTTP cannot carry.
      settle(failure(errorText(error)));
    }
  });
}

interface Target {
  readonly config: HealthCheckConfig;
  readonly address: string;
  readonly limits: ProbeLimits;
  readonly signal: AbortSignal;
}

const connectTooSlow = 'The health checker could not establish a connection in time';
const responseTooSlow = 'The endpoint did not respond in time';

const probeTcp = ({ config, address, limits, signal }: Target): Promise<ProbeOutcome> =>
  exchange(signal, (settle, within) => {
    within(limits.tcpConnectMs, connectTooSlow);
    const socket = connect({ host: address, port: config.port });
    socket.once('connect', () =>
      settle({ passed: true, report: 'Success: The health checker established a TCP connection' }),
    );
    socket.on('error', (error) => settle(failure(errorText(error))));
    return () => socket.destroy();
  });

const isSecure = (config: HealthCheckConfig): boolean => config.type.startsWith('HTTPS');

function requestOptions(
  config: HealthCheckConfig,
  address: string,
): RequestOptions & { rejectUnauthorized: boolean; servername: string } {
  const { domainName, port } = config;
  const usualPort = isSecure(config) ? 443 : 80;
  const host = domainName ?? (isIP(address) === 6 ? `[${address}]` : address);
  const path = config.resourcePath ?? '/';
  const sendsName =
    isSecure(config) && config.enableSni && domainName !== undefined && isIP(domainName) === 0;
  return {
    host: address,
    port,
    path: path.startsWith('/') ? path : `/${path}`,
    headers: {
      host: port === usualPort ? host : `${host}:${port}`,
      'user-agent': 'Evenkeel-Local-Route53-Health-Check-Service',
      accept: '*/*',
    },
    // "HTTPS health checks don't validate SSL/TLS certificates, so checks don't fail if a certificate is invalid or expired."
    rejectUnauthorized: false,
    servername: sendsName ? domainName : '',
    // A fresh connection each time: a kept one would not notice a listener that is gone.
    agent: false,
  };
}

function judgeResponse(
  response: IncomingMessage,
  config: HealthCheckConfig,
  settle: (outcome: ProbeOutcome) => void,
): void {
  const status = `HTTP Status Code ${response.statusCode ?? 0}, ${response.statusMessage ?? ''}`;
  const code = response.statusCode ?? 0;
  if (code < 200 || code >= 400) return settle(failure(status));
  const success: ProbeOutcome = { passed: true, report: `Success: ${status}` };
  if (config.searchString === undefined) return settle(success);
  const wanted = config.searchString;
  let body = Buffer.alloc(0);
  const judge = () =>
    settle(
      body.subarray(0, searchedBytesMax).includes(wanted)
        ? success
        : failure(`${status}. The search string was not found in the response body`),
    );
  response.on('data', (chunk: Buffer) => {
    body = Buffer.concat([body, chunk]);
    if (body.length >= searchedBytesMax) judge();
  });
  response.once('end', judge);
}

const probeHttp = ({ config, address, limits, signal }: Target): Promise<ProbeOutcome> =>
  exchange(signal, (settle, within) => {
    within(limits.httpConnectMs, connectTooSlow);
    const send = isSecure(config) ? httpsRequest : httpRequest;
    const request = send(requestOptions(config, address));
    request.once('socket', (socket) =>
      socket.once(isSecure(config) ? 'secureConnect' : 'connect', () =>
        within(limits.httpResponseMs, responseTooSlow),
      ),
    );
    request.once('response', (response) => {
      // "Route 53 must receive the response body within the next two seconds."
      within(limits.httpResponseMs, responseTooSlow);
      response.on('error', (error) => settle(failure(errorText(error))));
      judgeResponse(response, config, settle);
    });
    // After settling the request is destroyed, which may emit once more.
    request.on('error', (error) => settle(failure(errorText(error))));
    request.end();
    return () => request.destroy();
  });

export const probeWithin =
  (limits: ProbeLimits): Probe =>
  (config, address, signal) => {
    const target = { config, address, limits, signal };
    return config.type === 'TCP' ? probeTcp(target) : probeHttp(target);
  };
