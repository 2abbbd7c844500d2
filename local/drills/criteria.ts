// Judges a drill by its pass criteria: each in words, with its limit, what was measured, and whether it holds. Pure.
import type { Criterion, Drill } from './drill.ts';
import type { Findings } from './findings.ts';
import type { Limits } from './limits.ts';
import type { Rollback } from './rollback.ts';

export interface Judgement {
  readonly criterion: string;
  readonly limit: string;
  readonly measured: string;
  readonly passed: boolean;
}

export interface Evidence {
  readonly struck: string;
  readonly limits: Limits;
  readonly findings: Findings;
  readonly rollback: Rollback;
}

/** No larger share of the users moves at once (I13). */
export const stepMax = 25;

export const judge = (drill: Drill, evidence: Evidence): readonly Judgement[] =>
  drill.criteria.map((criterion) => ({
    criterion: criterionText(criterion),
    ...judgements[criterion.kind](criterion as never, evidence),
  }));

const texts: Readonly<Record<Criterion['kind'], string>> = {
  'careful-success': 'Clients that try every address: share of uploads that succeed',
  'simple-recovery': 'Clients that try one address only are served again',
  detected: 'A quorum of vantages says that the region is down',
  left: 'The name servers answer without the region',
  'nobody-left': 'No region loses its weight',
  'survivors-kept': 'No region but the struck one loses its weight',
  'changes-at-most': 'Changes of the zone',
  'staged-return': 'The region returns in steps',
  returned: 'The region has its normal weight again, after the end of the fault',
  'rolled-back': 'Everything is as before: records but for the term, weights, processes',
};

export const criterionText = ({ kind }: Criterion): string => texts[kind];

type Finding = Omit<Judgement, 'criterion'>;
type Judges = {
  readonly [Kind in Criterion['kind']]: (
    criterion: Extract<Criterion, { readonly kind: Kind }>,
    evidence: Evidence,
  ) => Finding;
};

const within = (measured: number | null, limit: number | null): Finding => ({
  limit: limit === null ? 'any time' : `within ${limit} s`,
  measured: measured === null ? 'never' : `${measured} s`,
  passed: measured !== null && (limit === null || measured <= limit),
});

const keptAll = (left: readonly string[]): Finding => ({
  limit: 'none is left',
  measured: left.length === 0 ? 'none was' : `left: ${left.join(', ')}`,
  passed: left.length === 0,
});

const judgements: Judges = {
  'careful-success': ({ share }, { findings }) => {
    const careful = findings.clients.filter(({ policy }) => policy === 'every');
    const sent = careful.reduce((sum, c) => sum + c.sent, 0);
    const failed = careful.reduce((sum, c) => sum + c.failed, 0);
    return {
      limit: share === 1 ? 'all' : `at least ${percent(share)}`,
      measured: `${sent - failed} of ${sent}`,
      // Nothing sent shows nothing.
      passed: sent > 0 && (sent - failed) / sent >= share,
    };
  },
  'simple-recovery': (_, { findings, limits }) => {
    const simple = findings.clients.filter(({ policy }) => policy === 'first');
    const slowest = simple.some((c) => c.recoverySeconds === null)
      ? null
      : Math.max(0, ...simple.map((c) => c.recoverySeconds ?? 0));
    return within(slowest, limits.recoverSeconds);
  },
  detected: (_, { findings, limits }) => within(findings.detectionSeconds, limits.detectSeconds),
  left: (_, { findings, limits }) => within(findings.dnsSeconds, limits.leaveSeconds),
  'nobody-left': (_, { findings }) => keptAll(findings.regionsLeft),
  'survivors-kept': (_, { findings, struck }) =>
    keptAll(findings.regionsLeft.filter((id) => id !== struck)),
  'changes-at-most': ({ count }, { findings: { changes } }) => ({
    limit: count === 0 ? 'none' : `at most ${count}`,
    measured: String(changes),
    passed: changes <= count,
  }),
  'staged-return': (_, { findings: { returnWeights } }) => ({
    limit: `of at most ${stepMax}`,
    measured: returnWeights.join(' > ') || 'it did not return',
    passed:
      returnWeights.length > 0 &&
      returnWeights.every((w, i) => w - (returnWeights[i - 1] ?? 0) <= stepMax),
  }),
  returned: (_, { findings, limits }) => within(findings.returnSeconds, limits.returnSeconds),
  'rolled-back': (_, { rollback }) => ({
    limit: 'no difference',
    measured: rollback.differences.join('; ') || 'no difference',
    passed: rollback.differences.length === 0,
  }),
};

const percent = (share: number) => `${Number((share * 100).toFixed(2))} %`;
