// What a drill cost, against what may go wrong in a month: lost uploads, and seconds without service for each kind of user. Pure.
import { availabilityObjective, monthSeconds } from '../../fleet/objectives.ts';
import type { ClientFacts } from './facts.ts';

interface BudgetShare {
  readonly policy: string;
  readonly sent: number;
  readonly failed: number;
  /** The share of failed uploads, as if the service had been away for that part of the drill. */
  readonly userSeconds: number;
  readonly shareOfMonth: number;
}

export interface ErrorBudget {
  readonly objective: number;
  /** For each user, in a month of 30 days. */
  readonly allowedUserSeconds: number;
  readonly shares: readonly BudgetShare[];
}

export function errorBudget(clients: readonly ClientFacts[], lastedMs: number): ErrorBudget {
  const allowedUserSeconds = Math.round((1 - availabilityObjective) * monthSeconds);
  const policies = [...new Set(clients.map(({ policy }) => policy))];
  const shares = policies.map((policy): BudgetShare => {
    const samples = clients.filter((c) => c.policy === policy).flatMap((c) => c.samples);
    const failed = samples.filter(({ ok }) => !ok).length;
    const lostShare = samples.length === 0 ? 0 : failed / samples.length;
    const userSeconds = Math.round((lostShare * lastedMs) / 100) / 10;
    return {
      policy,
      sent: samples.length,
      failed,
      userSeconds,
      shareOfMonth: userSeconds / allowedUserSeconds,
    };
  });
  return { objective: availabilityObjective, allowedUserSeconds, shares };
}
