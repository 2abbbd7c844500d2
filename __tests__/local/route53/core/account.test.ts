// Zones and changes in time, each moment given.
import { beforeEach, describe, expect, test } from '@jest/globals';

import { Account, changesKeptMax, hostedZonesMax } from '../../../../local/route53/core/account.ts';
import { publicationsMax } from '../../../../local/route53/core/hosted-zone.ts';
import { groupAt } from '../../../../local/route53/core/zone.ts';
import { create, nameServers, rules, upsert, values } from '../sample-zone.ts';

const pendingMs = 60_000;
const processingMs = 1_000;
const at = (nowMs: number) => ({ nowMs, date: new Date(nowMs) });
const www = (address: string) => upsert(values('www.clinic.test.', 'A', [address]));

let account: Account;
const newZone = (id: string, name: string, nowMs = 0, callerReference = id) =>
  account.createHostedZone({ id, name, callerReference, comment: '' }, `C-${id}`, at(nowMs));
const change = (id: string, address: string, nowMs: number) =>
  account.changeRecordSets('Z1', { changes: [www(address)], comment: '' }, id, at(nowMs));
const servedAddress = (nowMs: number) => {
  const zone = account.servedZones(nowMs).get('clinic.test.');
  const content = zone && groupAt(zone, 'www.clinic.test.', 'A')[0]?.content;
  return content?.kind === 'values' ? content.values[0] : undefined;
};

beforeEach(() => {
  account = new Account({ timing: { pendingMs, processingMs }, rules, nameServers });
  newZone('Z1', 'clinic.test');
});

describe('propagation', () => {
  test('a new zone is served once it is INSYNC', () => {
    expect(account.servedZones(pendingMs - 1).size).toBe(0);
    expect(account.change('C-Z1', pendingMs - 1).status).toBe('PENDING');
    expect([...account.servedZones(pendingMs).keys()]).toEqual(['clinic.test.']);
    expect(account.change('C-Z1', pendingMs).status).toBe('INSYNC');
  });

  test('name servers serve the old data until the change is INSYNC, the API the new at once', () => {
    change('C1', '192.0.2.1', 0);
    change('C2', '192.0.2.2', 30_000);
    expect(servedAddress(60_000)).toBe('192.0.2.1');
    expect(servedAddress(89_999)).toBe('192.0.2.1');
    expect(account.change('C2', 89_999).status).toBe('PENDING');
    expect(servedAddress(90_000)).toBe('192.0.2.2');
    expect(account.change('C2', 90_000).status).toBe('INSYNC');
    const [set] = groupAt(account.hostedZone('Z1').current, 'www.clinic.test.', 'A');
    expect(set?.content).toMatchObject({ values: ['192.0.2.2'] });
  });

  test('a snapshot in hand does not change under whoever reads it', () => {
    change('C1', '192.0.2.1', 0);
    const before = account.servedZones(60_000).get('clinic.test.')!;
    change('C2', '192.0.2.2', 60_000);
    account.servedZones(200_000);
    expect(groupAt(before, 'www.clinic.test.', 'A')[0]?.content).toMatchObject({
      values: ['192.0.2.1'],
    });
  });

  test('a deleted zone is gone for the API at once and for DNS when that is INSYNC', () => {
    account.servedZones(pendingMs);
    account.deleteHostedZone('Z1', 'C9', at(100_000));
    expect(() => account.hostedZone('Z1')).toThrow('No hosted zone found with ID: Z1');
    expect(account.servedZones(159_999).size).toBe(1);
    expect(account.servedZones(160_000).size).toBe(0);
  });

  test('of two zones with one name the older is served', () => {
    newZone('Z2', 'clinic.test');
    expect(account.servedZones(pendingMs).get('clinic.test.')?.id).toBe('Z1');
  });
});

