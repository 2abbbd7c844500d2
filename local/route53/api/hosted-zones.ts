// Operations on hosted zones, and GetChange.

import type { HostedZone } from '../core/hosted-zone.ts';
import { compareNames, compareText, readName } from '../core/names.ts';
import { ServiceError } from '../core/service-error.ts';
import { allSets } from '../core/zone.ts';
import {
  changeInfoXml,
  idOf,
  inZoneXmlId,
  maxItemsOf,
  type Operation,
  type Service,
} from './service.ts';
import { childOf, elements, parseXml, textOf, type XmlNode } from './xml.ts';

const zonesPerPageMax = 100;
const callerReferenceLengthMax = 128;
const commentLengthMax = 256;

const zoneXml = ({ current, callerReference, comment }: HostedZone): XmlNode =>
  elements({
    Id: inZoneXmlId(current),
    Name: current.name,
    CallerReference: callerReference,
    Config: elements({ Comment: comment === '' ? undefined : comment, PrivateZone: 'false' }),
    ResourceRecordSetCount: String(allSets(current).length),
  });

const zonesXml = (zones: readonly HostedZone[]): XmlNode => ({ HostedZone: zones.map(zoneXml) });

const delegationXml = ({ account }: Service): XmlNode => ({
  NameServers: {
    // The API prints them without the final dot.
    NameServer: account.nameServers.map((server) => server.replace(/\.$/, '')),
  },
});

export const createHostedZone: Operation = (service, { body }) => {
  const root = parseXml(body, 'CreateHostedZoneRequest');
  const name = textOf(root, 'Name') ?? '';
  const callerReference = textOf(root, 'CallerReference') ?? '';
  const config = childOf(root, 'HostedZoneConfig') ?? '';
  const comment = textOf(config, 'Comment') ?? '';
  if (callerReference === '' || callerReference.length > callerReferenceLengthMax)
    throw new ServiceError('InvalidInput', 'CallerReference must have 1 to 128 characters');
  if (comment.length > commentLengthMax)
    throw new ServiceError(
      'InvalidInput',
      `Comment must have at most ${commentLengthMax} characters`,
    );
  if (textOf(config, 'PrivateZone') === 'true' || childOf(root, 'VPC') !== undefined)
    throw new ServiceError('InvalidInput', 'Private zones are not modelled by the local Route 53');
  const at = service.moment();
  const changeId = service.newId('C');
  const hosted = service.account.createHostedZone(
    { id: service.newId('Z'), name, callerReference, comment },
    changeId,
    at,
  );
  return {
    status: 201,
    root: 'CreateHostedZoneResponse',
    location: inZoneXmlId(hosted.current),
    content: {
      HostedZone: zoneXml(hosted),
      ChangeInfo: changeInfoXml(service.account.change(changeId, at.nowMs)),
      DelegationSet: delegationXml(service),
    },
  };
};

export const getHostedZone: Operation = (service, request) => ({
  status: 200,
  root: 'GetHostedZoneResponse',
  content: {
    HostedZone: zoneXml(service.account.hostedZone(idOf(request))),
    DelegationSet: delegationXml(service),
  },
});

export const deleteHostedZone: Operation = (service, request) => ({
  status: 200,
  root: 'DeleteHostedZoneResponse',
  content: {
    ChangeInfo: changeInfoXml(
      service.account.deleteHostedZone(idOf(request), service.newId('C'), service.moment()),
    ),
  },
});

export const listHostedZones: Operation = ({ account }, request) => {
  const maxItems = maxItemsOf(request, zonesPerPageMax);
  const marker = request.query.get('marker');
  const from = account
    .hostedZonesById()
    .filter(({ current }) => marker === null || compareText(current.id, marker) >= 0);
  const next = from[maxItems];
  return {
    status: 200,
    root: 'ListHostedZonesResponse',
    content: elements({
      HostedZones: zonesXml(from.slice(0, maxItems)),
      Marker: marker ?? undefined,
      IsTruncated: String(next !== undefined),
      NextMarker: next?.current.id,
      MaxItems: String(maxItems),
    }),
  };
};

export const listHostedZonesByName: Operation = ({ account }, request) => {
  const maxItems = maxItemsOf(request, zonesPerPageMax);
  const dnsName = request.query.get('dnsname');
  const hostedZoneId = request.query.get('hostedzoneid');
  if (hostedZoneId !== null && dnsName === null)
    throw new ServiceError('InvalidInput', 'hostedzoneid needs dnsname');
  const reading = dnsName === null ? null : readName(dnsName);
  if (reading?.ok === false) throw new ServiceError('InvalidDomainName', reading.problem);
  const isReached = ({ current }: HostedZone): boolean => {
    if (reading === null) return true;
    const order = compareNames(current.name, reading.name);
    return order > 0 || (order === 0 && compareText(current.id, hostedZoneId ?? '') >= 0);
  };
  const from = account.hostedZonesByName().filter(isReached);
  const next = from[maxItems];
  return {
    status: 200,
    root: 'ListHostedZonesByNameResponse',
    content: elements({
      HostedZones: zonesXml(from.slice(0, maxItems)),
      DNSName: dnsName ?? undefined,
      HostedZoneId: hostedZoneId ?? undefined,
      IsTruncated: String(next !== undefined),
      NextDNSName: next?.current.name,
      NextHostedZoneId: next?.current.id,
      MaxItems: String(maxItems),
    }),
  };
};

export const getChange: Operation = ({ account, moment }, request) => ({
  status: 200,
  root: 'GetChangeResponse',
  content: { ChangeInfo: changeInfoXml(account.change(idOf(request), moment().nowMs)) },
});
