// What one stricken region costs of a month's error budget, arm by arm, for two kinds of client.
import { markdownTable } from '../../../markdown-table.ts';
import { isControl } from '../arm.ts';
import { budgets, eventMinutes, regionShares } from '../error-budget.ts';
import { atLeast, codeText, finePercentText } from '../figure-texts.ts';
import type { RunSet } from '../run-set.ts';
import { summaryOf } from '../summaries.ts';

const shownClients = ['first', 'node-http', 'keep-alive', 'chromium'];

export function budgetTable(set: RunSet): string {
  const rows = set.arms.flatMap((arm) =>
    shownClients.flatMap((client) => {
      const summary = summaryOf(set, { arm, client });
      if (summary === null) return [];
      const cells = regionShares.flatMap(({ share }) => {
        const minutes = eventMinutes(summary.meanSeconds.value, share);
        const texts = [
          minutes.toFixed(2),
          ...budgets.map((b) => finePercentText(minutes / b.minutes)),
        ];
        return texts.map((text) => atLeast(isControl(arm), text));
      });
      return [[codeText(arm), codeText(client), ...cells]];
    }),
  );
  const head = regionShares.flatMap(({ name }) => [
    `minutes, ${name} of the users`,
    ...budgets.map(({ objective, minutes }) => `of ${minutes} (${objective})`),
  ]);
  return markdownTable(['arm', 'client', ...head], rows);
}
