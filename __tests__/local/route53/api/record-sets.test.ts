// Changes, listings and TestDNSAnswer through the real SDK, with DNS as the witness.
import {
  ChangeResourceRecordSetsCommand,
  GetChangeCommand,
  ListHostedZonesCommand,
  ListResourceRecordSetsCommand,
  TestDNSAnswerCommand,
  waitUntilResourceRecordSetsChanged,
  type ResourceRecordSet,
} from '@aws-sdk/client-route-53';
import { describe, expect, test } from '@jest/globals';

import { start, startWithZone, plain, create, remove, upsert } from '../started.ts';

describe('changes', () => {
  test('reach DNS when they are INSYNC, and the API shows them at once', async () => {
    const { client, resolver, zoneId, change } = await startWithZone({ pendingMs: 300 });
    const { ChangeInfo } = await change(create(plain('www', 'A', '192.0.2.1')));
    expect(ChangeInfo).toMatchObject({ Status: 'PENDING' });
    const listed = await client.send(new ListResourceRecordSetsCommand({ HostedZoneId: zoneId }));
    expect(listed.ResourceRecordSets).toHaveLength(3);
    await expect(resolver.resolve4('www.clinic.test')).rejects.toThrow();
    await waitUntilResourceRecordSetsChanged(
      { client, maxWaitTime: 20, minDelay: 1, maxDelay: 1 },
      { Id: ChangeInfo!.Id! },
    );
    expect(await resolver.resolve4('www.clinic.test', { ttl: true })).toEqual([
      { address: '192.0.2.1', ttl: 30 },
    ]);
  });

  test('fail as a whole, with every reason in one message, as the service words it', async () => {
    const { resolver, change } = await startWithZone();
    await change(create(plain('_term', 'TXT', '"41"')), create(plain('www', 'A', '192.0.2.1')));
    await change(
      remove(plain('_term', 'TXT', '"41"')),
      create(plain('_term', 'TXT', '"42"')),
      upsert(plain('www', 'A', '192.0.2.2')),
    );
    const stale = change(
      remove(plain('_term', 'TXT', '"41"')),
      create(plain('_term', 'TXT', '"42"')),
      upsert(plain('www', 'A', '192.0.2.9', '192.0.2.9')),
    );
    await expect(stale).rejects.toMatchObject({
      name: 'InvalidChangeBatch',
      message:
        "[Duplicate Resource Record: '192.0.2.9', Tried to delete resource record set [name='_term.clinic.test.', type='TXT'] but the values provided do not match the current values, Tried to create resource record set [name='_term.clinic.test.', type='TXT'] but it already exists]",
      $metadata: { httpStatusCode: 400 },
    });
    expect(await resolver.resolve4('www.clinic.test')).toEqual(['192.0.2.2']);
    expect(await resolver.resolveTxt('_term.clinic.test')).toEqual([['42']]);
  });

  test('of a wrong shape are InvalidInput', async () => {
    const { change } = await startWithZone();
    await expect(
      change(create({ ...plain('w', 'A', '192.0.2.1'), SetIdentifier: 'r1', Weight: 256 })),
    ).rejects.toMatchObject({
      name: 'InvalidInput',
      message: expect.stringContaining("maxInclusive '255'"),
    });
    await expect(
      change(
        create({
          ...plain('w', 'A', '192.0.2.1'),
          SetIdentifier: 'r1',
          CidrRoutingConfig: { CollectionId: 'c', LocationName: 'l' },
        }),
      ),
    ).rejects.toMatchObject({
      name: 'InvalidInput',
      message: expect.stringContaining("'CidrRoutingConfig' is not modelled"),
    });
    await expect(change()).rejects.toMatchObject({ name: 'InvalidInput' });
  });

  test('with an unknown health check are NoSuchHealthCheck, of an unknown zone NoSuchHostedZone', async () => {
    const { client, change } = await startWithZone();
    const set = { ...plain('w', 'A', '192.0.2.1'), HealthCheckId: 'abcd' };
    await expect(change(create(set))).rejects.toMatchObject({ name: 'NoSuchHealthCheck' });
    await expect(
      client.send(
        new ChangeResourceRecordSetsCommand({
          HostedZoneId: 'ZNONE',
          ChangeBatch: { Changes: [create(set)] },
        }),
      ),
    ).rejects.toMatchObject({ name: 'NoSuchHostedZone' });
    await expect(client.send(new GetChangeCommand({ Id: 'CNONE' }))).rejects.toMatchObject({
      name: 'NoSuchChange',
    });
  });

  test('wait for the one before', async () => {
    const { change } = await startWithZone({ pendingMs: 60_000, processingMs: 60_000 });
    await change(create(plain('a', 'A', '192.0.2.1')));
    await expect(change(create(plain('b', 'A', '192.0.2.1')))).rejects.toMatchObject({
      name: 'PriorRequestNotComplete',
      $metadata: { httpStatusCode: 400 },
    });
  });

  test('and all other requests are five a second', async () => {
    const { client } = await start({ requestsPerSecond: 5 });
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, () => client.send(new ListHostedZonesCommand())),
    );
    const refused = outcomes.filter(({ status }) => status === 'rejected');
    expect(refused.length).toBeGreaterThan(0);
    expect(outcomes.length - refused.length).toBeGreaterThanOrEqual(5);
    expect(refused[0]).toMatchObject({
      reason: { name: 'Throttling', message: 'Rate exceeded', $metadata: { httpStatusCode: 400 } },
    });
  });
});

const member = (id: string): ResourceRecordSet => ({
  ...plain('w', 'A', '192.0.2.1'),
  SetIdentifier: id,
  Weight: 1,
});

