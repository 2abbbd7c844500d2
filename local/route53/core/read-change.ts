// Reads one change of a batch from its XML texts; what does not fit the schema is InvalidInput, as at the real service.

import { readName } from './names.ts';
import {
  recordTypes,
  type Change,
  type Content,
  type GeoLocation,
  type RecordSet,
  type RecordType,
  type Routing,
} from './record-set.ts';

/** The elements of one `<Change>` as text, absent where the element is absent. */
export interface RawChange {
  readonly action?: string;
  readonly name?: string;
  readonly type?: string;
  readonly setIdentifier?: string;
  readonly weight?: string;
  readonly region?: string;
  readonly failover?: string;
  readonly multiValueAnswer?: string;
  readonly geoLocation?: {
    readonly continent?: string;
    readonly country?: string;
    readonly subdivision?: string;
  };
  readonly ttl?: string;
  readonly values?: readonly string[];
  readonly alias?: {
    readonly hostedZoneId?: string;
    readonly dnsName?: string;
    readonly evaluateTargetHealth?: string;
  };
  readonly healthCheckId?: string;
  /** Elements of the real schema that this server does not model, by name. */
  readonly unmodelled?: readonly string[];
}

export type ChangeReading =
  { readonly ok: true; readonly change: Change } | { readonly ok: false; readonly problem: string };

// Facets of the 2013-04-01 schema (API Reference, ResourceRecordSet and ResourceRecord).
export const weightMax = 255;
export const setIdentifierLengthMax = 128;
export const ttlSecondsMax = 2_147_483_647;
export const valueLengthMax = 4_000;
const healthCheckIdLengthMax = 64;
const nameTextLengthMax = 1_024;

class Problem extends Error {
  override readonly name = 'Problem';
}

const refuse = (message: string): never => {
  throw new Problem(message);
};

function lengthWithin(text: string, min: number, max: number, type: string): string {
  if (text.length < min)
    refuse(
      `Invalid XML ; cvc-minLength-valid: Value '${text}' with length = '${text.length}' is not facet-valid with respect to minLength '${min}' for type '${type}'.`,
    );
  if (text.length > max)
    refuse(
      `Invalid XML ; cvc-maxLength-valid: Value '${text}' with length = '${text.length}' is not facet-valid with respect to maxLength '${max}' for type '${type}'.`,
    );
  return text;
}

function numberWithin(text: string, max: number, type: string): number {
  if (!/^[+-]?\d{1,18}$/.test(text))
    refuse(`Invalid XML ; cvc-datatype-valid.1.2.1: '${text}' is not a valid value for 'integer'.`);
  const number = Number(text);
  if (number < 0)
    refuse(
      `Invalid XML ; cvc-minInclusive-valid: Value '${text}' is not facet-valid with respect to minInclusive '0' for type '${type}'.`,
    );
  if (number > max)
    refuse(
      `Invalid XML ; cvc-maxInclusive-valid: Value '${text}' is not facet-valid with respect to maxInclusive '${max}' for type '${type}'.`,
    );
  return number;
}

function oneOf<T extends string>(text: string | undefined, choices: readonly T[], type: string): T {
  const found = choices.find((choice) => choice === text);
  return (
    found ??
    refuse(
      `Invalid XML ; cvc-enumeration-valid: Value '${text ?? ''}' is not facet-valid with respect to enumeration '[${choices.join(', ')}]' for type '${type}'.`,
    )
  );
}

function readBoolean(text: string | undefined, element: string): boolean {
  if (text !== 'true' && text !== 'false')
    refuse(`Invalid XML ; '${text ?? ''}' is not a valid boolean for element '${element}'.`);
  return text === 'true';
}

function readDnsName(text: string): string {
  const reading = readName(lengthWithin(text, 0, nameTextLengthMax, 'DNSName'));
  return reading.ok ? reading.name : refuse(reading.problem);
}

const continents = ['AF', 'AN', 'AS', 'EU', 'NA', 'OC', 'SA'] as const;

function readLocation(raw: NonNullable<RawChange['geoLocation']>): GeoLocation {
  const { continent, country, subdivision } = raw;
  if (continent !== undefined) {
    if (country !== undefined || subdivision !== undefined)
      refuse('Invalid request: ContinentCode cannot be given with CountryCode or SubdivisionCode');
    return { continent: oneOf(continent, continents, 'GeoLocationContinentCode') };
  }
  if (country === undefined) return refuse('Invalid request: GeoLocation names no place');
  if (!/^(\*|[A-Z]{2})$/.test(country))
    refuse(`Invalid request: '${country}' is not a country code`);
  if (subdivision === undefined) return { country };
  if (!/^[A-Z]{1,3}$/.test(subdivision) || country === '*')
    refuse(`Invalid request: '${subdivision}' is not a subdivision of '${country}'`);
  return { country, subdivision };
}

