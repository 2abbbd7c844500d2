// Health checks through the real SDK, against an endpoint that really fails.
import {
  CreateHealthCheckCommand,
  DeleteHealthCheckCommand,
  GetHealthCheckCommand,
  GetHealthCheckLastFailureReasonCommand,
  GetHealthCheckStatusCommand,
  ListHealthChecksCommand,
  UpdateHealthCheckCommand,
  type HealthCheckConfig,
  type ResourceRecordSet,
} from '@aws-sdk/client-route-53';
import { afterEach, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { start, startWithZone, plain, create } from '../started.ts';

const endpoints: Server[] = [];
afterEach(() => {
  for (const endpoint of endpoints.splice(0)) endpoint.close();
});

/** Waits for a fact that is on its way; fails with what it last saw. */
async function eventually<T>(look: () => Promise<T>, expected: T): Promise<void> {
  let seen: T | undefined;
  for (let i = 0; i < 400; i += 1) {
    seen = await look();
    if (JSON.stringify(seen) === JSON.stringify(expected)) return;
    await sleep(20);
  }
  expect(seen).toEqual(expected);
}

describe('health checks', () => {
  const config: HealthCheckConfig = {
    Type: 'HTTP',
    IPAddress: '127.0.0.1',
    Port: 80,
    ResourcePath: '/readyz',
    RequestInterval: 10,
    FailureThreshold: 1,
    Disabled: true,
  };

  test('that only count others carry their children and no endpoint', async () => {
    const { client } = await start();
    const make = (CallerReference: string, HealthCheckConfig: HealthCheckConfig) =>
      client.send(new CreateHealthCheckCommand({ CallerReference, HealthCheckConfig }));
    const child = (await make('child', config)).HealthCheck!.Id!;
    const calculated: HealthCheckConfig = {
      Type: 'CALCULATED',
      ChildHealthChecks: [child],
      HealthThreshold: 1,
    };
    const { HealthCheck } = await make('parent', calculated);
    expect(HealthCheck!.HealthCheckConfig).toEqual({
      ...calculated,
      Inverted: false,
      Disabled: false,
    });
    const { HealthCheckConfig } = (
      await client.send(
        new UpdateHealthCheckCommand({ HealthCheckId: HealthCheck!.Id!, HealthThreshold: 0 }),
      )
    ).HealthCheck!;
    expect(HealthCheckConfig).toMatchObject({ HealthThreshold: 0, ChildHealthChecks: [child] });
    await expect(make('odd', { ...calculated, RequestInterval: 10 })).rejects.toMatchObject({
      name: 'InvalidInput',
    });
  });

  test('are created once per reference, shown, updated, listed and deleted', async () => {
    const { client } = await start();
    const make = (HealthCheckConfig: HealthCheckConfig) =>
      client.send(new CreateHealthCheckCommand({ CallerReference: 'r', HealthCheckConfig }));
    const created = await make(config);
    const HealthCheckId = created.HealthCheck!.Id!;
    expect(created.Location).toContain(HealthCheckId);
    expect((await make(config)).HealthCheck!.Id).toBe(HealthCheckId);
    await expect(make({ ...config, Port: 81 })).rejects.toMatchObject({
      name: 'HealthCheckAlreadyExists',
    });
    const shown = await client.send(new GetHealthCheckCommand({ HealthCheckId }));
    expect(shown.HealthCheck).toMatchObject({
      HealthCheckVersion: 1,
      HealthCheckConfig: { ...config, Inverted: false },
    });
    const updated = await client.send(
      new UpdateHealthCheckCommand({
        HealthCheckId,
        HealthCheckVersion: 1,
        Port: 8080,
        Inverted: true,
        ResetElements: ['ResourcePath'],
      }),
    );
    expect(updated.HealthCheck).toMatchObject({
      HealthCheckVersion: 2,
      HealthCheckConfig: { Port: 8080, Inverted: true },
    });
    expect(updated.HealthCheck!.HealthCheckConfig!.ResourcePath).toBeUndefined();
    await expect(
      client.send(new UpdateHealthCheckCommand({ HealthCheckId, HealthCheckVersion: 1, Port: 1 })),
    ).rejects.toMatchObject({ name: 'HealthCheckVersionMismatch' });
    expect((await client.send(new ListHealthChecksCommand())).HealthChecks).toHaveLength(1);
    await client.send(new DeleteHealthCheckCommand({ HealthCheckId }));
    expect((await client.send(new ListHealthChecksCommand())).HealthChecks).toEqual([]);
    await expect(client.send(new GetHealthCheckCommand({ HealthCheckId }))).rejects.toMatchObject({
      name: 'NoSuchHealthCheck',
    });
  });

  test('of kinds that are not modelled are refused by name', async () => {
    const { client } = await start();
    await expect(
      client.send(
        new CreateHealthCheckCommand({
          CallerReference: 'r',
          HealthCheckConfig: { Type: 'CALCULATED' },
        }),
      ),
    ).rejects.toMatchObject({
      name: 'InvalidInput',
      message: expect.stringContaining('CALCULATED'),
    });
  });

  test('drain an endpoint that fails and bring it back, without any controller', async () => {
    let well = true;
    const endpoint = createServer((_, response) => response.writeHead(well ? 200 : 503).end());
    endpoint.listen(0, '127.0.0.1');
    await once(endpoint, 'listening');
    endpoints.push(endpoint);
    const { client, resolver, zoneId, change } = await startWithZone({
      healthCheckIntervalScale: 0.01,
    });
    const created = await client.send(
      new CreateHealthCheckCommand({
        CallerReference: 'r',
        // Named in our own zone, so its address comes from there.
        HealthCheckConfig: {
          Type: 'HTTP',
          FullyQualifiedDomainName: 'probe.clinic.test',
          Port: (endpoint.address() as AddressInfo).port,
          RequestInterval: 10,
          FailureThreshold: 2,
        },
      }),
    );
    const HealthCheckId = created.HealthCheck!.Id!;
    const member = (id: string, Weight: number, extra: object): ResourceRecordSet => ({
      Name: 'api.clinic.test',
      Type: 'A',
      SetIdentifier: id,
      Weight,
      AliasTarget: {
        HostedZoneId: zoneId,
        DNSName: `${id}.clinic.test`,
        EvaluateTargetHealth: true,
      },
      ...extra,
    });
    await change(
      create(plain('probe', 'A', '127.0.0.1')),
      create(plain('r1', 'A', '192.0.2.1')),
      create(plain('r2', 'A', '192.0.2.2')),
      create(member('r1', 255, { HealthCheckId })),
      create(member('r2', 0, {})),
    );
    const reports = async () => {
      const status = await client.send(new GetHealthCheckStatusCommand({ HealthCheckId }));
      return [
        ...new Set(status.HealthCheckObservations!.map(({ StatusReport }) => StatusReport!.Status)),
      ];
    };
    const answer = () => resolver.resolve4('api.clinic.test');
    await eventually(reports, ['Success: HTTP Status Code 200, OK']);
    await eventually(answer, ['192.0.2.1']);
    well = false;
    await eventually(answer, ['192.0.2.2']);
    const failed = await client.send(new GetHealthCheckLastFailureReasonCommand({ HealthCheckId }));
    expect(failed.HealthCheckObservations?.[0]?.StatusReport?.Status).toContain(
      'Failure: HTTP Status Code 503',
    );
    well = true;
    await eventually(answer, ['192.0.2.1']);
    await eventually(reports, ['Success: HTTP Status Code 200, OK']);
  });
});
