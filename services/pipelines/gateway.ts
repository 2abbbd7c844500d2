// A call as API Gateway hands it to a function (payload format 2.0), as far as it is used here, and the reply it expects.
import { InputError } from '../../fleet/errors.ts';
import { strictJson } from './strict-json.ts';

export interface GatewayCall {
  /** e.g. `GET /v1/jobs/{id}`: the route as the API declares it. */
  readonly routeKey: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly pathParameters?: Readonly<Record<string, string | undefined>>;
  readonly body?: string;
  readonly isBase64Encoded: boolean;
  readonly requestContext: {
    readonly requestId: string;
    readonly authorizer?: {
      readonly jwt?: { readonly claims?: Readonly<Record<string, unknown>> };
    };
  };
}

export interface GatewayReply {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A thousand rows of thirty numbers take about 600 KB. */
const bodyBytesMax = 2 * 2 ** 20;

/** `InputError` 'unsupported-media-type' | 'body-too-large' | 'missing-body'. */
export function textOf(call: GatewayCall, mediaType: string): string {
  const given = call.headers['content-type'] ?? '';
  if (given.split(';')[0]?.trim().toLowerCase() !== mediaType)
    throw new InputError('unsupported-media-type', {
      found: `The Content-Type is "${given.slice(0, 64)}"`,
      why: 'The same bytes mean different things in different formats',
      remedy: `Send ${mediaType}`,
    });
  const bytes = Buffer.from(call.body ?? '', call.isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > bodyBytesMax)
    throw new InputError('body-too-large', {
      found: `The body has ${bytes.length} bytes`,
      why: `No more than ${bodyBytesMax} are read`,
      remedy: 'Divide it into several requests',
    });
  if (bytes.length > 0) return bytes.toString();
  throw new InputError('missing-body', {
    found: 'The request has no body',
    why: 'The body says what is wanted',
    remedy: `Send it as ${mediaType}`,
  });
}

/** Also `InputError` 'not-json' | 'duplicate-key'. */
export const jsonOf = (call: GatewayCall): { readonly value: unknown; readonly text: string } => {
  const text = textOf(call, 'application/json');
  return { value: strictJson(text), text };
};

/** The client that API Gateway has let in; its name becomes part of keys, so its form is checked. */
export function clientOf({ requestContext }: GatewayCall): string {
  const client = requestContext.authorizer?.jwt?.claims?.['client_id'];
  if (typeof client === 'string' && /^[a-z0-9]{8,64}$/.test(client)) return client;
  throw new Error('API Gateway let in a call without a client: the route has no authorizer');
}

export const reply = (
  statusCode: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): GatewayReply => ({
  statusCode,
  headers: {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    ...headers,
  },
  body: JSON.stringify(value),
});
