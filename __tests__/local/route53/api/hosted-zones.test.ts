// Hosted zones through the real SDK.
import {
  CreateHostedZoneCommand,
  DeleteHostedZoneCommand,
  GetHostedZoneCommand,
  ListHostedZonesByNameCommand,
  ListHostedZonesCommand,
} from '@aws-sdk/client-route-53';
import { describe, expect, test } from '@jest/globals';

import { start, startWithZone, plain, create } from '../started.ts';

describe('hosted zones', () => {
  test('are created, shown, listed and deleted', async () => {
    const { client, zoneId } = await startWithZone();
    const got = await client.send(new GetHostedZoneCommand({ Id: zoneId }));
    expect(got.HostedZone).toMatchObject({
      Name: 'clinic.test.',
      CallerReference: 'first',
      ResourceRecordSetCount: 2,
    });
    expect(got.DelegationSet?.NameServers).toHaveLength(4);
    await client.send(new DeleteHostedZoneCommand({ Id: zoneId }));
    await expect(client.send(new GetHostedZoneCommand({ Id: zoneId }))).rejects.toMatchObject({
      name: 'NoSuchHostedZone',
      $metadata: { httpStatusCode: 404 },
    });
  });

  test('are not deleted with records in them, nor made twice by one reference', async () => {
    const { client, zoneId, change } = await startWithZone();
    await change(create(plain('www', 'A', '192.0.2.1')));
    await expect(client.send(new DeleteHostedZoneCommand({ Id: zoneId }))).rejects.toMatchObject({
      name: 'HostedZoneNotEmpty',
    });
    const again = new CreateHostedZoneCommand({ Name: 'other.test', CallerReference: 'first' });
    await expect(client.send(again)).rejects.toMatchObject({
      name: 'HostedZoneAlreadyExists',
      $metadata: { httpStatusCode: 409 },
    });
  });

  test('are listed in pages', async () => {
    const { client } = await start();
    const names = ['a.test', 'b.example', 'c.test'];
    for (const Name of names)
      await client.send(new CreateHostedZoneCommand({ Name, CallerReference: Name }));
    const first = await client.send(new ListHostedZonesCommand({ MaxItems: 2 }));
    expect(first).toMatchObject({ IsTruncated: true, MaxItems: 2 });
    const rest = await client.send(new ListHostedZonesCommand({ Marker: first.NextMarker }));
    const listed = [...first.HostedZones!, ...rest.HostedZones!]
      .map(({ Name }) => Name)
      .sort((a, b) => String(a).localeCompare(String(b)));
    expect(listed).toEqual(['a.test.', 'b.example.', 'c.test.']);
    expect(rest.IsTruncated).toBe(false);

    const byName = await client.send(new ListHostedZonesByNameCommand({ MaxItems: 2 }));
    expect(byName.HostedZones?.map(({ Name }) => Name)).toEqual(['b.example.', 'a.test.']);
    expect(byName).toMatchObject({ IsTruncated: true, NextDNSName: 'c.test.' });
    const found = await client.send(new ListHostedZonesByNameCommand({ DNSName: 'c.test' }));
    expect(found.HostedZones?.map(({ Name }) => Name)).toEqual(['c.test.']);
    const none = await client.send(new ListHostedZonesByNameCommand({ DNSName: 'z.test' }));
    expect(none.HostedZones).toEqual([]);
  });
});
