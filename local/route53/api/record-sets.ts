// ChangeResourceRecordSets, ListResourceRecordSets and TestDNSAnswer.

import { readName } from '../core/names.ts';
import { rdataText } from '../core/rdata-text.ts';
import { readChange, type RawChange } from '../core/read-change.ts';
import type { Change, Content, RecordSet, RecordType, Routing } from '../core/record-set.ts';
import { recordTypes } from '../core/record-set.ts';
import { ServiceError } from '../core/service-error.ts';
import { compareSets, listSets } from '../core/zone.ts';
import { changeInfoXml, idOf, maxItemsOf, type Operation } from './service.ts';
import { childOf, elements, listOf, parseXml, textOf, type XmlNode } from './xml.ts';

/** API Reference, ListResourceRecordSets: "a maximum of 300 resource record sets at a time". */
const setsPerPageMax = 300;
const commentLengthMax = 256;

/** Members of ResourceRecordSet that are refused by name rather than dropped in silence. */
const unmodelledElements = ['TrafficPolicyInstanceId', 'CidrRoutingConfig', 'GeoProximityLocation'];

const present = <T extends object>(members: T): { [K in keyof T]?: NonNullable<T[K]> } =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };

function rawChange(node: XmlNode): RawChange {
  const set = childOf(node, 'ResourceRecordSet') ?? '';
  const alias = childOf(set, 'AliasTarget');
  const location = childOf(set, 'GeoLocation');
  return present({
    action: textOf(node, 'Action'),
    name: textOf(set, 'Name'),
    type: textOf(set, 'Type'),
    setIdentifier: textOf(set, 'SetIdentifier'),
    weight: textOf(set, 'Weight'),
    region: textOf(set, 'Region'),
    failover: textOf(set, 'Failover'),
    multiValueAnswer: textOf(set, 'MultiValueAnswer'),
    ttl: textOf(set, 'TTL'),
    healthCheckId: textOf(set, 'HealthCheckId'),
    values: listOf(set, 'ResourceRecords', 'ResourceRecord')?.map(
      (record) => textOf(record, 'Value') ?? '',
    ),
    alias:
      alias === undefined
        ? undefined
        : present({
            hostedZoneId: textOf(alias, 'HostedZoneId'),
            dnsName: textOf(alias, 'DNSName'),
            evaluateTargetHealth: textOf(alias, 'EvaluateTargetHealth'),
          }),
    geoLocation:
      location === undefined
        ? undefined
        : present({
            continent: textOf(location, 'ContinentCode'),
            country: textOf(location, 'CountryCode'),
            subdivision: textOf(location, 'SubdivisionCode'),
          }),
    unmodelled: unmodelledElements.filter((element) => childOf(set, element) !== undefined),
  });
}

function changesOf(batch: XmlNode): Change[] {
  const nodes = listOf(batch, 'Changes', 'Change') ?? [];
  if (nodes.length === 0)
    throw new ServiceError(
      'InvalidInput',
      "Invalid XML ; cvc-complex-type.2.4.b: The content of element 'Changes' is not complete. One of 'Change' is expected.",
    );
  return nodes.map((node) => {
    const reading = readChange(rawChange(node));
    if (!reading.ok) throw new ServiceError('InvalidInput', reading.problem);
    return reading.change;
  });
}

export const changeResourceRecordSets: Operation = (service, request) => {
  const root = parseXml(request.body, 'ChangeResourceRecordSetsRequest');
  const batch = childOf(root, 'ChangeBatch') ?? '';
  const comment = textOf(batch, 'Comment') ?? '';
  if (comment.length > commentLengthMax)
    throw new ServiceError(
      'InvalidInput',
      `Comment must have at most ${commentLengthMax} characters`,
    );
  const info = service.account.changeRecordSets(
    idOf(request),
    { changes: changesOf(batch), comment },
    service.newId('C'),
    service.moment(),
  );
  return {
    status: 200,
    root: 'ChangeResourceRecordSetsResponse',
    content: { ChangeInfo: changeInfoXml(info) },
  };
};

