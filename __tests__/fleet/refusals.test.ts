// What may never be published: each refusal is provoked by the least wrong plan, and the plan beside it passes.
import { describe, expect, test } from '@jest/globals';
import type { Fleet } from '../../fleet/fleet.ts';
import { peacetimeIntent, planRecords } from '../../fleet/records.ts';
import type { Intent, RecordSet } from '../../fleet/records.ts';
import { refusals } from '../../fleet/refusals.ts';
import { deploymentOf, intentWith, paris, production, withRegion } from '../support/fleets.ts';

const deployment = deploymentOf(production);
const peace = peacetimeIntent(production);
const plan = (intent: Intent, number: number) =>
  planRecords(production, deployment, intent, { number, by: 'vantage-dublin' });

interface Case {
  readonly from?: Intent;
  readonly to?: Intent;
  readonly current?: readonly RecordSet[];
  readonly change?: (records: readonly RecordSet[]) => readonly RecordSet[];
  readonly fleet?: Fleet;
}

const judged = ({ from = peace, to = peace, current, change = (r) => r, fleet }: Case) =>
  refusals({
    fleet: fleet ?? production,
    deployment,
    intent: to,
    current: current ?? plan(from, 41),
    desired: change(plan(to, 42)),
  });
const codes = (c: Case) => judged(c).map((r) => r.code);

const onParis = (change: (r: RecordSet) => RecordSet) => (records: readonly RecordSet[]) =>
  records.map((r) => (r.name === 'aws-paris.api.evenkeel.example' ? change(r) : r));
const withAddresses = (...addresses: readonly string[]) =>
  onParis((r) => (r.kind === 'addresses' ? { ...r, addresses } : r));
const withWeight = (weight: number) => (records: readonly RecordSet[]) =>
  records.map((r) => (r.kind === 'alias' && r.setIdentifier === paris ? { ...r, weight } : r));

const at = (weight: number) => intentWith([weight, true], [10, true], [10, true]);
const slower = (r: RecordSet): RecordSet => (r.kind === 'addresses' ? { ...r, ttlSeconds: 61 } : r);
const allSlower = (records: readonly RecordSet[]) => records.map(slower);
const without = (kind: string) => (records: readonly RecordSet[]) =>
  records.filter((r) => !(r.kind === kind && JSON.stringify(r).includes('aws-paris')));
const theirs = (name: string): RecordSet => ({
  kind: 'addresses',
  name,
  ttlSeconds: 60,
  addresses: ['192.0.2.10'],
});
const adding = (record: RecordSet) => (records: readonly RecordSet[]) => [...records, record];
const renamed = (records: readonly RecordSet[]) =>
  records.map((r) => (r.kind === 'text' ? { ...r, name: '_term.api.other.example' } : r));

describe('weights', () => {
  test('all of them zero is refused; one of them positive passes', () => {
    const three = intentWith([0, true], [0, true], [0, true]);
    expect(codes({ to: three })).toEqual(['all-weights-zero']);
    expect(codes({ to: intentWith([0, true], [0, true], [1, true]) })).toEqual([]);
  });

  test.each([
    [0, []],
    [-1, ['weight-out-of-range']],
    [255, ['step-too-large']],
    [256, ['weight-out-of-range', 'step-too-large']],
    [1.5, ['weight-out-of-range']],
    [Number.NaN, ['weight-out-of-range', 'step-too-large']],
  ])('a weight of %p gives %j', (weight, expected) => {
    expect(codes({ change: withWeight(weight) })).toEqual(expected);
  });

  test.each([
    [0, 8, []],
    [0, 9, ['step-too-large']],
    [8, 32, []],
    [8, 33, ['step-too-large']],
    [5, 8, []],
    [56, 80, []],
    [80, 81, ['step-too-large']],
    [80, 8, []],
  ])('a rise of Paris from %i to %i gives %j', (from, to, expected) => {
    expect(codes({ from: at(from), to: at(to) })).toEqual(expected);
  });

  test('a refusal names the numbers', () => {
    expect(judged({ from: at(8), to: at(80) })[0]?.found).toBe(
      'aws-paris would rise from 8 to 80 at once',
    );
  });

  test('the stand-in for a region left in the same batch may rise at once', () => {
    const from = intentWith([80, true], [0, true], [10, true]);
    expect(codes({ from, to: intentWith([0, false], [10, true], [10, true]) })).toEqual([]);
  });

  test('the only weight of the zone may rise at once', () => {
    const from = intentWith([0, false], [0, true], [0, false]);
    expect(codes({ from, to: intentWith([0, false], [10, true], [0, false]) })).toEqual([]);
    expect(codes({ from, to: intentWith([0, false], [10, true], [10, true]) })).toEqual([
      'step-too-large',
      'step-too-large',
    ]);
  });

  test('a new zone begins with its normal weights', () => {
    expect(codes({ current: [] })).toEqual([]);
  });
});

