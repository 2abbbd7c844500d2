// How often a region that never fails is left, in simulated days, because the links to it lose probes.
import { chanceFrom } from '../../failover/simulation/seeded-chance.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import { afterPoll, freshGdnsdState } from './gdnsd-rule.ts';
import type { GdnsdThresholds } from './gdnsd-rule.ts';
import { LossyLink } from './lossy-link.ts';
import type { LossyLinkSettings } from './lossy-link.ts';
import { QuorumRule } from './quorum-rule.ts';
import type { Drains } from './quorum-rule.ts';

const dayMs = 86_400_000;

export interface DrainSettings {
  readonly link: LossyLinkSettings;
  readonly days: number;
  readonly seed: number;
}

/** The same fleet as one vantage would run it: its own word is enough. */
export const withOneVantage = (fleet: Fleet): Fleet => ({
  ...fleet,
  vantages: fleet.vantages.slice(0, 1),
  steering: { ...fleet.steering, quorum: 1 },
});

/** Each vantage has a link of its own, and its beats fall between those of the others. */
export function quorumDrains(fleet: Fleet, { link, days, seed }: DrainSettings): Drains {
  const { intervalMs } = fleet.probe;
  const rule = new QuorumRule(fleet);
  const vantages = fleet.vantages.map((_, index) => ({
    link: new LossyLink(link, chanceFrom(seed * fleet.vantages.length + index)),
    phaseMs: (index * intervalMs) / fleet.vantages.length,
  }));
  for (let beatMs = 0; beatMs < days * dayMs; beatMs += intervalMs)
    for (const [index, vantage] of vantages.entries()) {
      const atMs = beatMs + vantage.phaseMs;
      rule.beat(index, !vantage.link.loses(atMs), atMs);
    }
  return rule.counts;
}

/** gdnsd answers by what it alone sees, so that each verdict is a drain. */
export function gdnsdDrains(
  thresholds: GdnsdThresholds,
  { link, days, seed }: DrainSettings,
): Drains {
  const ownLink = new LossyLink(link, chanceFrom(seed));
  let [state, drains] = [freshGdnsdState, 0];
  for (let atMs = 0; atMs < days * dayMs; atMs += thresholds.intervalMs) {
    const next = afterPoll(state, !ownLink.loses(atMs), thresholds);
    if (state.isUp && !next.isUp) drains += 1;
    state = next;
  }
  return { verdicts: drains, drains };
}
