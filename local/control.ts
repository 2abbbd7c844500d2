// The supervisor's control port: other verbs inflict and lift faults and set the strategy through it. Loopback only, with a secret.
import { timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { request } from 'undici';
import { fleetFor } from '../fleet/environments.ts';
import { InputError, isInputError } from '../fleet/errors.ts';
import type { Strategy } from '../fleet/fleet.ts';
import { parseStrategyOf } from '../fleet/strategy-text.ts';
import type { ActiveFault, FaultDesk, FaultOrder } from './fault-desk.ts';
import { faultMsMax } from './fault-desk.ts';
import type { FleetRecord } from './fleet-files.ts';
import type { StrategyDesk } from './strategy-desk.ts';

const bodyBytesMax = 4_096;
const answerMsMax = 70_000;

export interface Control {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * `GET /faults`, `POST /faults {drill, target, fault, forMs}`, `DELETE /faults` for all of them, `POST /lease {drill}` to say that
 * somebody still watches, `POST /strategy {strategy}`. Each answers with the faults that last; problem details for what is refused.
 */
export async function startControl(
  faults: FaultDesk,
  token: string,
  strategy: StrategyDesk,
): Promise<Control> {
  const server = createServer({ requestTimeout: 5_000 }, (incoming, response) => {
    handle({ faults, strategy }, token, incoming).then(
      (body) => reply(response, 200, body),
      (error: unknown) =>
        isInputError(error)
          ? reply(response, error.code === 'wrong-token' ? 401 : 422, {
              code: error.code,
              ...error.parts,
            })
          : reply(response, 500, { code: 'unexpected', found: String(error), why: '', remedy: '' }),
    );
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

interface Desks {
  readonly faults: FaultDesk;
  readonly strategy: StrategyDesk;
}

async function handle(
  { faults, strategy }: Desks,
  token: string,
  incoming: IncomingMessage,
): Promise<unknown> {
  authorize(incoming, token);
  switch (`${incoming.method} ${incoming.url}`) {
    case 'GET /faults':
      break;
    case 'POST /faults':
      faults.inflict(parseOrder(await readJson(incoming)));
      break;
    case 'DELETE /faults':
      await faults.lift();
      break;
    case 'POST /lease':
      faults.renew(String(recordOf(await readJson(incoming))['drill']));
      break;
    case 'POST /strategy':
      await strategy.set(strategyIn(await readJson(incoming)));
      break;
    default:
      throw new InputError('wrong-request', {
        found: `${incoming.method} ${incoming.url}`,
        why: 'The control port knows faults and strategies only',
        remedy: 'Use evenkeel drill or evenkeel strategy',
      });
  }
  return faults.active();
}

const recordOf = (value: unknown) => ({ ...(value as object | null) }) as Record<string, unknown>;

function authorize(incoming: IncomingMessage, token: string): void {
  const given = Buffer.from(incoming.headers.authorization ?? '');
  const expected = Buffer.from(`Bearer ${token}`);
  if (given.length === expected.length && timingSafeEqual(given, expected)) return;
  throw new InputError('wrong-token', {
    found: 'The control token is missing or wrong',
    why: 'Whoever may use this port can take regions down',
    remedy: 'Use the evenkeel command in the checkout from which the fleet was started',
  });
}

async function readJson(incoming: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    text += chunk.toString('utf8');
    if (text.length > bodyBytesMax) break;
  }
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const strategyIn = (body: unknown): Strategy =>
  parseStrategyOf(fleetFor('local'), String(recordOf(body)['strategy']));

function parseOrder(body: unknown): FaultOrder {
  const { drill, target, fault, forMs } = recordOf(body);
  if (typeof drill === 'string' && typeof target === 'string' && typeof fault === 'string')
    if (typeof forMs === 'number' && forMs > 0 && forMs <= faultMsMax)
      return { drill, target, fault, forMs };
  throw new InputError('wrong-request', {
    found: `The order ${JSON.stringify(body)}`,
    why: `A fault needs a drill, a target, a kind, and an end within ${faultMsMax / 60_000} minutes`,
    remedy: 'Use evenkeel drill',
  });
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

/** Asks a running fleet's supervisor; an answer it refuses comes back as the same `InputError`. */
export async function askControl(
  record: Pick<FleetRecord, 'control'>,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body?: object,
): Promise<readonly ActiveFault[]> {
  const { statusCode, body: answer } = await request(`${record.control.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${record.control.token}` },
    // Lifting waits until what was killed serves again.
    headersTimeout: answerMsMax,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const json = await answer.json();
  if (statusCode === 200) return json as ActiveFault[];
  const { code, found, why, remedy } = json as Record<'code' | 'found' | 'why' | 'remedy', string>;
  throw new InputError(code, { found, why, remedy });
}
