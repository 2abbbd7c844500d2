// Teaches Jest `expect(stack).toMatchProviderSchema()`: what Terraform would refuse to read, without Terraform and in milliseconds.
import { expect } from '@jest/globals';
import type { TerraformJson } from '../synthesized.ts';
import { providerSchema, providers } from './assembly.ts';
import { schemaFaults } from './check.ts';
import { sentenceOf } from './fault.ts';
import type { Fault } from './fault.ts';

/** Against the three providers whose packages are installed. */
export const faultsOf = (json: TerraformJson): readonly Fault[] =>
  schemaFaults(json, providersOf(json).map(providerSchema));

/** Reading a schema takes some 60 ms, so only what a stack uses is read. */
const providersOf = ({ provider = {}, resource = {}, data = {} }: TerraformJson) =>
  providers.filter((name) =>
    [...Object.keys(provider), ...Object.keys(resource), ...Object.keys(data)].some(
      (used) => used === name || used.startsWith(`${name}_`),
    ),
  );

expect.extend({
  toMatchProviderSchema(received: TerraformJson) {
    const faults = faultsOf(received);
    return {
      pass: faults.length === 0,
      message: () =>
        faults.length === 0
          ? 'The stack matches the schemas of its providers, and should not.'
          : `Terraform would refuse this stack:\n${faults.map((one) => `  ${sentenceOf(one)}`).join('\n')}`,
    };
  },
});

declare module 'expect' {
  interface Matchers<R extends void | Promise<void>, T = unknown> {
    /** The JSON of a stack has no fault of structure by its providers' schemas. */
    toMatchProviderSchema(this: Matchers<R, T>): R;
  }
}
