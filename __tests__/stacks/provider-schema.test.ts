import { beforeAll, describe, expect, test } from '@jest/globals';
import { fleetFor } from '../../fleet/environments.ts';
import { providerSchema } from '../support/provider-schema/assembly.ts';
import type { Provider } from '../support/provider-schema/assembly.ts';
import {
  mutantAt,
  mutantKinds,
  mutationSites,
  sampled,
} from '../support/provider-schema/mutants.ts';
import type { Mutant } from '../support/provider-schema/mutants.ts';
import { faultsOf } from '../support/provider-schema/to-match-provider-schema.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { synthesizedFleet } from '../support/synthesized-fleet.ts';
import type { SynthesizedStack } from '../support/synthesized-fleet.ts';

test.each(['qa', 'preproduction', 'production'])(
  'every stack of %s is written as its providers want it',
  (environment) => {
    for (const { json } of synthesizedFleet(fleetFor(environment)).stacks)
      expect(json).toMatchProviderSchema();
  },
);

const seed = 20_261_121;
/** Of each kind in each cloud, where there are so many places for it. */
const sampleSize = 70;
const clouds = ['aws', 'gcp', 'azure'] as const;

/** A stack that one thing was changed in, and the sentence by which the change was found; none if it was not. */
interface Trial {
  readonly mutant: Mutant;
  readonly stack: string;
  readonly cloud: string;
  readonly isCaught: boolean;
}

const schemaOf = (type: string) => providerSchema(type.split('_')[0] as Provider);

function trialsOf(
  cloud: string,
  stacks: readonly SynthesizedStack[],
  random: () => number,
): Trial[] {
  const sites = stacks
    .filter((stack) => stack.cloud === cloud)
    .flatMap(({ name, json }) =>
      mutationSites(json, schemaOf).map((site) => ({ stack: name, json, site })),
    );
  return mutantKinds.flatMap((kind) =>
    sampled(
      sites.filter(({ site }) => site.kind === kind),
      sampleSize,
      random,
    ).map(({ stack, json, site }) => {
      const mutant = mutantAt(json, site);
      return { mutant, stack, cloud, isCaught: faultsOf(mutant.json).length > 0 };
    }),
  );
}

describe(`of mutants of the three clouds' stacks (seed ${seed})`, () => {
  let trials: readonly Trial[] = [];
  beforeAll(() => {
    const random = seededRandom(seed);
    const { stacks } = synthesizedFleet(fleetFor('production'));
    trials = clouds.flatMap((cloud) => trialsOf(cloud, stacks, random));
  });

  test('there are more than a thousand, of every kind in every cloud', () => {
    expect(trials.length).toBeGreaterThan(1_000);
    for (const cloud of clouds)
      for (const kind of mutantKinds) {
        const count = trials.filter((t) => t.cloud === cloud && t.mutant.kind === kind).length;
        expect({ cloud, kind, isEnough: count >= 30 }).toEqual({ cloud, kind, isEnough: true });
      }
  });

  test('at least 99 in 100 are caught, and the others are where a package says nothing', () => {
    const survivors = trials.filter(({ isCaught }) => !isCaught);
    const named = survivors.map(({ stack, mutant }) => `${stack}: ${mutant.kind}: ${mutant.place}`);
    expect(survivors.length / trials.length <= 0.01 ? [] : named).toEqual([]);
    // What a firewall looks for is "any" in the package of AWS; Terraform itself judges it in schema-calibration.deploy.ts.
    expect(named.filter((name) => !/aws_wafv2_web_acl\..*\.statement/.test(name))).toEqual([]);
  });
});
