// The life of a model's versions: which stage each is in, and what may happen to it next. Pure.
import { InputError } from '../../fleet/errors.ts';

export type Stage = 'draft' | 'candidate' | 'shadow' | 'canary' | 'production' | 'retired';
export type Verdict = 'pass' | 'held' | 'fail';
export const servedStages = ['shadow', 'canary', 'production'] as const;
export type ServedStage = (typeof servedStages)[number];

export type Transition =
  /** What served before the registry kept a history. */
  | { readonly kind: 'adopt'; readonly version: string; readonly manifestSha256: string }
  | { readonly kind: 'publish'; readonly version: string; readonly manifestSha256: string }
  | {
      readonly kind: 'gate';
      readonly version: string;
      readonly verdict: Verdict;
      /** What it was measured against; null for the first of its name. */
      readonly incumbent: string | null;
      readonly reportSha256: string;
    }
  | {
      readonly kind: 'promote';
      readonly version: string;
      readonly to: ServedStage;
      /** Of the traffic, for a canary. */
      readonly share?: number;
      readonly approvals: readonly string[];
    }
  | { readonly kind: 'rollback'; readonly version: string };

type GateOutcome = Pick<
  Extract<Transition, { kind: 'gate' }>,
  'verdict' | 'incumbent' | 'reportSha256'
>;

export interface ModelLife {
  /** A version that is not in here is a draft. */
  readonly stages: ReadonlyMap<string, Stage>;
  /** The last gate of each version. */
  readonly gates: ReadonlyMap<string, GateOutcome>;
  /** What served, oldest first; the last is in production, and a rollback takes it away. */
  readonly served: readonly string[];
  readonly canaryShare: number | null;
}

export const unborn: ModelLife = {
  stages: new Map(),
  gates: new Map(),
  served: [],
  canaryShare: null,
};

export const stageOf = ({ stages }: ModelLife, version: string): Stage =>
  stages.get(version) ?? 'draft';

export const productionOf = ({ served }: ModelLife): string | null => served.at(-1) ?? null;

const approvalsNeeded = 2;

/**
 * The life after a transition; `InputError` when it is not in this table.
 *
 * | stage      | adopt       | publish   | gate      | to shadow | to canary | to production | rollback    |
 * |------------|-------------|-----------|-----------|-----------|-----------|---------------|-------------|
 * | draft      | production1 | candidate | -         | -         | -         | -             | -           |
 * | candidate  | -           | -         | candidate | shadow2   | -         | production2,3 | retired     |
 * | shadow     | -           | -         | -         | -         | canary4   | -             | retired     |
 * | canary     | -           | -         | -         | -         | canary4   | production5   | retired     |
 * | production | -           | -         | -         | -         | -         | -             | retired6    |
 * | retired    | -           | -         | -         | -         | -         | -             | -           |
 *
 * 1 where nothing has happened yet. 2 after a gate against what is in production now, passed, or held with two approvals; and
 * where nothing else is in shadow. 3 where nothing is in production: there is no traffic to shadow. 4 with its share, where
 * nothing else is a canary. 5 what was there retires. 6 where something served before: that serves again.
 */
export function step(life: ModelLife, transition: Transition): ModelLife {
  switch (transition.kind) {
    case 'adopt':
      return adopt(life, transition.version);
    case 'publish':
      expectStage(life, transition.version, ['draft'], 'published');
      return staged(life, { [transition.version]: 'candidate' });
    case 'gate': {
      const { version, verdict, incumbent, reportSha256 } = transition;
      expectStage(life, version, ['candidate'], 'judged by the gate');
      return {
        ...life,
        gates: new Map(life.gates).set(version, { verdict, incumbent, reportSha256 }),
      };
    }
    case 'promote':
      return promote(life, transition);
    case 'rollback':
      return rollback(life, transition.version);
  }
}

function adopt(life: ModelLife, version: string): ModelLife {
  if (life.stages.size > 0)
    throw refused(
      `${version} cannot be adopted`,
      'Only what served before there was a history is; everything later passes the gate',
      'Publish it',
    );
  return { ...staged(life, { [version]: 'production' }), served: [version] };
}

