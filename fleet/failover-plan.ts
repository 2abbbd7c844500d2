// What the controller will need and where each part of it comes from: known before anything is built, filled in afterwards.
import { checkedDeployment } from './check-deployment.ts';
import { InputError } from './errors.ts';
import type { Deployment, EnvironmentName, Fleet, RegionId } from './fleet.ts';

/** An output of a stack that has been, or will be, applied. */
interface OutputReference {
  readonly stack: string;
  readonly output: string;
}

/** What a controller compares a real inference with. `imageFile` is a path on the controller's machine. */
export interface GoldenCheck {
  readonly model: string;
  readonly imageFile: string;
  readonly label: string;
  readonly probability: number;
}

/** `failover.json` as synthesized: the same for the same fleet, whoever synthesizes it. */
export interface FailoverPlan {
  readonly environment: EnvironmentName;
  readonly zone: string;
  readonly hostedZoneId: OutputReference;
  readonly nameServers: OutputReference;
  /** A map from region to health check. */
  readonly healthCheckIds: OutputReference;
  readonly addresses: Readonly<Record<RegionId, OutputReference>>;
  /** The folder of flags: known before it is built. */
  readonly flagsUrl: string;
  readonly golden: GoldenCheck;
}

/** Each applied stack's outputs, by stack and then by output. */
export type StackOutputs = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export type ResolvedDeployment = Deployment & Pick<FailoverPlan, 'flagsUrl' | 'golden'>;

const dnsPort = 53;

/** The controller's deployment file. `InputError` 'not-applied-yet' | 'wrong-deployment'. */
export function resolvedDeployment(
  fleet: Fleet,
  plan: FailoverPlan,
  outputs: StackOutputs,
): ResolvedDeployment {
  const value = ({ stack, output }: OutputReference): unknown => {
    const found = outputs[stack]?.[output];
    if (found !== undefined) return found;
    throw new InputError('not-applied-yet', {
      found: `Stack ${stack} has no output "${output}"`,
      why: 'The controller is told addresses, zone and health checks as they were really built',
      remedy: `Apply ${stack} first`,
    });
  };
  const deployment: Deployment = {
    hostedZoneId: value(plan.hostedZoneId) as string,
    addresses: Object.fromEntries(
      Object.entries<OutputReference>(plan.addresses).map(([region, reference]) => [
        region,
        value(reference) as string[],
      ]),
    ),
    healthCheckIds: value(plan.healthCheckIds) as Record<string, string>,
    nameServers: (value(plan.nameServers) as string[]).map((name) => `${name}:${dnsPort}`),
  };
  const { flagsUrl, golden } = plan;
  return { ...checkedDeployment(fleet, deployment), flagsUrl, golden };
}
