// The operator's desk: calls vantages, as themselves and as nobody else, and the DNS provider on behalf of the testbed.
import { request } from 'undici';
import type { Dispatcher } from 'undici';
import { readCredentials } from '../../../failover/adapters/credentials.ts';
import { callingAgent } from '../../../failover/adapters/mutual-tls.ts';
import { onTold, say } from '../../../failover/lab/say.ts';

/** As the testbed tells it, one in a line. */
export interface OperatorCall {
  readonly id: number;
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly body: object | null;
  /** Who must answer; null for the provider. */
  readonly vantage: string | null;
}

/** `status` is 0 where nobody answered. */
export interface OperatorAnswer {
  readonly status: number;
  readonly text: string;
}

const timeoutMs = 5_000;
const answerBytesMax = 1_048_576;
/** The local Route 53 wants a signature and does not check it; controllers do not look. */
const authorization = 'AWS4-HMAC-SHA256 Credential=local';

const env = (name: string) => process.env[name] ?? '';
const zone = env('EVENKEEL_LAB_ZONE');
const credentials = readCredentials(
  {
    certFile: env('EVENKEEL_TLS_CERT_FILE'),
    keyFile: env('EVENKEEL_TLS_KEY_FILE'),
    authorityFile: env('EVENKEEL_TLS_AUTHORITY_FILE'),
  },
  zone,
);
const agents = new Map<string, Dispatcher>();

function agentTo(name: string): Dispatcher {
  const known = agents.get(name);
  if (known !== undefined) return known;
  const expected = { role: 'vantage', name } as const;
  const made = callingAgent({
    credentials,
    zone,
    expected,
    timeoutMs,
    responseBytesMax: answerBytesMax,
  });
  agents.set(name, made);
  return made;
}

async function answerTo({ method, url, body, vantage }: OperatorCall): Promise<OperatorAnswer> {
  try {
    const { statusCode, body: answer } = await request(url, {
      method,
      headers: { 'content-type': 'application/json', authorization },
      body: body === null ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(timeoutMs),
      ...(vantage === null ? {} : { dispatcher: agentTo(vantage) }),
    });
    return { status: statusCode, text: await answer.text() };
  } catch (error) {
    return { status: 0, text: String(error) };
  }
}

onTold((line) => {
  const call = JSON.parse(line) as OperatorCall;
  void answerTo(call).then((answer) => say({ event: 'answer', id: call.id, ...answer }));
});
say({ ready: true });
