// Speaks to the vantages of a running fleet as an operator: asks each for its status, and gives orders to all that can be reached.
import { request } from 'undici';
import { readCredentials } from '../failover/adapters/credentials.ts';
import { callFaultOf, callingAgent } from '../failover/adapters/mutual-tls.ts';
import type { OrderGiven } from '../failover/order-desk.ts';
import type { Status } from '../failover/status.ts';
import { InputError, TransientError } from '../fleet/errors.ts';
import type { FleetRecord } from './fleet-files.ts';

const answerMsMax = 2_000;
const answerBytesMax = 4 * 1_024 * 1_024;

export interface VantageStatus {
  readonly vantage: string;
  /** Null when the vantage does not answer. */
  readonly status: Status | null;
}

/** What reaching a vantage takes; a running fleet's record has it all. */
export type VantagesAt = Pick<FleetRecord, 'zone' | 'operator'> & {
  readonly urls: Pick<FleetRecord['urls'], 'vantages'>;
};

export const vantageStatuses = (fleet: VantagesAt): Promise<readonly VantageStatus[]> =>
  Promise.all(
    Object.keys(fleet.urls.vantages).map(async (vantage) => {
      // A vantage that does not answer is itself a finding, which the caller shows.
      const answer = await call(fleet, vantage, '/status').catch(() => null);
      return { vantage, status: answer?.status === 200 ? (answer.body as Status) : null };
    }),
  );

/** Gives the order to the first vantage that answers; the others take it over within a beat. */
export async function giveOrder(fleet: VantagesAt, order: OrderGiven): Promise<void> {
  const silent: string[] = [];
  for (const vantage of Object.keys(fleet.urls.vantages)) {
    const answer = await call(fleet, vantage, '/orders', order).catch((error: unknown) => {
      silent.push(`${vantage} ${callFaultOf(error)}`);
      return null;
    });
    if (answer === null) continue;
    if (answer.status === 201) return;
    const { code = 'refused', detail = '' } = answer.body as { code?: string; detail?: string };
    throw new InputError(code, {
      found: detail.replace(/\.$/, ''),
      why: 'The vantages refuse the order',
      remedy: 'See evenkeel status',
    });
  }
  throw new TransientError('no-vantage', {
    found: `No vantage answers (${silent.join(', ')})`,
    why: 'Orders are carried out by the controllers there',
    remedy:
      'Try once more; where none comes back, raise a flag (evenkeel flag raise), which needs no controller',
  });
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

async function call(
  { zone, urls, operator }: VantagesAt,
  vantage: string,
  path: string,
  order?: OrderGiven,
): Promise<Answer> {
  const agent = callingAgent({
    credentials: readCredentials(operator, zone),
    zone,
    expected: { role: 'vantage', name: vantage },
    timeoutMs: answerMsMax,
    responseBytesMax: answerBytesMax,
  });
  try {
    const { statusCode, body } = await request(`${urls.vantages[vantage] ?? ''}${path}`, {
      dispatcher: agent,
      signal: AbortSignal.timeout(answerMsMax),
      ...(order === undefined
        ? {}
        : {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(order),
          }),
    });
    return { status: statusCode, body: await body.json() };
  } finally {
    await agent.destroy();
  }
}
