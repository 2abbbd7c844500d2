// The figures of the abstract: single addresses beside a hedge and the duplicate addresses, and what the last ones save.
import { markdownTable } from '../../../markdown-table.ts';
import type { Estimate } from '../../../../failover/leap/downtime-summary.ts';
import { crossRegionShare } from '../arm.ts';
import { codeText, percentText, withInterval } from '../figure-texts.ts';
import type { RunSet } from '../run-set.ts';
import { savedOf, summaryOf } from '../summaries.ts';

const before = 'single';
const hedge = 'hedge:1:1';
/** Where a browser run has fewer addresses in its answer, that is what it shows. */
const duplicates = ['multi:2', 'multi:1'];
const shownClients = ['first', 'node-http', 'keep-alive', 'curl', 'chromium', 'quiet-first'];

export function headlineTable(sets: readonly RunSet[]): string {
  const rows = sets
    .filter(({ backend, arms }) => backend === 'lab' && arms.includes(before))
    .flatMap(rowsOf);
  if (rows.length === 0) return 'No published run has single addresses to compare with.';
  const head = [
    'TTL, s',
    'client',
    codeText(before),
    codeText(hedge),
    'duplicate addresses',
    'saved by them',
  ];
  return markdownTable(head, rows);
}

function rowsOf(set: RunSet): readonly (readonly string[])[] {
  const arm = duplicates.find((name) => set.arms.includes(name));
  if (arm === undefined) return [];
  const clients = set.role === 'browser' ? ['chromium'] : shownClients;
  return clients
    .filter((client) => set.clients.includes(client))
    .map((client) => {
      const saved = savedOf(set, { arm: before, client }, { arm, client });
      const mean = (of: string) => {
        const summary = summaryOf(set, { arm: of, client });
        return summary === null ? '' : withInterval(summary.meanSeconds);
      };
      return [
        String(set.ttlSeconds),
        codeText(client),
        mean(before),
        mean(hedge),
        `${mean(arm)} (${codeText(arm)}, q ${percentText(crossRegionShare(arm))})`,
        savedText(saved),
      ];
    });
}

function savedText(saved: Estimate | null): string {
  if (saved === null) return 'nothing to save';
  return saved.low === 1 ? 'all: nobody lost any' : withInterval(saved, percentText);
}
