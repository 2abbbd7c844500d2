// Sorts what can go wrong with a probe's connection into the few kinds that a person would act on differently.
import type { ProbeFailure } from '../../fleet/health.ts';

const kinds: Readonly<Record<string, ProbeFailure>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  UND_ERR_SOCKET: 'reset',
  ETIMEDOUT: 'timeout',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  UND_ERR_RES_EXCEEDED_MAX_SIZE: 'wrong-answer',
  UND_ERR_RESPONSE: 'wrong-answer',
};

/** Codes of OpenSSL's certificate checks and of TLS itself, as Node words them. */
const tls = /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|EPROTO)/;

export function failureOf(error: unknown): { kind: ProbeFailure; detail: string } {
  const { name, code, message } = (error ?? {}) as Readonly<Record<string, unknown>>;
  if (name === 'TimeoutError' || name === 'AbortError')
    return { kind: 'timeout', detail: 'no answer in time' };
  const reason = typeof code === 'string' ? code : '';
  const kind = kinds[reason] ?? (tls.test(reason) ? 'tls' : 'unreachable');
  return { kind, detail: reason === '' ? String(message) : reason };
}
