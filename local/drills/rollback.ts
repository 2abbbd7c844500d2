// Proof that a drill left nothing behind: the zone before and after, byte for byte apart from the term, and who answers. Pure.
import { createHash } from 'node:crypto';
import { isTerm, recordText, termOf } from '../../fleet/records.ts';
import type { RecordSet } from '../../fleet/records.ts';

/** The fleet at one moment. */
export interface Snapshot {
  readonly records: readonly RecordSet[];
  readonly phases: Readonly<Record<string, string>>;
  /** Regions and vantages by name, and whether each answers. */
  readonly answering: Readonly<Record<string, boolean>>;
  readonly faults: readonly string[];
  readonly orders: readonly string[];
}

export interface Rollback {
  readonly differences: readonly string[];
  readonly termBefore: number;
  readonly termAfter: number;
  /** SHA-256 over the records without the term, one per line, sorted. */
  readonly recordsBefore: string;
  readonly recordsAfter: string;
}

const linesOf = (records: readonly RecordSet[]) =>
  records
    .filter((record) => !isTerm(record))
    .map(recordText)
    .sort();

const digest = (lines: readonly string[]) =>
  createHash('sha256').update(lines.join('\n')).digest('hex');

export function rollbackOf(before: Snapshot, after: Snapshot): Rollback {
  const [was, is] = [linesOf(before.records), linesOf(after.records)];
  return {
    differences: [
      ...was.filter((line) => !is.includes(line)).map((line) => `the zone lacks: ${line}`),
      ...is.filter((line) => !was.includes(line)).map((line) => `the zone has besides: ${line}`),
      ...changed(before.phases, after.phases).map((id) => `${id} is ${after.phases[id] ?? 'gone'}`),
      ...Object.keys(before.answering)
        .filter((id) => after.answering[id] !== true)
        .map((id) => `${id} does not answer`),
      ...after.faults.map((fault) => `still active: ${fault}`),
      ...after.orders
        .filter((order) => !before.orders.includes(order))
        .map((order) => `still stands: ${order}`),
    ],
    termBefore: termOf(before.records).number,
    termAfter: termOf(after.records).number,
    recordsBefore: digest(was),
    recordsAfter: digest(is),
  };
}

const changed = (
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
) => Object.keys(before).filter((id) => before[id] !== after[id]);
