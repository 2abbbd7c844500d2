// A wrong fleet is refused before anything is built from it; each fault is tried just inside and just outside its limit.
import { describe, expect, test } from '@jest/globals';
import { checkedFleet, fleetFaults } from '../../fleet/check-fleet.ts';
import { isInputError } from '../../fleet/errors.ts';
import { regionId } from '../../fleet/fleet.ts';
import type { Fleet, Strategy } from '../../fleet/fleet.ts';
import { belgium, frankfurt, paris, production, withRegion } from '../support/fleets.ts';

const found = (fleet: Fleet) => fleetFaults(fleet).map((f) => f.found);
const withParis = (change: Parameters<typeof withRegion>[2]) =>
  withRegion(production, paris, change);
const steering = (change: Partial<Fleet['steering']>): Fleet => ({
  ...production,
  steering: { ...production.steering, ...change },
});
const probe = (change: Partial<Fleet['probe']>): Fleet => ({
  ...production,
  probe: { ...production.probe, ...change },
});
const everyRegion = (change: Partial<Fleet['regions'][number]>): Fleet => ({
  ...production,
  regions: production.regions.map((r) => ({ ...r, ...change })),
});
const strategy = (s: Strategy): Fleet => ({ ...production, strategy: s });

test('the production fleet has no fault', () => {
  expect(fleetFaults(production)).toEqual([]);
  expect(checkedFleet(production)).toBe(production);
});

