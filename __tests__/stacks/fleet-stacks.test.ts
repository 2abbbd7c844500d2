// One more entry in the fleet file is all that a new place takes; and a fleet that cannot be built is refused before anything is written.
import { readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { checkedFleet } from '../../fleet/check-fleet.ts';
import { regionId, vantageId } from '../../fleet/fleet.ts';
import type { Fleet, Region, Vantage } from '../../fleet/fleet.ts';
import { synthesize } from '../../stacks/synthesize.ts';
import { withFolder } from '../support/folder.ts';
import { belgium, paris, production, withRegion } from '../support/fleets.ts';
import { faultsOf } from '../support/provider-schema/to-match-provider-schema.ts';
import { synthesizedFleet } from '../support/synthesized-fleet.ts';

/** What more places cost is not the question here. */
const rich: Fleet = { ...production, estate: { ...production.estate, monthlyBudgetUsd: 90_000 } };

function withOneMore(like: string, change: Partial<Region>): Fleet {
  const model = rich.regions.find(({ id }) => id === like)!;
  return { ...rich, regions: [...rich.regions, { ...model, role: 'secondary', ...change }] };
}

function withVantage(cloud: Vantage['cloud'], change: Partial<Vantage>): Fleet {
  const model = rich.vantages.find((vantage) => vantage.cloud === cloud)!;
  return {
    ...rich,
    steering: { ...rich.steering, quorum: 3 },
    vantages: [...rich.vantages, { ...model, ...change }],
  };
}

const milan = { id: regionId('aws-milan'), location: 'eu-south-1', network: '10.80.0.0/16' };
const madrid = { id: regionId('gcp-madrid'), location: 'europe-southwest1' };
const oslo = { id: regionId('azure-oslo'), location: 'norwayeast', network: '10.112.0.0/16' };
const berlin = { id: vantageId('vantage-berlin'), network: '10.64.4.0/24' };

describe('nothing but an entry in the fleet is needed for', () => {
  test.each<readonly [string, Fleet, string]>([
    ['a second AWS region', withOneMore(paris, milan), milan.id],
    [
      'a second Google region',
      withOneMore(belgium, { ...madrid, network: '10.96.0.0/16' }),
      madrid.id,
    ],
    ['a second Azure region', withOneMore('azure-frankfurt', oslo), oslo.id],
    [
      'a fourth vantage on AWS',
      withVantage('aws', { ...berlin, location: 'eu-central-1' }),
      berlin.id,
    ],
    [
      'a fourth vantage on Google Cloud',
      withVantage('gcp', { ...berlin, location: 'europe-west10' }),
      berlin.id,
    ],
    [
      'a fourth vantage on Azure',
      withVantage('azure', { ...berlin, location: 'germanynorth' }),
      berlin.id,
    ],
  ])('%s', (_, fleet, id) => expectBuilt(fleet, id));
});

function expectBuilt(fleet: Fleet, id: string): void {
  const { stacks } = synthesizedFleet(checkedFleet(fleet));
  expect(stacks.map(({ name }) => name)).toContain(id);
  const faults = stacks.map(({ name, json }) => ({ name, faults: faultsOf(json) }));
  expect(faults).toEqual(stacks.map(({ name }) => ({ name, faults: [] })));
  // Each record, check, permission and way in is a fold over the fleet, so the newcomer stands in the stacks that know all.
  const dns = JSON.stringify(stacks.find(({ name }) => name === 'dns')?.json);
  const peers = JSON.stringify(stacks.find(({ name }) => name === 'peers')?.json);
  expect(`${dns}${peers}`).toContain(`${id}.`);
}

test('the flags stand in one bucket, which no fleet is without', () => {
  const elsewhere: Fleet = {
    ...production,
    vantages: production.vantages.map((vantage) =>
      vantage.cloud === 'aws'
        ? { ...vantage, cloud: 'gcp', location: 'europe-west4', machine: 'e2-small' }
        : vantage,
    ),
  };
  for (const [fleet, home] of [
    [production, 'vantage-dublin'],
    [elsewhere, 'state'],
  ] as const) {
    const homes = synthesizedFleet(checkedFleet(fleet))
      .stacks.filter(({ json }) =>
        JSON.stringify(json.resource?.['aws_s3_bucket'] ?? {}).includes('"evenkeel-example-flags"'),
      )
      .map(({ name }) => name);
    expect(homes).toEqual([home]);
  }
});

describe('before a file is written, synthesis refuses', () => {
  const longId = regionId(`aws-${'a'.repeat(56)}`);
  test.each<readonly [string, Fleet, RegExp]>([
    ['no domain', { ...production, zone: '' }, /zone "" is not a domain name.*Set `zone`/],
    [
      'networks that overlap',
      withRegion(production, paris, { network: '10.32.0.0/16' }),
      /networks of aws-paris \(10\.32\.0\.0\/16\) and gcp-belgium .* overlap/,
    ],
    [
      'a weight of 300',
      withRegion(production, paris, { weight: 300 }),
      /aws-paris has weight 300.*Choose 0\.\.255/,
    ],
    [
      'an id of 60 characters, which DNS would take and a balancer would not',
      {
        ...production,
        steering: {
          ...production.steering,
          safetyRules: production.steering.safetyRules.filter((rule) => !('regions' in rule)),
        },
        regions: production.regions.map((region) =>
          region.id === paris
            ? { ...region, id: longId }
            : { ...region, standby: region.standby.map((s) => (s === paris ? longId : s)) },
        ),
      },
      /may have at most \d+.*Shorten the id/,
    ],
  ])('%s', (_, fleet, words) =>
    withFolder((folder) => {
      expect(() => synthesize(checkedFleet(fleet), folder)).toThrow(words);
      const written = readdirSync(folder, { recursive: true, withFileTypes: true });
      expect(written.filter((entry) => entry.isFile())).toEqual([]);
      return Promise.resolve();
    }),
  );
});
