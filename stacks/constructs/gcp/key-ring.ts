// The ring that holds a stack's keys. Google never deletes a ring, so its name carries a part that the deployer can change.
import { KmsKeyRing } from '@cdktf/provider-google/lib/kms-key-ring/index.js';
import type { ITerraformDependable } from 'cdktf';
import type { FleetStack } from '../../fleet-stack.ts';
import { nameOf } from '../../names.ts';

export function keyRing(
  stack: FleetStack,
  location: string,
  dependsOn: readonly ITerraformDependable[],
): KmsKeyRing {
  const series = stack.parameter('key_series', {
    type: 'string',
    description: 'Ends the name of the key ring; change it to build again what was destroyed',
    default: '1',
    validation: {
      condition: 'can(regex("^[0-9a-z]{1,8}$", var.key_series))',
      errorMessage: 'key_series must have 1 to 8 of a-z and 0-9.',
    },
  }).stringValue;
  return new KmsKeyRing(stack, 'key-ring', {
    name: `${nameOf.gcp(stack.fleet, stack.id, 'keys')}-${series}`,
    location,
    dependsOn: [...dependsOn],
    lifecycle: { preventDestroy: stack.holdsData && stack.fleet.estate.protectsData },
  });
}
