// The main tables: what each arm cost each client, over all resolvers and behind each of them.
import { markdownTable } from '../../../markdown-table.ts';
import type { DowntimeSummary } from '../../../../failover/leap/downtime-summary.ts';
import { crossRegionShare, isControl } from '../arm.ts';
import {
  atLeast,
  codeText,
  percentText,
  secondsText,
  shareText,
  withInterval,
} from '../figure-texts.ts';
import type { RunSet } from '../run-set.ts';
import { summaryOf } from '../summaries.ts';

const headOfFigures = [
  'users',
  'kills',
  'mean s (95 %)',
  'p50',
  'p95',
  'p99',
  'lost nothing (95 %)',
];
/** Of many small groups: steady to the digit that is shown. */
const resamplesBehindEach = 200;

const armText = (arm: string): string =>
  isControl(arm) ? `${codeText(arm)}, a lower bound` : codeText(arm);

const qText = (arm: string): string => percentText(crossRegionShare(arm));

/** Arms as rows, clients as columns, mean seconds with their intervals. */
export function overviewTable(set: RunSet): string {
  const rows = set.arms.map((arm) => [
    armText(arm),
    qText(arm),
    ...set.clients.map((client) => {
      const summary = summaryOf(set, { arm, client });
      return summary === null ? '' : atLeast(isControl(arm), withInterval(summary.meanSeconds));
    }),
  ]);
  return markdownTable(['arm', 'q', ...set.clients.map(codeText)], rows);
}

/** Arm by client over all resolvers, with all figures. */
export function mainTable(set: RunSet): string {
  const rows = set.arms.flatMap((arm) =>
    set.clients.flatMap((client) => {
      const summary = summaryOf(set, { arm, client });
      const names = [armText(arm), qText(arm), codeText(client)];
      return summary === null ? [] : [[...names, ...cellsOf(summary, isControl(arm))]];
    }),
  );
  return markdownTable(['arm', 'q', 'client', ...headOfFigures], rows);
}

/** Arm by resolver by client. */
export function resolverTable(set: RunSet): string {
  const rows = set.arms.flatMap((arm) =>
    set.resolvers.flatMap((resolver) =>
      set.clients.flatMap((client) => {
        const choice = { arm, client, resolvers: [resolver] };
        const summary = summaryOf(set, choice, resamplesBehindEach);
        const names = [codeText(arm), resolver, client];
        return summary === null ? [] : [[...names, ...cellsOf(summary, isControl(arm))]];
      }),
    ),
  );
  return markdownTable(['arm', 'resolver', 'client', ...headOfFigures], rows);
}

function cellsOf(summary: DowntimeSummary, isLeast: boolean): readonly string[] {
  const { users, kills, meanSeconds, p50Seconds, p95Seconds, p99Seconds, zeroShare } = summary;
  return [
    String(users),
    String(kills),
    atLeast(isLeast, withInterval(meanSeconds)),
    ...[p50Seconds, p95Seconds, p99Seconds].map(({ value }) =>
      atLeast(isLeast, secondsText(value)),
    ),
    shareText(zeroShare, users),
  ];
}
