// Outputs of stacks that are not applied here, as if their clouds had built them: whatever others are handed from them.
import type { StackOutputs } from '../../../fleet/failover-plan.ts';
import type { Fleet } from '../../../fleet/fleet.ts';
import type { FleetManifest } from '../../../fleet/fleet-manifest.ts';

/** Addresses for documentation (RFC 5737): nobody's. */
const network = '203.0.113';
const addressesPerStack = 8;

export function builtElsewhere(
  fleet: Fleet,
  { stacks }: FleetManifest,
  elsewhere: readonly string[],
): StackOutputs {
  const handoffs = stacks.flatMap((stack) => stack.handoffs);
  return Object.fromEntries(
    elsewhere.map((name, place) => {
      const wanted = new Set(handoffs.filter(({ from }) => from === name).map((h) => h.output));
      const host = (i: number) => `${network}.${place * addressesPerStack + i + 1}`;
      const { addressCount = 0 } = fleet.regions.find(({ id }) => id === name) ?? {};
      const valueOf = (output: string) => {
        if (output === 'addresses') return Array.from({ length: addressCount }, (_, i) => host(i));
        if (output.endsWith('address')) return host(0);
        return `${name}-${output.replaceAll('_', '-')}`;
      };
      return [name, Object.fromEntries([...wanted].map((output) => [output, valueOf(output)]))];
    }),
  );
}
