// One measured (or simulated) user of a stricken region: what stood in one cache, and what one client made of it.
import { InputError } from '../../fleet/errors.ts';

export interface Row {
  /** The strategy as it is written (`multi:2`), or `control`: single addresses and nobody who rewrites them. */
  readonly arm: string;
  /** Program and variant, for example `unbound` or `unbound+prefetch`. */
  readonly resolver: string;
  readonly client: string;
  readonly ttlSeconds: number;
  /** Whose users these are: the region that was killed. */
  readonly region: string;
  /** When the region was killed, on the clock of the run. One value is one kill: rows of one kill are not independent. */
  readonly killedAtMs: number;
  /** Which cache answered, within its run: rows of one cache are not independent either. */
  readonly cache: string;
  /** From the kill on, the time for which a request begun then failed. */
  readonly downtimeMs: number;
  readonly requests: number;
  readonly failed: number;
  /** Of the answers given between the kill and the first rewritten one, how many began with a live address; 1 if it was never asked. */
  readonly firstAddressAliveShare: number;
  readonly zeroDowntime: boolean;
}

const texts = ['arm', 'resolver', 'client', 'region', 'cache'] as const;
const amounts = ['ttlSeconds', 'killedAtMs', 'downtimeMs', 'requests', 'failed'] as const;
const keysSorted = [...texts, ...amounts, 'firstAddressAliveShare', 'zeroDowntime'].sort();

/** One line of a file of rows (JSON Lines), its keys always in one order. */
export const rowText = (row: Row): string => JSON.stringify(row, keysSorted);

/** `InputError` 'wrong-row' for a line that is no row, with what is wrong about it. */
export function parseRow(line: string): Row {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw wrongRow(line, 'it is not JSON');
  }
  const fault = faultOf(value);
  if (fault !== null) throw wrongRow(line, fault);
  return value as Row;
}

function faultOf(value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return 'it is not an object';
  const row = value as Readonly<Record<string, unknown>>;
  const text = texts.find((key) => typeof row[key] !== 'string' || row[key] === '');
  if (text !== undefined) return `${text} is not a text`;
  const amount = amounts.find((key) => !isAmount(row[key]));
  if (amount !== undefined) return `${amount} is not a number of 0 or more`;
  const { failed, requests, downtimeMs, zeroDowntime } = row as unknown as Row;
  if (failed > requests) return `${failed} of ${requests} requests failed`;
  const share = row['firstAddressAliveShare'];
  if (!isAmount(share) || share > 1) return 'firstAddressAliveShare is not within 0..1';
  if (zeroDowntime !== (downtimeMs === 0)) return 'zeroDowntime contradicts downtimeMs';
  return null;
}

const isAmount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0;

const wrongRow = (line: string, fault: string) =>
  new InputError('wrong-row', {
    found: `${fault}: ${line.slice(0, 200)}`,
    why: 'A table from rows that say something else would be wrong without anybody seeing it',
    remedy: 'Measure again, or leave the line out',
  });
