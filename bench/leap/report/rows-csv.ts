// All rows of the published runs as one file that any tool reads.
import type { Row } from '../row.ts';
import type { PublishedRun } from './published-runs.ts';

const columns = [
  'arm',
  'resolver',
  'client',
  'ttlSeconds',
  'region',
  'killedAtMs',
  'cache',
  'downtimeMs',
  'requests',
  'failed',
  'firstAddressAliveShare',
  'zeroDowntime',
] as const satisfies readonly (keyof Row)[];

export const rowsCsvHead = ['run', 'backend', ...columns].join(',');

/** Names of arms, resolvers and clients have neither commas nor quotes. Three digits are all that a share of some answers has. */
export const rowCsv = ({ folder, backend }: PublishedRun, row: Row): string =>
  [folder, backend, ...columns.map((column) => valueText(row[column]))].join(',');

const valueText = (value: Row[keyof Row]): string =>
  typeof value === 'number' ? String(Math.round(value * 1_000) / 1_000) : String(value);
