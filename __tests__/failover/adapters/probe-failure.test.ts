// Errors of sockets, TLS and the HTTP client are sorted by their code, never by their class.
import { expect, test } from '@jest/globals';
import { failureOf } from '../../../failover/adapters/probe-failure.ts';

test.each([
  [{ code: 'ECONNREFUSED' }, 'refused'],
  [{ code: 'ECONNRESET' }, 'reset'],
  [{ code: 'UND_ERR_SOCKET' }, 'reset'],
  [{ code: 'UND_ERR_CONNECT_TIMEOUT' }, 'timeout'],
  [{ name: 'TimeoutError', code: 23 }, 'timeout'],
  [{ code: 'EHOSTUNREACH' }, 'unreachable'],
  [{ code: 'CERT_HAS_EXPIRED' }, 'tls'],
  [{ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, 'tls'],
  [{ code: 'ERR_TLS_CERT_ALTNAME_INVALID' }, 'tls'],
  [{ code: 'ERR_SSL_WRONG_VERSION_NUMBER' }, 'tls'],
  [{ code: 'UND_ERR_RES_EXCEEDED_MAX_SIZE' }, 'wrong-answer'],
  [{ code: 'ESOMETHINGNEW' }, 'unreachable'],
  [null, 'unreachable'],
])('%j is %s', (error, kind) => {
  expect(failureOf(error).kind).toBe(kind);
});

test('the detail is the code, or else the message', () => {
  expect(failureOf({ code: 'ECONNREFUSED', message: 'm' }).detail).toBe('ECONNREFUSED');
  expect(failureOf({ message: 'no code' }).detail).toBe('no code');
});