describe('refusals', () => {
  test('a zone that is processing a change takes no other, nor its deletion', () => {
    change('C1', '192.0.2.1', 0);
    const refused = expect.objectContaining({ code: 'PriorRequestNotComplete', status: 400 });
    expect(() => change('C2', '192.0.2.2', processingMs - 1)).toThrow(refused);
    expect(() => account.deleteHostedZone('Z1', 'C2', at(processingMs - 1))).toThrow(refused);
    expect(change('C2', '192.0.2.2', processingMs).status).toBe('PENDING');
  });

  test('a refused batch does not occupy the zone', () => {
    const nonsense = create(values('elsewhere.test.', 'A', ['192.0.2.1']));
    const batch = { changes: [nonsense], comment: '' };
    expect(() => account.changeRecordSets('Z1', batch, 'C1', at(0))).toThrow(
      '[RRSet with DNS name elsewhere.test. is not permitted in zone clinic.test.]',
    );
    expect(() => account.change('C1', 0)).toThrow(
      expect.objectContaining({ code: 'NoSuchChange', status: 404 }),
    );
    expect(change('C2', '192.0.2.2', 0).status).toBe('PENDING');
  });

  test('an unknown health check is NoSuchHealthCheck', () => {
    const set = values('w.clinic.test.', 'A', ['192.0.2.1'], { check: 'gone' });
    const batch = { changes: [create(set)], comment: '' };
    expect(() => account.changeRecordSets('Z1', batch, 'C1', at(0))).toThrow(
      expect.objectContaining({ code: 'NoSuchHealthCheck', status: 404 }),
    );
  });

  test('a zone with records of its own is not deleted', () => {
    change('C1', '192.0.2.1', 0);
    expect(() => account.deleteHostedZone('Z1', 'C2', at(5_000))).toThrow(
      expect.objectContaining({ code: 'HostedZoneNotEmpty', status: 400 }),
    );
  });

  test('a caller reference makes one zone', () => {
    expect(() => newZone('Z2', 'other.test', 0, 'Z1')).toThrow(
      expect.objectContaining({ code: 'HostedZoneAlreadyExists', status: 409 }),
    );
    expect(() => newZone('Z2', 'a..b')).toThrow(
      expect.objectContaining({ code: 'InvalidDomainName' }),
    );
  });

  test('there are at most 500 zones', () => {
    for (let i = 2; i <= hostedZonesMax; i += 1) newZone(`Z${i}`, `z${i}.test`);
    expect(() => newZone('more', 'more.test')).toThrow(
      expect.objectContaining({ code: 'TooManyHostedZones' }),
    );
  });
});

test('changes that are far from INSYNC, and those remembered, are bounded', () => {
  const slow = new Account({ timing: { pendingMs: 1e9, processingMs: 0 }, rules, nameServers });
  slow.createHostedZone(
    { id: 'Z1', name: 'clinic.test', callerReference: 'r', comment: '' },
    'C',
    at(0),
  );
  const once = (id: string) =>
    slow.changeRecordSets('Z1', { changes: [www('192.0.2.1')], comment: '' }, id, at(0));
  for (let i = 1; i < publicationsMax; i += 1) once(`C${i}`);
  expect(() => once('more')).toThrow(expect.objectContaining({ code: 'PriorRequestNotComplete' }));

  const fast = new Account({ timing: { pendingMs: 0, processingMs: 0 }, rules, nameServers });
  fast.createHostedZone(
    { id: 'Z1', name: 'clinic.test', callerReference: 'r', comment: '' },
    'C0',
    at(0),
  );
  for (let i = 1; i <= changesKeptMax; i += 1) {
    fast.servedZones(i);
    fast.changeRecordSets('Z1', { changes: [www('192.0.2.1')], comment: '' }, `C${i}`, at(i));
  }
  expect(() => fast.change('C0', 0)).toThrow('Could not find resource with ID: C0');
  expect(fast.change('C1', 1).status).toBe('INSYNC');
});
