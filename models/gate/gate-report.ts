// What a gate found: one check a line, and the verdict that follows from the worst of them. Pure.
import type { Estimate } from '../../fleet/card.ts';
import type { Verdict } from '../lifecycle/lifecycle.ts';

export interface Check {
  readonly name: string;
  /** 'reported' is for people to read and decides nothing. */
  readonly outcome: Verdict | 'reported';
  readonly measured: Estimate | number | null;
  /** What `measured`, or the end of its interval, is held against. */
  readonly limit: number | null;
  readonly said: string;
}

export interface GateReport {
  readonly formatVersion: 1;
  readonly model: string;
  readonly candidate: string;
  /** Null for the first of its name. */
  readonly incumbent: string | null;
  readonly validation: {
    readonly setSha256: string;
    readonly rows: number;
    readonly patients: number;
  };
  readonly checks: readonly Check[];
  readonly verdict: Verdict;
}

/**
 * | worst outcome | verdict |
 * |---------------|---------|
 * | fail          | fail    |
 * | held          | held    |
 * | pass          | pass    |
 */
export function verdictOf(checks: readonly Check[]): Verdict {
  const has = (outcome: Check['outcome']) => checks.some((check) => check.outcome === outcome);
  if (has('fail') || !has('pass')) return 'fail';
  return has('held') ? 'held' : 'pass';
}

export function renderReport(report: GateReport): string {
  const { model, candidate, incumbent, validation, checks, verdict } = report;
  const against = incumbent === null ? 'the first of its name' : `against ${incumbent}`;
  const rows = checks.map(
    ({ name, outcome, measured, limit, said }) =>
      `| ${name} | ${outcome} | ${figure(measured)} | ${limit ?? ''} | ${said} |`,
  );
  return `# Gate: ${model} ${candidate}, ${against}: ${verdict}

Research software, not a medical device. ${validation.rows} rows of ${validation.patients} patients; SHA-256 of the validation set
\`${validation.setSha256}\`. In brackets: 95 % intervals of 1,000 bootstrap resamples of patients, both models on the same ones.

| check | outcome | measured | limit | |
| --- | --- | --- | --- | --- |
${rows.join('\n')}
`;
}

function figure(measured: Check['measured']): string {
  if (measured === null) return '';
  if (typeof measured === 'number') return measured.toFixed(3);
  const { value, low, high } = measured;
  return `${value.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`;
}
