// Which stacks are worked on and in which order: the manifest's for building, the reverse for taking away.
import { InputError } from '../fleet/errors.ts';
import type { FleetManifest, StackEntry } from '../fleet/fleet-manifest.ts';
import type { DeployRequest } from './arguments.ts';

export interface StackOrder {
  readonly chosen: readonly StackEntry[];
  /** Stacks of other clouds than those asked for. */
  readonly leftOut: readonly StackEntry[];
}

/** `InputError` 'unknown-stack'. */
export function stackOrder(
  { stacks, environment }: FleetManifest,
  request: Pick<DeployRequest, 'verb' | 'stacks' | 'clouds'>,
): StackOrder {
  const unknown = request.stacks.find((name) => stacks.every((entry) => entry.name !== name));
  if (unknown !== undefined)
    throw new InputError('unknown-stack', {
      found: `${environment} has no stack "${unknown}"`,
      why: 'A stack is one failure domain with a state of its own',
      remedy: `Name some of: ${stacks.map(({ name }) => name).join(', ')}`,
    });
  const named = stacks.filter(
    ({ name }) => request.stacks.length === 0 || request.stacks.includes(name),
  );
  const ordered = request.verb === 'destroy' ? named.toReversed() : named;
  return {
    chosen: ordered.filter(({ cloud }) => request.clouds.includes(cloud)),
    leftOut: ordered.filter(({ cloud }) => !request.clouds.includes(cloud)),
  };
}
