// TLS in which both ends prove who they are: how a controller's door is guarded, and how somebody calls at one.
import type { ServerOptions } from 'node:https';
import type { PeerCertificate, TLSSocket } from 'node:tls';
import { Agent } from 'undici';
import { identityFrom, identityText, isSameIdentity } from '../../fleet/identity.ts';
import type { Identity } from '../../fleet/identity.ts';
import type { Credentials } from './credentials.ts';

const minVersion = 'TLSv1.3';
const handshakeMsMax = 3_000;

export type KeyPair = Pick<Credentials, 'cert' | 'key' | 'authority'>;

/** Whoever has no certificate of the authority does not come as far as sending a request. */
export const doorOptions = ({ cert, key, authority }: KeyPair): ServerOptions => ({
  cert,
  key,
  ca: authority,
  requestCert: true,
  rejectUnauthorized: true,
  minVersion,
  handshakeTimeout: handshakeMsMax,
});

export interface Caller extends Identity {
  readonly notAfterMs: number;
}

/** Null where the certificate names nobody of this fleet. */
export function callerAt(socket: TLSSocket, zone: string): Caller | null {
  const { subjectaltname, valid_to: validTo } = socket.getPeerCertificate();
  const identity = identityFrom(zone, subjectaltname);
  return identity === null ? null : { ...identity, notAfterMs: Date.parse(validTo) };
}

export interface CallSettings {
  readonly credentials: KeyPair;
  readonly zone: string;
  /** Who must answer: an address says nothing about that. */
  readonly expected: Identity;
  readonly timeoutMs: number;
  readonly responseBytesMax: number;
  /** Told of the certificate at each handshake that succeeds. */
  readonly onAnswered?: (notAfterMs: number) => void;
}

const wrongPeerCode = 'EVENKEEL_WRONG_PEER';

/** Sends nothing before the other end has proved to be the expected one. */
export const callingAgent = (settings: CallSettings): Agent =>
  new Agent({
    connections: 1,
    maxResponseSize: settings.responseBytesMax,
    // A session that is resumed skips the certificate: one that has expired since would still be believed.
    maxCachedSessions: 0,
    connect: {
      cert: settings.credentials.cert,
      key: settings.credentials.key,
      ca: settings.credentials.authority,
      minVersion,
      timeout: settings.timeoutMs,
      checkServerIdentity: (_, certificate) => identityFault(settings, certificate),
    },
  });

function identityFault(
  { zone, expected, onAnswered }: CallSettings,
  { subjectaltname, valid_to: validTo }: PeerCertificate,
): Error | undefined {
  const found = identityFrom(zone, subjectaltname);
  if (isSameIdentity(found, expected)) {
    onAnswered?.(Date.parse(validTo));
    return undefined;
  }
  const who = found === null ? 'somebody who is not of this fleet' : identityText(found);
  return Object.assign(new Error(`${who} answers for ${identityText(expected)}`), {
    code: wrongPeerCode,
  });
}

/**
 * Why a call came to nothing.
 * - `wrong-identity`: somebody else answers there.
 * - `expired`: its certificate has ended, or has not begun.
 * - `untrusted`: its certificate is of no authority that is known here.
 * - `refused`: it hangs up on the caller, as whoever does not accept a certificate does (Node's TLS sends no alert then).
 * - `silent`: no answer in time.
 */
export type CallFault =
  'wrong-identity' | 'expired' | 'untrusted' | 'refused' | 'silent' | 'unreachable' | 'malformed';

const faultOfCode: Readonly<Record<string, CallFault>> = {
  [wrongPeerCode]: 'wrong-identity',
  CERT_HAS_EXPIRED: 'expired',
  CERT_NOT_YET_VALID: 'expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'untrusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'untrusted',
  UNABLE_TO_GET_ISSUER_CERT: 'untrusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'untrusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'untrusted',
  CERT_SIGNATURE_FAILURE: 'untrusted',
  INVALID_PURPOSE: 'untrusted',
  UND_ERR_SOCKET: 'refused',
  UND_ERR_CONNECT_TIMEOUT: 'silent',
  UND_ERR_HEADERS_TIMEOUT: 'silent',
  UND_ERR_BODY_TIMEOUT: 'silent',
  UND_ERR_RES_EXCEEDED_MAX_SIZE: 'malformed',
};

export function callFaultOf(error: unknown): CallFault {
  const { code, name } = error as { readonly code?: unknown; readonly name?: unknown };
  const known = faultOfCode[String(code)];
  if (known !== undefined) return known;
  if (name === 'TimeoutError' || name === 'AbortError') return 'silent';
  // In TLS 1.3 the other end judges the caller's certificate last, and says so by an alert.
  return /^ERR_SSL_.*ALERT/.test(String(code)) ? 'refused' : 'unreachable';
}
