// Speaks to the vantages of a running fleet: asks each for its status, and gives orders to all that can be reached.
import { request } from 'undici';
import type { OrderRequest } from '../failover/order-desk.ts';
import type { Status } from '../failover/status.ts';
import { InputError, TransientError } from '../fleet/errors.ts';
import type { FleetRecord } from './fleet-files.ts';

const answerMsMax = 2_000;

export interface VantageStatus {
  readonly vantage: string;
  /** Null when the vantage does not answer. */
  readonly status: Status | null;
}

export const vantageStatuses = ({ urls }: FleetRecord): Promise<readonly VantageStatus[]> =>
  Promise.all(
    Object.entries(urls.vantages).map(async ([vantage, url]) => ({
      vantage,
      status: await fetchStatus(url),
    })),
  );

async function fetchStatus(url: string): Promise<Status | null> {
  try {
    const { statusCode, body } = await request(`${url}/status`, {
      headersTimeout: answerMsMax,
      bodyTimeout: answerMsMax,
    });
    return statusCode === 200 ? ((await body.json()) as Status) : (await body.dump(), null);
  } catch {
    // A vantage that does not answer is itself a finding, which the caller shows.
    return null;
  }
}

/** Gives the order to the first vantage that answers; the others take it over within a beat. */
export async function giveOrder({ urls }: FleetRecord, order: OrderRequest): Promise<void> {
  for (const url of Object.values(urls.vantages)) {
    const answer = await post(`${url}/orders`, order);
    if (answer === null) continue;
    if (answer.status === 201) return;
    throw new InputError(answer.code, {
      found: answer.detail.replace(/\.$/, ''),
      why: 'The vantages refuse the order',
      remedy: 'See evenkeel status',
    });
  }
  throw new TransientError('no-vantage', {
    found: 'No vantage answers',
    why: 'Orders are carried out by the controllers there',
    remedy: 'They are started again within seconds: try once more',
  });
}

async function post(url: string, order: OrderRequest) {
  try {
    const { statusCode, body } = await request(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(order),
      headersTimeout: answerMsMax,
    });
    const { code = '', detail = '' } = (await body.json()) as { code?: string; detail?: string };
    return { status: statusCode, code, detail };
  } catch {
    return null;
  }
}