function promote(
  life: ModelLife,
  { version, to, share, approvals }: Extract<Transition, { kind: 'promote' }>,
): ModelLife {
  const incumbent = productionOf(life);
  switch (to) {
    case 'shadow':
      expectStage(life, version, ['candidate'], 'put in shadow');
      expectCleared(life, version, approvals);
      expectAlone(life, version, 'shadow');
      return staged(life, { [version]: 'shadow' });
    case 'canary':
      expectStage(life, version, ['shadow', 'canary'], 'made a canary');
      expectAlone(life, version, 'canary');
      return { ...staged(life, { [version]: 'canary' }), canaryShare: checkedShare(share) };
    case 'production':
      if (incumbent === null) {
        expectStage(life, version, ['candidate'], 'put in production as the first of its name');
        expectCleared(life, version, approvals);
        return { ...staged(life, { [version]: 'production' }), served: [version] };
      }
      expectStage(life, version, ['canary'], 'put in production');
      return {
        ...staged(life, { [version]: 'production', [incumbent]: 'retired' }),
        served: [...life.served, version],
        canaryShare: null,
      };
  }
}

function rollback(life: ModelLife, version: string): ModelLife {
  expectStage(life, version, ['candidate', 'shadow', 'canary', 'production'], 'rolled back');
  const stage = stageOf(life, version);
  const canaryShare = stage === 'canary' ? null : life.canaryShare;
  if (stage !== 'production') return { ...staged(life, { [version]: 'retired' }), canaryShare };
  const served = life.served.slice(0, -1);
  const before = served.at(-1);
  if (before === undefined)
    throw refused(
      `${version} is the first of its name in production`,
      'There is nothing to go back to, and without a model no film is read',
      'Publish a better version',
    );
  return { ...staged(life, { [version]: 'retired', [before]: 'production' }), served, canaryShare };
}

const staged = (life: ModelLife, changes: Readonly<Record<string, Stage>>): ModelLife => ({
  ...life,
  stages: new Map([...life.stages, ...Object.entries(changes)]),
});

function expectStage(
  life: ModelLife,
  version: string,
  allowed: readonly Stage[],
  what: string,
): void {
  const stage = stageOf(life, version);
  if (allowed.includes(stage)) return;
  throw refused(
    `${version} is ${stage === 'draft' ? 'a draft' : `in stage ${stage}`}`,
    `Only ${allowed.join(' or ')} is ${what}`,
    stage === 'retired' ? 'Publish it under a new version' : 'Take the steps in their order',
  );
}

function expectAlone(life: ModelLife, version: string, stage: Stage): void {
  const other = [...life.stages].find(([name, at]) => at === stage && name !== version)?.[0];
  if (other === undefined) return;
  throw refused(
    `${other} is in stage ${stage}`,
    'One version at a time is compared with what serves',
    `Promote ${other}, or roll it back`,
  );
}

function expectCleared(life: ModelLife, version: string, approvals: readonly string[]): void {
  const gate = life.gates.get(version);
  const incumbent = productionOf(life);
  if (gate === undefined || gate.verdict === 'fail' || gate.incumbent !== incumbent)
    throw new InputError('gate-not-passed', {
      found:
        gate?.incumbent === incumbent
          ? `The gate refused ${version}`
          : `${version} was not judged against ${incumbent ?? 'the floors of a first version'}`,
      why: 'No version meets patients before it was shown to be no worse than what serves',
      remedy: 'Run `evenkeel model gate`, or publish a better version',
    });
  if (gate.verdict === 'pass') return;
  const names = new Set(approvals.map((name) => name.trim().toLowerCase()).filter(Boolean));
  if (names.size >= approvalsNeeded) return;
  throw new InputError('approvals-missing', {
    found: `${version} is held, with ${names.size} of ${approvalsNeeded} approvals`,
    why: 'The gate\u2019s figures cannot say whether this change is wanted',
    remedy: 'Add --approved-by NAME for two different people',
  });
}

function checkedShare(share: number | undefined): number {
  if (share !== undefined && share > 0 && share < 1) return share;
  throw refused(
    `A canary with the share ${share ?? '(none)'}`,
    'It reads a part of the traffic: more than none, less than all',
    'Give for example --share 0.05',
  );
}

const refused = (found: string, why: string, remedy: string) =>
  new InputError('wrong-stage', { found, why, remedy });