describe('addresses', () => {
  test('a set without any is refused', () => {
    expect(codes({ change: withAddresses() })).toEqual(['empty-set']);
  });

  test('a value twice is refused, two values pass', () => {
    expect(codes({ change: withAddresses('192.0.2.10', '192.0.2.10') })).toEqual([
      'duplicate-value',
    ]);
    expect(codes({ change: withAddresses('192.0.2.10', '192.0.2.20') })).toEqual([]);
  });

  test('only addresses of a region that is down are refused while another region is up (I17)', () => {
    const to = intentWith([0, false], [10, true], [10, true]);
    expect(codes({ to, change: withAddresses('192.0.2.10') })).toEqual(['only-unusable-addresses']);
    expect(codes({ to, change: withAddresses('192.0.2.10', '192.0.2.30') })).toEqual([]);
  });

  test('with every region down they pass: it fails open', () => {
    const nobody = intentWith([80, false], [0, false], [0, false]);
    expect(codes({ to: nobody, change: withAddresses('192.0.2.10') })).toEqual([]);
  });

  test('one TTL for all, whatever it is', () => {
    expect(codes({ change: onParis(slower) })).toEqual(['mixed-ttl']);
    expect(codes({ change: allSlower })).toEqual([]);
  });
});

describe('the extent of a plan', () => {
  test('a region that it says nothing about is refused: alias or addresses missing', () => {
    expect(codes({ change: without('alias') })).toEqual(['region-missing']);
    expect(codes({ change: without('addresses') })).toEqual(['region-missing']);
  });

  test("somebody else's record is refused, at any name but the fleet's own", () => {
    expect(codes({ change: adding(theirs('www.evenkeel.example')) })).toEqual(['foreign-record']);
    expect(codes({ change: adding(theirs('aws-oslo.api.evenkeel.example')) })).toEqual([
      'foreign-record',
    ]);
    const text: RecordSet = {
      kind: 'text',
      name: 'spf.evenkeel.example',
      ttlSeconds: 60,
      values: ['v=spf1'],
    };
    expect(codes({ change: adding(text) })).toEqual(['foreign-record']);
  });

  test("another fleet's term is refused", () => {
    const to = intentWith([0, false], [10, true], [10, true]);
    expect(codes({ to, change: renamed })).toEqual(['foreign-record']);
  });

  test("a region that left the fleet keeps its records: they are not the controller's any more", () => {
    const smaller: Fleet = {
      ...production,
      regions: production.regions.filter((r) => r.id !== paris),
    };
    const current = plan(peace, 41);
    const intent = peacetimeIntent(smaller);
    const desired = planRecords(smaller, deployment, intent, { number: 42, by: 'vantage-dublin' });
    expect(refusals({ fleet: smaller, deployment, intent, current, desired })).toEqual([]);
  });

  test('a region of any weight may be left', () => {
    const fleet = withRegion(production, paris, { weight: 255 });
    expect(codes({ fleet, to: intentWith([0, false], [10, true], [10, true]) })).toEqual([]);
  });
});
