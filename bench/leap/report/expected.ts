// What the closed forms say of an arm and a client behind the resolvers of a run, given when it was rewritten.
import { aliveFirstShare } from '../../../failover/leap/published.ts';
import type { Stage } from '../../../failover/leap/published.ts';
import { readResolverModels } from '../../../failover/leap/read-models.ts';
import { heldSecondsOf } from '../../../failover/leap/resolver-profile.ts';
import type { ResolverModel } from '../../../failover/leap/resolver-profile.ts';
import { meanDowntime, widenedMeanDowntime } from '../theory.ts';
import { isControl, stagesOf } from './arm.ts';
import type { RunSet } from './run-set.ts';

type Rewritten = Pick<RunSet, 'ttlSeconds' | 'resolvers' | 'rewriteSeconds'>;

/** Clients that the forms speak of: who takes the first address, and who finds any that lives. */
const aliveShares: Readonly<Record<string, (stage: Stage) => number>> = {
  first: aliveFirstShare,
  sequential: anyAliveShare,
  'node-http': anyAliveShare,
  undici: anyAliveShare,
};

function anyAliveShare({ choices }: Stage): number {
  return choices.reduce((share, { upTo, answer }, i) => {
    const odds = upTo - (choices[i - 1]?.upTo ?? 0);
    return share + (answer.includes(true) ? odds : 0);
  }, 0);
}

export const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** What the caches of the run keep an answer for, on average over its resolvers. NaN where one of them was never measured. */
export const meanHeldSeconds = ({ resolvers, ttlSeconds }: Rewritten): number => {
  const models = readResolverModels();
  return meanOf(resolvers.map((id) => heldSeconds(models, id, ttlSeconds)));
};

const heldSeconds = (models: readonly ResolverModel[], id: string, ttlSeconds: number): number => {
  const model = models.find((m) => m.id === id);
  return model === undefined ? Number.NaN : heldSecondsOf(model, ttlSeconds);
};

/** Seconds; null where no form speaks of the client, of the control, or of a run that was never rewritten. */
export function expectedSeconds(run: Rewritten, arm: string, client: string): number | null {
  const aliveShareOf = aliveShares[client];
  if (aliveShareOf === undefined || isControl(arm) || run.rewriteSeconds.length === 0) return null;
  const rewrite = meanOf(run.rewriteSeconds);
  const [peace, ...later] = stagesOf(arm, run.ttlSeconds, rewrite);
  const models = readResolverModels();
  const means = run.resolvers.map((id) => {
    const held = heldSeconds(models, id, run.ttlSeconds);
    const [widened, rewritten] = later;
    if (widened === undefined || rewritten === undefined)
      return meanDowntime({ rewrite, held, aliveShare: aliveShareOf(peace) });
    return widenedMeanDowntime({
      widened: widened.fromMs / 1_000,
      rewrite,
      held,
      widenedHeld: heldSeconds(models, id, widened.ttlSeconds),
      aliveShare: aliveShareOf(widened),
    });
  });
  const mean = meanOf(means);
  return Number.isFinite(mean) ? mean : null;
}
