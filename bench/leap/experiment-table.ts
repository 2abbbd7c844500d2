// The rows of a run as a table: each arm and client over all resolvers, in user-seconds of downtime per stricken user.
import { chanceFrom } from '../../failover/simulation/seeded-chance.ts';
import type { Row } from './row.ts';
import { downtimeSummary } from '../../failover/leap/downtime-summary.ts';
import type { DowntimeSummary, Estimate } from '../../failover/leap/downtime-summary.ts';

const columns = [
  'arm',
  'TTL',
  'client',
  'users',
  'kills',
  'mean seconds (95 %)',
  'p50',
  'p95',
  'p99',
  'lost nothing',
] as const;

export interface TableLine {
  readonly arm: string;
  readonly ttlSeconds: number;
  readonly client: string;
  readonly summary: DowntimeSummary;
}

/** Aligned columns, sorted by arm, TTL and client. The seed is that of the intervals' resamples. */
export function experimentTable(rows: readonly Row[], seed: number): string {
  const { draw } = chanceFrom(seed);
  const groups = groupedBy(
    rows,
    ({ arm, ttlSeconds, client }) => `${arm}\t${ttlSeconds}\t${client}`,
  );
  return summaryTable(
    groups.flatMap(([, group]) => {
      const [first] = group;
      return first === undefined ? [] : { ...first, summary: summaryOf(group, draw) };
    }),
  );
}

export const summaryTable = (lines: readonly TableLine[]): string =>
  aligned([
    columns,
    ...lines.map(({ arm, ttlSeconds, client, summary }) => [
      arm,
      String(ttlSeconds),
      client,
      ...figuresOf(summary),
    ]),
  ]);

function summaryOf(rows: readonly Row[], draw: () => number): DowntimeSummary {
  const kills = groupedBy(rows, ({ killedAtMs }) => String(killedAtMs));
  return downtimeSummary(
    kills.map(([, users]) => users.map(({ downtimeMs }) => downtimeMs / 1_000)),
    draw,
  );
}

function figuresOf(summary: DowntimeSummary): readonly string[] {
  const { meanSeconds, p50Seconds, p95Seconds, p99Seconds, zeroShare } = summary;
  const { value, low, high } = meanSeconds;
  return [
    String(summary.users),
    String(summary.kills),
    `${value.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`,
    ...[p50Seconds, p95Seconds, p99Seconds].map((estimate: Estimate) => estimate.value.toFixed(1)),
    `${Math.round(zeroShare.value * 100)} %`,
  ];
}

function groupedBy(rows: readonly Row[], keyOf: (row: Row) => string) {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [row]);
    else known.push(row);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
}

function aligned(lines: readonly (readonly string[])[]): string {
  const widths = columns.map((_, i) => Math.max(...lines.map((line) => line[i]?.length ?? 0)));
  const text = (line: readonly string[]) =>
    line.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ');
  return lines.map((line) => text(line).trimEnd()).join('\n');
}
