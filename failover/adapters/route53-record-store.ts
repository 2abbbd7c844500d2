// The zone at Route 53: reads what the fleet owns, writes one batch at a time, and names every way in which that can end.
import {
  ChangeResourceRecordSetsCommand,
  GetChangeCommand,
  ListResourceRecordSetsCommand,
  Route53Client,
} from '@aws-sdk/client-route-53';
import type { ListResourceRecordSetsCommandInput } from '@aws-sdk/client-route-53';
import { TransientError } from '../../fleet/errors.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import { apiName, termName } from '../../fleet/records.ts';
import type { Change, RecordSet } from '../../fleet/records.ts';
import type { RecordStore, WriteOutcome } from '../ports.ts';
import { fromRoute53RecordSet, toRoute53Change } from './route53-records.ts';

export interface Route53Settings {
  readonly fleet: Fleet;
  readonly hostedZoneId: string;
  /** For a Route 53 on this machine; absent, AWS itself with the credentials of the process. */
  readonly endpoint?: string;
  readonly requestTimeoutMs?: number;
}

const connectTimeoutMs = 2_000;
const requestTimeoutMsDefault = 5_000;
/** The controller repeats with its own backoff; a second layer of retries would spend the account's 5 requests/s twice. */
const attemptsMax = 1;
/** 300 sets a page: far beyond any fleet's, so reading ends even if the zone is full of other names below `api`. */
const pagesMax = 10;

export interface Route53RecordStore extends RecordStore {
  close(): void;
}

export function route53RecordStore(settings: Route53Settings): Route53RecordStore {
  const { fleet, hostedZoneId, endpoint } = settings;
  const client = new Route53Client({
    // The service is global; its control plane lives in us-east-1.
    region: 'us-east-1',
    maxAttempts: attemptsMax,
    requestHandler: {
      connectionTimeout: connectTimeoutMs,
      requestTimeout: settings.requestTimeoutMs ?? requestTimeoutMsDefault,
      throwOnRequestTimeout: true,
    },
    ...(endpoint === undefined
      ? {}
      : { endpoint, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }),
  });
  return {
    read: () => readOwned(client, fleet, hostedZoneId),
    write: (changes) => writeBatch(client, fleet, hostedZoneId, changes),
    settled: async (changeId) => {
      try {
        const answer = await client.send(new GetChangeCommand({ Id: changeId }));
        return answer.ChangeInfo?.Status === 'INSYNC';
      } catch {
        return false;
      }
    },
    close: () => client.destroy(),
  };
}

type PageStart = Pick<
  ListResourceRecordSetsCommandInput,
  'StartRecordName' | 'StartRecordType' | 'StartRecordIdentifier'
>;

/** Names sort by their labels from the right, so `api` and everything below it stand together, usually on one page. */
async function readOwned(
  client: Route53Client,
  fleet: Fleet,
  hostedZoneId: string,
): Promise<readonly RecordSet[]> {
  const api = apiName(fleet);
  const owned: RecordSet[] = [];
  let from: PageStart = { StartRecordName: api };
  try {
    for (let page = 0; page < pagesMax; page += 1) {
      const answer = await client.send(
        new ListResourceRecordSetsCommand({ HostedZoneId: hostedZoneId, ...from }),
      );
      const records = (answer.ResourceRecordSets ?? []).map(fromRoute53RecordSet);
      owned.push(...records.filter((r) => r !== null).filter((r) => isBelow(r.name, api)));
      const next = (answer.NextRecordName ?? '').replace(/\.$/, '');
      if (answer.IsTruncated !== true || !isBelow(next, api)) return owned;
      from = {
        StartRecordName: answer.NextRecordName,
        StartRecordType: answer.NextRecordType,
        StartRecordIdentifier: answer.NextRecordIdentifier,
      };
    }
  } catch (cause) {
    throw unreadable(`The zone ${fleet.zone} could not be read: ${describe(cause)}`, cause);
  }
  throw unreadable(`The zone ${fleet.zone} has more than ${pagesMax} pages below ${api}`);
}

const isBelow = (name: string, api: string) => name === api || name.endsWith(`.${api}`);

const unreadable = (found: string, cause?: unknown) =>
  new TransientError(
    'zone-unreadable',
    {
      found,
      why: 'A change is planned from what the zone says now',
      remedy: 'It is read again at the next beat; answers go on being served meanwhile',
    },
    { cause },
  );

async function writeBatch(
  client: Route53Client,
  fleet: Fleet,
  hostedZoneId: string,
  changes: readonly Change[],
): Promise<WriteOutcome> {
  try {
    const answer = await client.send(
      new ChangeResourceRecordSetsCommand({
        HostedZoneId: hostedZoneId,
        ChangeBatch: { Changes: changes.map((change) => toRoute53Change(change, hostedZoneId)) },
      }),
    );
    const changeId = answer.ChangeInfo?.Id;
    if (changeId === undefined)
      return { kind: 'unreachable', detail: 'an answer without a change id' };
    return { kind: 'written', changeId };
  } catch (error) {
    return outcomeOf(error, termName(fleet));
  }
}

const busyNames = new Set(['PriorRequestNotComplete', 'Throttling', 'ThrottlingException']);
/** Real Route 53 says InvalidChangeBatch; the simulator moto says InvalidInput for a DELETE that does not match. */
const invalidNames = new Set(['InvalidChangeBatch', 'InvalidInput']);

/**
 * | error                                           | outcome     |
 * |-------------------------------------------------|-------------|
 * | invalid batch that names the term               | fenced      |
 * | PriorRequestNotComplete, Throttling             | busy        |
 * | any other 4xx                                   | refused     |
 * | 5xx, time-out, no connection, unreadable answer | unreachable |
 */
function outcomeOf(error: unknown, term: string): WriteOutcome {
  const detail = describe(error);
  const { name = '', $metadata } = error as {
    readonly name?: string;
    readonly $metadata?: { readonly httpStatusCode?: number };
  };
  if (busyNames.has(name)) return { kind: 'busy', detail };
  if (invalidNames.has(name) && detail.includes(term)) return { kind: 'fenced', detail };
  const status = $metadata?.httpStatusCode ?? 0;
  return { kind: status >= 400 && status < 500 ? 'refused' : 'unreachable', detail };
}

/** InvalidChangeBatch lists its reasons apart from its message. */
function describe(error: unknown): string {
  const { name, message, messages } = error as {
    readonly name?: string;
    readonly message?: string;
    readonly messages?: readonly string[];
  };
  return [name, message, ...(messages ?? [])]
    .filter((part) => part !== undefined && part !== '')
    .join(': ');
}
