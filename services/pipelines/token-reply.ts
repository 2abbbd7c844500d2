// POST /auth: OAuth 2.0 client credentials (RFC 6749, 4.4), passed on to the pool that knows the clients, so that they need one host.
import { textOf } from './gateway.ts';
import type { GatewayCall, GatewayReply } from './gateway.ts';
import { reply } from './gateway.ts';

export interface TokenEndpoint {
  /** Its status and JSON body, whatever they are; `TransientError` 'service-unavailable' without any. */
  exchange(request: TokenRequest): Promise<{ readonly status: number; readonly body: string }>;
}

export interface TokenRequest {
  readonly form: Readonly<Record<string, string>>;
  /** `Basic ...`, or null when the form names the client. */
  readonly authorization: string | null;
}

/** What the grant consists of; anything else is not passed on. */
const fields = ['grant_type', 'scope', 'client_id', 'client_secret'] as const;

export async function tokenReply(call: GatewayCall, tokens: TokenEndpoint): Promise<GatewayReply> {
  const sent = new URLSearchParams(textOf(call, 'application/x-www-form-urlencoded'));
  if (fields.some((name) => sent.getAll(name).length > 1)) return refusal('invalid_request');
  if (sent.get('grant_type') !== 'client_credentials') return refusal('unsupported_grant_type');
  const form = Object.fromEntries(
    fields.flatMap((name) => {
      const value = sent.get(name);
      return value === null ? [] : [[name, value] as const];
    }),
  );
  const authorization = call.headers['authorization'] ?? '';
  const { status, body } = await tokens.exchange({
    form,
    authorization: /^Basic /i.test(authorization) ? authorization : null,
  });
  return { ...reply(status, null, noCache), body };
}

/** In the words of RFC 6749, 5.2, which clients' libraries understand. */
const refusal = (error: string) => reply(400, { error }, noCache);

const noCache = { pragma: 'no-cache' };
