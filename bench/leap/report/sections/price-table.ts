// The price of each arm: what crosses regions in peace, how long a hedged request waits in a failure, and what refreshing costs.
import { markdownTable } from '../../../markdown-table.ts';
import { meanAttemptDelay } from '../../theory.ts';
import { crossRegionShare, isControl, stagesOf } from '../arm.ts';
import { codeText, percentText } from '../figure-texts.ts';

/** Node's delay before the next address is tried (`autoSelectFamilyAttemptTimeout`), and RFC 8305's. */
const attemptDelayMs = 250;

export function priceTable(arms: readonly string[]): string {
  const rows = arms
    .filter((arm) => !isControl(arm))
    .map((arm) => {
      const q = crossRegionShare(arm);
      const [peace] = stagesOf(arm, 60, 0);
      const isHedged = peace.choices.every(
        ({ answer }) => answer.includes(true) && answer.includes(false),
      );
      return [
        codeText(arm),
        percentText(q),
        isHedged ? `${meanAttemptDelay(q, attemptDelayMs).toFixed(0)} ms` : 'none: one address',
        q === 0
          ? 'none: it may be cold'
          : `takes ${percentText(q)} of the region's requests every day`,
      ];
    });
  const head = ['arm', 'q: crosses regions in peace'];
  return markdownTable(
    [...head, 'mean wait of a request during the failure', 'warm standby'],
    rows,
  );
}