function routingXml(routing: Routing): Record<string, XmlNode> {
  if (routing.kind === 'weighted') return { Weight: String(routing.weight) };
  if (routing.kind === 'latency') return { Region: routing.region };
  if (routing.kind === 'failover') return { Failover: routing.role };
  if (routing.kind === 'multivalue') return { MultiValueAnswer: 'true' };
  if (routing.kind === 'simple') return {};
  const { continent, country, subdivision } = routing.location;
  return {
    GeoLocation: elements({
      ContinentCode: continent,
      CountryCode: country,
      SubdivisionCode: subdivision,
    }),
  };
}

const contentXml = (content: Content): Record<string, XmlNode | undefined> =>
  content.kind === 'values'
    ? {
        TTL: String(content.ttlSeconds),
        ResourceRecords: { ResourceRecord: content.values.map((value) => ({ Value: value })) },
      }
    : {
        AliasTarget: {
          HostedZoneId: content.hostedZoneId,
          DNSName: content.dnsName,
          EvaluateTargetHealth: String(content.evaluateTargetHealth),
        },
      };

const setXml = (set: RecordSet): XmlNode =>
  elements({
    Name: set.name,
    Type: set.type,
    SetIdentifier: set.setIdentifier,
    ...routingXml(set.routing),
    ...contentXml(set.content),
    HealthCheckId: set.healthCheckId,
  });

const typeOf = (text: string): RecordType => {
  const type = recordTypes.find((known) => known === text);
  if (type === undefined) throw new ServiceError('InvalidInput', `Unknown record type '${text}'`);
  return type;
};

/** Where a page begins; a type needs a name and an identifier needs both (API Reference, ListResourceRecordSets). */
function startOf(query: URLSearchParams): ((set: RecordSet) => boolean) | null {
  const name = query.get('name');
  const type = query.get('type');
  const identifier = query.get('identifier');
  if ((type !== null && name === null) || (identifier !== null && type === null))
    throw new ServiceError(
      'InvalidInput',
      'StartRecordType needs StartRecordName, StartRecordIdentifier needs both',
    );
  if (name === null) return null;
  const reading = readName(name);
  if (!reading.ok) throw new ServiceError('InvalidInput', reading.problem);
  const start = {
    name: reading.name,
    setIdentifier: identifier ?? '',
    // No type sorts before `A`, the first.
    type: type === null ? recordTypes[0] : typeOf(type),
  };
  return (set) => compareSets(set, start) >= 0;
}

/** "This action returns the most current version of the records. This includes records that are PENDING." */
export const listResourceRecordSets: Operation = ({ account }, request) => {
  const zone = account.hostedZone(idOf(request)).current;
  const maxItems = maxItemsOf(request, setsPerPageMax);
  const start = startOf(request.query);
  const sets = listSets(zone);
  const from = start === null ? sets : sets.filter(start);
  const next = from[maxItems];
  return {
    status: 200,
    root: 'ListResourceRecordSetsResponse',
    content: elements({
      ResourceRecordSets: { ResourceRecordSet: from.slice(0, maxItems).map(setXml) },
      IsTruncated: String(next !== undefined),
      NextRecordName: next?.name,
      NextRecordType: next?.type,
      NextRecordIdentifier: next?.setIdentifier,
      MaxItems: String(maxItems),
    }),
  };
};

/** As seen from the resolver or client subnet that is named, else from this machine. */
export const testDnsAnswer: Operation = (service, { query }) => {
  const { current } = service.account.hostedZone(
    (query.get('hostedzoneid') ?? '').replace(/^\/hostedzone\//, ''),
  );
  const reading = readName(query.get('recordname') ?? '');
  if (!reading.ok) throw new ServiceError('InvalidInput', reading.problem);
  const type = typeOf(query.get('recordtype') ?? '');
  const address = query.get('edns0clientsubnetip') ?? query.get('resolverip') ?? '127.0.0.1';
  const { rcode, answers } = service.answer({ name: reading.name, type, address });
  return {
    status: 200,
    root: 'TestDNSAnswerResponse',
    content: {
      Nameserver: (service.account.nameServers[0] ?? current.name).replace(/\.$/, ''),
      RecordName: reading.name,
      RecordType: type,
      RecordData: { RecordDataEntry: answers.map(rdataText) },
      ResponseCode: rcode,
      Protocol: 'UDP',
    },
  };
};