function readRouting(raw: RawChange, where: string): Routing {
  const found: Routing[] = [];
  if (raw.weight !== undefined)
    found.push({
      kind: 'weighted',
      weight: numberWithin(raw.weight, weightMax, 'ResourceRecordSetWeight'),
    });
  if (raw.region !== undefined) {
    if (!/^[a-z]{2,4}(-[a-z]+)+-\d$/.test(raw.region))
      refuse(`Invalid XML ; cvc-enumeration-valid: Value '${raw.region}' is not a region.`);
    found.push({ kind: 'latency', region: raw.region });
  }
  if (raw.failover !== undefined)
    found.push({
      kind: 'failover',
      role: oneOf(raw.failover, ['PRIMARY', 'SECONDARY'] as const, 'ResourceRecordSetFailover'),
    });
  if (raw.geoLocation !== undefined)
    found.push({ kind: 'geolocation', location: readLocation(raw.geoLocation) });
  if (raw.multiValueAnswer !== undefined && readBoolean(raw.multiValueAnswer, 'MultiValueAnswer'))
    found.push({ kind: 'multivalue' });

  const [routing, second] = found;
  const choice =
    'Invalid request: Expected exactly one of [Weight, Region, Failover, GeoLocation, or MultiValueAnswer]';
  if (second !== undefined) refuse(`${choice}, but found more than one in ${where}`);
  if (routing === undefined)
    return raw.setIdentifier === undefined
      ? { kind: 'simple' }
      : refuse(`${choice}, but found none in ${where}`);
  if (raw.setIdentifier === undefined)
    refuse(`Invalid request: Missing field 'SetIdentifier' in ${where}`);
  return routing;
}

function readContent(raw: RawChange, where: string): Content {
  const { alias, ttl, values } = raw;
  const choice =
    'Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId]';
  if (alias !== undefined) {
    if (ttl !== undefined || values !== undefined)
      refuse(`${choice}, but found more than one in ${where}`);
    if (raw.multiValueAnswer === 'true')
      refuse(`Invalid request: A multivalue answer cannot be an alias in ${where}`);
    return {
      kind: 'alias',
      hostedZoneId: lengthWithin(
        (alias.hostedZoneId ?? '').replace(/^\/hostedzone\//, ''),
        1,
        32,
        'ResourceId',
      ),
      dnsName: readDnsName(alias.dnsName ?? ''),
      evaluateTargetHealth: readBoolean(alias.evaluateTargetHealth, 'EvaluateTargetHealth'),
    };
  }
  if (ttl === undefined || values === undefined || values.length === 0)
    return refuse(`${choice}, but found none in ${where}`);
  return {
    kind: 'values',
    ttlSeconds: numberWithin(ttl, ttlSecondsMax, 'TTL'),
    values: values.map((value) => lengthWithin(value, 0, valueLengthMax, 'RData')),
  };
}

function readSet(raw: RawChange, where: string): RecordSet {
  const { setIdentifier, healthCheckId } = raw;
  const type: RecordType = oneOf(raw.type, recordTypes, 'RRType');
  return {
    name: readDnsName(raw.name ?? ''),
    type,
    ...(setIdentifier !== undefined && {
      setIdentifier: lengthWithin(
        setIdentifier,
        1,
        setIdentifierLengthMax,
        'ResourceRecordSetIdentifier',
      ),
    }),
    routing: readRouting(raw, where),
    content: readContent(raw, where),
    ...(healthCheckId !== undefined && {
      healthCheckId: lengthWithin(healthCheckId, 0, healthCheckIdLengthMax, 'HealthCheckId'),
    }),
  };
}

export function readChange(raw: RawChange): ChangeReading {
  const name = raw.name === undefined ? 'null' : raw.name.replace(/\.?$/, '.');
  const where = `Change with [Action=${raw.action ?? 'null'}, Name=${name}, Type=${raw.type ?? 'null'}, SetIdentifier=${raw.setIdentifier ?? 'null'}]`;
  try {
    const action = oneOf(raw.action, ['CREATE', 'DELETE', 'UPSERT'] as const, 'ChangeAction');
    const unmodelled = raw.unmodelled?.[0];
    if (unmodelled !== undefined)
      refuse(`Invalid request: '${unmodelled}' is not modelled by the local Route 53, in ${where}`);
    return { ok: true, change: { action, set: readSet(raw, where) } };
  } catch (error) {
    if (error instanceof Problem) return { ok: false, problem: error.message };
    throw error;
  }
}
