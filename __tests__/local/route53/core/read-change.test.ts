// The shape of one change, each limit from both sides.
import { describe, expect, test } from '@jest/globals';

import {
  readChange,
  setIdentifierLengthMax,
  ttlSecondsMax,
  valueLengthMax,
  weightMax,
  type RawChange,
} from '../../../../local/route53/core/read-change.ts';

const plain: RawChange = {
  action: 'UPSERT',
  name: 'api.clinic.test',
  type: 'A',
  ttl: '60',
  values: ['192.0.2.1'],
};
const weighted: RawChange = { ...plain, setIdentifier: 'r1', weight: '10' };
const alias = {
  hostedZoneId: '/hostedzone/Z1',
  dnsName: 'r1.clinic.test',
  evaluateTargetHealth: 'true',
};
const { ttl: _ttl, values: _values, ...bare } = plain;

const problem = (raw: RawChange) => {
  const reading = readChange(raw);
  return reading.ok ? null : reading.problem;
};

describe('one change of a batch', () => {
  test('is read into its stored form', () => {
    expect(readChange({ ...weighted, healthCheckId: 'hc-1' })).toEqual({
      ok: true,
      change: {
        action: 'UPSERT',
        set: {
          name: 'api.clinic.test.',
          type: 'A',
          setIdentifier: 'r1',
          routing: { kind: 'weighted', weight: 10 },
          content: { kind: 'values', ttlSeconds: 60, values: ['192.0.2.1'] },
          healthCheckId: 'hc-1',
        },
      },
    });
  });

  test('an alias names its zone with or without the prefix', () => {
    const reading = readChange({ ...bare, alias });
    expect(reading.ok && reading.change.set.content).toEqual({
      kind: 'alias',
      hostedZoneId: 'Z1',
      dnsName: 'r1.clinic.test.',
      evaluateTargetHealth: true,
    });
  });

  test('a weight lies in 0..255', () => {
    expect(problem({ ...weighted, weight: '0' })).toBeNull();
    expect(problem({ ...weighted, weight: String(weightMax) })).toBeNull();
    expect(problem({ ...weighted, weight: '256' })).toBe(
      "Invalid XML ; cvc-maxInclusive-valid: Value '256' is not facet-valid with respect to maxInclusive '255' for type 'ResourceRecordSetWeight'.",
    );
    expect(problem({ ...weighted, weight: '-1' })).toContain('cvc-minInclusive-valid');
    expect(problem({ ...weighted, weight: '1.5' })).toContain('cvc-datatype-valid');
  });

  test('a set identifier has 1 to 128 characters', () => {
    expect(problem({ ...weighted, setIdentifier: 'x'.repeat(setIdentifierLengthMax) })).toBeNull();
    expect(problem({ ...weighted, setIdentifier: 'x'.repeat(129) })).toContain("maxLength '128'");
    expect(problem({ ...weighted, setIdentifier: '' })).toContain("minLength '1'");
  });

  test('routing needs a set identifier, and a set identifier needs exactly one routing', () => {
    const { setIdentifier: _, ...anonymous } = weighted;
    expect(problem(anonymous)).toBe(
      "Invalid request: Missing field 'SetIdentifier' in Change with [Action=UPSERT, Name=api.clinic.test., Type=A, SetIdentifier=null]",
    );
    expect(problem({ ...plain, setIdentifier: 'r1' })).toContain('but found none in Change with');
    expect(problem({ ...weighted, region: 'us-east-1' })).toContain('but found more than one in');
  });

  test('it holds either TTL and values or an alias', () => {
    expect(problem({ ...plain, alias })).toContain('but found more than one in Change with');
    expect(problem({ ...bare, ttl: '60', alias })).toContain('but found more than one');
    expect(problem(bare)).toContain('but found none');
    expect(problem({ ...bare, values: ['192.0.2.1'] })).toContain('but found none');
    expect(problem({ ...plain, values: [] })).toContain('but found none');
  });

  test('a TTL fits 31 bits', () => {
    expect(problem({ ...plain, ttl: '0' })).toBeNull();
    expect(problem({ ...plain, ttl: String(ttlSecondsMax) })).toBeNull();
    expect(problem({ ...plain, ttl: String(ttlSecondsMax + 1) })).toContain(
      'cvc-maxInclusive-valid',
    );
    expect(problem({ ...plain, ttl: '-1' })).toContain('cvc-minInclusive-valid');
  });

  test('a value has at most 4,000 characters', () => {
    expect(problem({ ...plain, values: ['x'.repeat(valueLengthMax)] })).toBeNull();
    expect(problem({ ...plain, values: ['x'.repeat(valueLengthMax + 1)] })).toContain(
      "type 'RData'",
    );
  });

  test.each<[string, RawChange]>([
    ['an unknown action', { ...plain, action: 'REPLACE' }],
    ['an unknown type', { ...plain, type: 'DS' }],
    ['a multivalue alias', { ...bare, setIdentifier: 'r1', multiValueAnswer: 'true', alias }],
    [
      'an alias without EvaluateTargetHealth',
      { ...bare, alias: { hostedZoneId: 'Z1', dnsName: 'a.b' } },
    ],
    ['a failover role of its own making', { ...plain, setIdentifier: 'r1', failover: 'TERTIARY' }],
    ['a region of its own making', { ...plain, setIdentifier: 'r1', region: 'Mars' }],
    [
      'a continent with a country',
      { ...plain, setIdentifier: 'r1', geoLocation: { continent: 'EU', country: 'DE' } },
    ],
    [
      'a subdivision of everywhere',
      { ...plain, setIdentifier: 'r1', geoLocation: { country: '*', subdivision: 'CA' } },
    ],
    ['a location that is nowhere', { ...plain, setIdentifier: 'r1', geoLocation: {} }],
    ['what is not modelled', { ...plain, unmodelled: ['CidrRoutingConfig'] }],
    ['no name', { ...plain, name: '' }],
    ['a health check id of 65 characters', { ...plain, healthCheckId: 'x'.repeat(65) }],
  ])('%s is refused', (_, raw) => {
    expect(problem(raw)).not.toBeNull();
  });

  test('MultiValueAnswer false says nothing', () => {
    expect(problem({ ...plain, multiValueAnswer: 'false' })).toBeNull();
  });
});