describe('a fleet just outside a limit is refused, and just inside it is accepted', () => {
  const cases: readonly (readonly [string, Fleet, Fleet, RegExp])[] = [
    [
      'weight 255',
      withParis({ weight: 255 }),
      withParis({ weight: 256 }),
      /aws-paris has weight 256/,
    ],
    ['weight 0', withParis({ weight: 0 }), withParis({ weight: -1 }), /has weight -1/],
    ['whole weights', withParis({ weight: 1 }), withParis({ weight: 1.5 }), /has weight 1.5/],
    [
      'one address',
      withParis({ addressCount: 1 }),
      withParis({ addressCount: 0 }),
      /has 0 addresses/,
    ],
    [
      'eight addresses',
      withParis({ addressCount: 8 }),
      withParis({ addressCount: 9 }),
      /has 9 addr/,
    ],
    [
      'one instance',
      withParis({ instances: { machine: 'c7i.xlarge', min: 1, max: 1 } }),
      withParis({ instances: { machine: 'c7i.xlarge', min: 0, max: 1 } }),
      /runs 0 to 1 instances/,
    ],
    [
      'room to grow',
      withParis({ instances: { machine: 'c7i.xlarge', min: 3, max: 3 } }),
      withParis({ instances: { machine: 'c7i.xlarge', min: 4, max: 3 } }),
      /runs 4 to 3 instances/,
    ],
    [
      'one TTL',
      everyRegion({ answerTtlSeconds: 61 }),
      withParis({ answerTtlSeconds: 61 }),
      /different TTLs \(61, 60 s\)/,
    ],
    [
      'a TTL of 1 s',
      everyRegion({ answerTtlSeconds: 1 }),
      everyRegion({ answerTtlSeconds: 0 }),
      /a TTL of 0 s/,
    ],
    [
      'a TTL of an hour',
      everyRegion({ answerTtlSeconds: 3_600 }),
      everyRegion({ answerTtlSeconds: 3_601 }),
      /a TTL of 3601 s/,
    ],
    [
      'a known standby',
      withParis({ standby: [frankfurt] }),
      withParis({ standby: [regionId('aws-oslo'), belgium] }),
      /unknown region "aws-oslo" as its standby/,
    ],
    [
      'a standby that is another region',
      withParis({ standby: [belgium] }),
      withParis({ standby: [paris, belgium] }),
      /names itself as its standby/,
    ],
    [
      'a survivor',
      withParis({ standby: [belgium] }),
      withParis({ standby: [] }),
      /aws-paris has no survivor/,
    ],
    ['one primary', production, withParis({ role: 'secondary' }), /0 primary regions \(none\)/],
    [
      'not two primaries',
      production,
      withRegion(production, belgium, { role: 'primary' }),
      /2 primary regions \(aws-paris, gcp-belgium\)/,
    ],
    [
      'some weight',
      withRegion(everyRegion({ weight: 0 }), belgium, { weight: 1 }),
      everyRegion({ weight: 0 }),
      /every region has weight 0/,
    ],
    [
      'a quorum of the majority',
      steering({ quorum: 2 }),
      steering({ quorum: 1 }),
      /a quorum of 1 among 3/,
    ],
    ['a quorum of all', steering({ quorum: 3 }), steering({ quorum: 4 }), /a quorum of 4 among 3/],
    [
      'probes that do not overlap',
      probe({ timeoutMs: 1_000 }),
      probe({ timeoutMs: 1_001 }),
      /every 1000 ms with deadlines of 500 and 1001 ms/,
    ],
    [
      'connecting within the deadline',
      probe({ connectTimeoutMs: 800 }),
      probe({ connectTimeoutMs: 801 }),
      /deadlines of 801 and 800 ms/,
    ],
    [
      'steps that end in 1',
      steering({ restoreSteps: [1] }),
      steering({ restoreSteps: [0.9] }),
      /restore steps 0.9/,
    ],
    [
      'ascending steps',
      steering({ restoreSteps: [0.1, 1] }),
      steering({ restoreSteps: [0.4, 0.1, 1] }),
      /restore steps 0.4, 0.1, 1/,
    ],
    [
      'positive steps',
      steering({ restoreSteps: [0.01, 1] }),
      steering({ restoreSteps: [0, 1] }),
      /restore steps 0, 1/,
    ],
    [
      'a change that is not reserved',
      steering({ changesReservedForLeaving: 9 }),
      steering({ changesReservedForLeaving: 10 }),
      /10 of 10 changes reserved/,
    ],
    [
      'one standby address',
      strategy({ kind: 'multi', standbyAddresses: 1 }),
      strategy({ kind: 'multi', standbyAddresses: 0 }),
      /0 standby addresses/,
    ],
    [
      'four standby addresses',
      { ...everyRegion({ addressCount: 4 }), strategy: { kind: 'multi', standbyAddresses: 4 } },
      { ...everyRegion({ addressCount: 8 }), strategy: { kind: 'multi', standbyAddresses: 5 } },
      /5 standby addresses/,
    ],
    [
      'as many standby addresses as the first standby has',
      strategy({ kind: 'multi', standbyAddresses: 2 }),
      strategy({ kind: 'multi', standbyAddresses: 3 }),
      /3 standby addresses for aws-paris, whose standby gcp-belgium has 2/,
    ],
    [
      'a domain name',
      { ...production, zone: 'a.b' },
      { ...production, zone: 'evenkeel' },
      /zone "evenkeel" is not a domain name/,
    ],
    [
      'no trailing dot',
      { ...production, zone: 'evenkeel.example' },
      { ...production, zone: 'evenkeel.example.' },
      /zone "evenkeel.example." is not/,
    ],
    [
      'an id that is a DNS label',
      withRegion(production, 'none', {}),
      withParis({ id: regionId('Paris_1') }),
      /the id "Paris_1" is not a DNS label/,
    ],
    [
      'ids of their own',
      production,
      withRegion(production, belgium, { id: frankfurt }),
      /the id "azure-frankfurt" is used twice/,
    ],
  ];

  test.each(cases)('%s', (_, inside, outside, words) => {
    expect(found(inside)).toEqual([]);
    expect(found(outside).join('; ')).toMatch(words);
  });
});

test('every fault of a wrong fleet is named at once, each with its remedy', () => {
  const wrong = withRegion(withParis({ weight: 300 }), belgium, { addressCount: 0 });
  let caught: unknown;
  try {
    checkedFleet(wrong);
  } catch (error) {
    caught = error;
  }
  if (!isInputError(caught)) throw new Error('not refused');
  expect(caught.code).toBe('wrong-fleet');
  expect(caught.message).toMatch(/Fleet "production": region aws-paris has weight 300/);
  expect(caught.message).toMatch(/Choose 0\.\.255/);
  expect(caught.message).toMatch(/gcp-belgium has 0 addresses/);
  expect(caught.message).toMatch(/Choose 1\.\.8\.$/);
});
