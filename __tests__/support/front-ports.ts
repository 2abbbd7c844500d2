// The front's ports in memory, and calls as API Gateway makes them.
import { memoryJobStore } from '../../services/adapters/memory-job-store.ts';
import { memoryObjectStore } from '../../services/adapters/memory-object-store.ts';
import type { GatewayCall, GatewayReply } from '../../services/pipelines/gateway.ts';
import type { FrontPorts } from '../../services/pipelines/handle.ts';
import { manualNow } from './manual-now.ts';

export const clinic = 'clinic0client0id';
export const otherClinic = 'other0clinic0id';

export function frontPorts(change: Partial<FrontPorts> = {}) {
  const clock = manualNow();
  const jobs = memoryJobStore(clock.nowMs);
  const results = memoryObjectStore(clock.nowMs);
  const started: string[] = [];
  const logged: object[] = [];
  const ports: FrontPorts = {
    jobs,
    results,
    starter: {
      start: async (queue, token) => void started.push(`${queue} ${token}`),
    },
    structured: {
      read: async (_model, rows) => ({
        kind: 'read',
        version: '1.0.0',
        probabilities: rows.map(([first = 0]) => first / 100),
      }),
    },
    tokens: { exchange: async () => ({ status: 200, body: '{"access_token":"t"}' }) },
    uploads: {
      urlFor: async (key) => ({ url: `https://put/${key}`, headers: {}, expiresAt: 'soon' }),
    },
    log: (line) => logged.push(line),
    ...change,
  };
  return { ports, jobs, results, started, logged, clock };
}

export const call = (routeKey: string, change: Partial<GatewayCall> = {}): GatewayCall => ({
  routeKey,
  headers: {},
  isBase64Encoded: false,
  requestContext: {
    requestId: 'request',
    authorizer: { jwt: { claims: { client_id: clinic } } },
  },
  ...change,
});

export const jsonCall = (
  routeKey: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): GatewayCall =>
  call(routeKey, {
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

export const asClient = (client: string, made: GatewayCall): GatewayCall => ({
  ...made,
  requestContext: {
    requestId: 'request',
    authorizer: { jwt: { claims: { client_id: client } } },
  },
});

// eslint-disable-next-line typescript/no-explicit-any -- a test says what it expects of the body.
export const bodyOf = (reply: GatewayReply): any => JSON.parse(reply.body);
