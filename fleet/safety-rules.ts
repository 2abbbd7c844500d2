// Safety rules in the sense of Route 53's Application Recovery Controller: what no change may do, whoever wants it.
import type { RegionId } from './fleet.ts';

/**
 * - `assertAtLeast`: so many of these regions keep a weight, be they dead; no change may leave fewer.
 * - `gate`: a switch that must be on. `holds` says for what: `returns` (whatever gives a region more, but for a stand-in), or
 *   `automatic` (whatever nobody has ordered, leaving a dead region included: with it off, people steer by orders alone).
 * - `wait`: so long after any change nothing else is changed; a dead region is left without waiting.
 * - `capacity`: whoever takes users over can carry them, at this utilisation and with so many instances to spare. It holds
 *   drains and returns, and never keeps users in a dead region.
 */
export type SafetyRule = { readonly name: string } & (
  | {
      readonly kind: 'assertAtLeast';
      readonly count: number;
      readonly regions: readonly RegionId[];
    }
  | {
      readonly kind: 'gate';
      readonly holds: 'automatic' | 'returns';
      /** While no order says otherwise. */
      readonly usually: 'on' | 'off';
    }
  | { readonly kind: 'wait'; readonly waitMs: number }
  | {
      readonly kind: 'capacity';
      /** Of what a region can grow to; 0..1. */
      readonly utilisationMax: number;
      readonly spareInstances: number;
    }
);

export type SafetyRuleOf<Kind extends SafetyRule['kind']> = Extract<
  SafetyRule,
  { readonly kind: Kind }
>;

export const gateNames = (rules: readonly SafetyRule[]): readonly string[] =>
  rules.flatMap((rule) => (rule.kind === 'gate' ? [rule.name] : []));