describe('listing record sets', () => {
  test('every kind comes back as it was written', async () => {
    const { client, zoneId, change } = await startWithZone();
    const id = zoneId.replace('/hostedzone/', '');
    const base = { Type: 'A' as const, TTL: 30, ResourceRecords: [{ Value: '192.0.2.1' }] };
    const sets: ResourceRecordSet[] = [
      { ...base, Name: '*.clinic.test' },
      {
        ...base,
        Name: 'geo.clinic.test',
        SetIdentifier: 'a',
        GeoLocation: { CountryCode: 'US', SubdivisionCode: 'OH' },
      },
      {
        ...base,
        Name: 'geo.clinic.test',
        SetIdentifier: 'b',
        GeoLocation: { ContinentCode: 'EU' },
      },
      { ...base, Name: 'lat.clinic.test', SetIdentifier: 'a', Region: 'eu-west-1' },
      { ...base, Name: 'multi.clinic.test', SetIdentifier: 'a', MultiValueAnswer: true },
      { ...base, Name: 'pair.clinic.test', SetIdentifier: 'a', Failover: 'SECONDARY' },
      {
        Name: 'txt.clinic.test',
        Type: 'TXT',
        TTL: 30,
        ResourceRecords: [{ Value: '"a & <b> \\"c\\""' }],
      },
      { ...base, Name: 'w.clinic.test', SetIdentifier: 'a', Weight: 0 },
      {
        Name: 'z.clinic.test',
        Type: 'A',
        SetIdentifier: 'a',
        Weight: 255,
        AliasTarget: { HostedZoneId: id, DNSName: 'w.clinic.test.', EvaluateTargetHealth: true },
      },
    ];
    await change(...sets.map(create));
    const listed = await client.send(new ListResourceRecordSetsCommand({ HostedZoneId: zoneId }));
    const expected = sets.map((set) => ({ ...set, Name: `${set.Name!.replace('*', '\\052')}.` }));
    expect(listed.ResourceRecordSets?.slice(2)).toEqual(expected);
    expect(listed).toMatchObject({ IsTruncated: false, MaxItems: 300 });
    // What was listed can be deleted as it stands.
    await change(...listed.ResourceRecordSets!.slice(2).toReversed().map(remove));
  });

  test('goes page by page, through the sets of one name too', async () => {
    const { client, zoneId, change } = await startWithZone();
    await change(...['r1', 'r2', 'r3'].map(member).map(create), create(plain('w', 'TXT', '"x"')));
    const seen: string[] = [];
    let next: { StartRecordName?: string; StartRecordType?: 'A'; StartRecordIdentifier?: string } =
      {};
    for (let page = 0; page < 6; page += 1) {
      const got = await client.send(
        new ListResourceRecordSetsCommand({ HostedZoneId: zoneId, MaxItems: 1, ...next }),
      );
      const [set] = got.ResourceRecordSets!;
      seen.push(`${set!.Type} ${set!.SetIdentifier ?? '-'}`);
      expect(got.IsTruncated).toBe(page < 5);
      next = {
        ...(got.NextRecordName && { StartRecordName: got.NextRecordName }),
        ...(got.NextRecordType && { StartRecordType: got.NextRecordType as 'A' }),
        ...(got.NextRecordIdentifier && { StartRecordIdentifier: got.NextRecordIdentifier }),
      };
    }
    expect(seen).toEqual(['NS -', 'SOA -', 'A r1', 'A r2', 'A r3', 'TXT -']);
    await expect(
      client.send(
        new ListResourceRecordSetsCommand({ HostedZoneId: zoneId, StartRecordType: 'A' }),
      ),
    ).rejects.toMatchObject({ name: 'InvalidInput' });
  });

  test('a page has at most 300 sets', async () => {
    const { client, zoneId, change } = await startWithZone();
    await change(
      ...Array.from({ length: 300 }, (_, i) => create(plain(`h${i}`, 'A', '192.0.2.1'))),
    );
    const got = await client.send(
      new ListResourceRecordSetsCommand({ HostedZoneId: zoneId, MaxItems: 1_000 }),
    );
    expect(got.ResourceRecordSets).toHaveLength(300);
    expect(got.IsTruncated).toBe(true);
  });
});

const located = (id: string, CountryCode: string, Value: string): ResourceRecordSet => ({
  ...plain('g', 'A', Value),
  SetIdentifier: id,
  GeoLocation: { CountryCode },
});

test('TestDNSAnswer says what name servers answer, from where it is told', async () => {
  const { client, zoneId, change } = await startWithZone({
    places: [{ network: '198.51.100.0/24', place: { country: 'DE' } }],
  });
  await change(create(located('de', 'DE', '192.0.2.49')), create(located('any', '*', '192.0.2.1')));
  const ask = async (from: object) =>
    client.send(
      new TestDNSAnswerCommand({
        HostedZoneId: zoneId,
        RecordName: 'g.clinic.test',
        RecordType: 'A',
        ...from,
      }),
    );
  expect(await ask({})).toMatchObject({
    RecordData: ['192.0.2.1'],
    ResponseCode: 'NOERROR',
    Protocol: 'UDP',
    RecordName: 'g.clinic.test.',
  });
  expect(await ask({ EDNS0ClientSubnetIP: '198.51.100.7' })).toMatchObject({
    RecordData: ['192.0.2.49'],
  });
  expect(await ask({ ResolverIP: '198.51.100.7' })).toMatchObject({ RecordData: ['192.0.2.49'] });
  const none = new TestDNSAnswerCommand({
    HostedZoneId: zoneId,
    RecordName: 'no.clinic.test',
    RecordType: 'A',
  });
  expect(await client.send(none)).toMatchObject({ ResponseCode: 'NXDOMAIN', RecordData: [] });
});
