// Three whole controllers with their real adapters: TLS regions, a strict Route 53 with DNS, and each other over mutually proven HTTPS.
import { afterEach, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { Server } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { startController } from '../../failover/server.ts';
import type { RunningController } from '../../failover/server.ts';
import type { Settings } from '../../failover/settings.ts';
import { statusOf } from '../../failover/status.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import { termOf } from '../../fleet/records.ts';
import { apiCertificate } from '../support/authority.ts';
import { paris, production } from '../support/fleets.ts';
import { withFolder } from '../support/folder.ts';
import { localZone } from '../support/local-zone.ts';
import type { CredentialFiles } from '../../failover/adapters/credentials.ts';
import { giveOrder } from '../../local/vantage-client.ts';
import { testAuthority } from '../support/credentials.ts';

/** A fleet whose heart beats four times as fast. */
const fleet: Fleet = {
  ...production,
  regions: production.regions.map((r) => ({ ...r, addressCount: 1 })),
  probe: {
    ...production.probe,
    intervalMs: 250,
    timeoutMs: 250,
    connectTimeoutMs: 250,
    failuresToDown: 3,
    successesToUp: 3,
  },
  steering: {
    ...production.steering,
    holdOffMs: 300,
    restoreStepMs: 300,
    changesMax: 30,
    observationAgeMsMax: 1_000,
  },
};
const addresses = Object.fromEntries(fleet.regions.map(({ id }, i) => [id, [`127.78.0.${i + 1}`]]));

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function freePort(): Promise<number> {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Waits for a fact, not for a time; a fact that never comes ends the test by its own limit. */
async function until<T>(look: () => Promise<T | null> | T | null): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

async function theFleet(folder: string) {
  const zone = await localZone(fleet, { pendingMs: 100, processingMs: 20 }, addresses);
  const { ca, cert, key } = await apiCertificate();
  const ports: Record<string, number> = {};
  const region = async (id: string): Promise<Server> => {
    const server = createServer({ cert, key }, (_, response) => void response.end('{}'));
    const [host = ''] = addresses[id] ?? [];
    await new Promise<void>((resolve) => server.listen(ports[id] ?? 0, host, resolve));
    ports[id] = (server.address() as AddressInfo).port;
    closing.push(() => kill(server));
    return server;
  };
  const servers = new Map<string, Server>();
  for (const { id } of fleet.regions) servers.set(id, await region(id));
  const vantagePorts = await Promise.all(fleet.vantages.map(freePort));
  const authority = await testAuthority(folder, fleet.zone);
  const credentials: Record<string, CredentialFiles> = {};
  for (const { id } of fleet.vantages)
    credentials[id] = await authority.issue({ role: 'vantage', name: id });
  const settings = fleet.vantages.map(({ id }, i): Settings => ({
    fleet: fleet,
    deployment: zone.deployment,
    vantage: id,
    peers: fleet.vantages.flatMap((v, p) =>
      p === i ? [] : [{ vantage: v.id, url: `https://127.0.0.1:${vantagePorts[p]}` }],
    ),
    stateDir: join(folder, id),
    host: '127.0.0.1',
    port: vantagePorts[i]!,
    livenessPort: null,
    resolvers: [],
    credentials: credentials[id]!,
    route53Endpoint: zone.endpoint,
    ca,
    flagsUrl: null,
    golden: null,
    ports,
  }));
  const controllers: RunningController[] = [];
  for (const one of settings) {
    const running = await startController(one);
    closing.push(() => running.close());
    controllers.push(running);
  }
  const operator = await authority.issue({ role: 'operator', name: 'jane' });
  return { zone, servers, region, settings, controllers, operator };
}

const kill = (server: Server) => {
  server.closeAllConnections();
  server.close();
};

const phases = ({ controller }: RunningController) =>
  statusOf(controller).regions.map((r) => r.phase);

test('a region that dies is left once and returns in stages, whichever of the three controllers writes', () =>
  withFolder(async (folder) => {
    const { zone, servers, region, controllers } = await theFleet(folder);
    const store = zone.store();
    const weight = async () => {
      const records = await store.read();
      const alias = records.find((r) => r.kind === 'alias' && r.setIdentifier === paris);
      return { term: termOf(records).number, weight: alias?.kind === 'alias' ? alias.weight : -1 };
    };
    const healthy = () =>
      controllers.every((c) => phases(c).every((p) => p === 'HEALTHY')) ? true : null;
    await until(healthy);
    kill(servers.get(paris)!);
    const left = await until(async () => {
      const now = await weight();
      return now.weight === 0 ? now : null;
    });
    expect(left.term).toBe(2);

    await region(paris);
    const seen: { term: number; weight: number }[] = [left];
    await until(async () => {
      const now = await weight();
      if (now.weight !== seen.at(-1)?.weight) seen.push(now);
      return now.weight === 80 ? true : null;
    });
    expect(seen).toEqual(
      [0, 8, 32, 56, 80].map((expected, i) => ({ term: 2 + i, weight: expected })),
    );
    await until(healthy);

    const journals = await Promise.all(
      fleet.vantages.map(({ id }) => readFile(join(folder, id, 'journal.jsonl'), 'utf8')),
    );
    const written = journals.join('').match(/"outcome":"written"/g) ?? [];
    expect(written).toHaveLength(5);
    expect(journals.join('')).not.toMatch(/"outcome":"(refused|unreachable)"/);
  }));

test('an order given to one vantage is obeyed, known to all, and survives the restart of its taker', () =>
  withFolder(async (folder) => {
    const { controllers, settings, operator } = await theFleet(folder);
    await until(() =>
      controllers.every((c) => phases(c).every((p) => p === 'HEALTHY')) ? true : null,
    );
    const [first] = controllers;
    await giveOrder(
      { zone: fleet.zone, operator, urls: { vantages: { [settings[0]!.vantage]: first!.url } } },
      { kind: 'drain', region: paris, reason: 'patching', forMs: 60_000 },
    );
    await until(() => (controllers.every((c) => phases(c)[0] === 'ADMIN_DRAINED') ? true : null));
    await until(() => (statusOf(first!.controller).regions[0]?.weight.zone === 0 ? true : null));

    await first!.close();
    const again = await startController(settings[0]!);
    closing.push(() => again.close());
    expect(again.controller.settings.desk.standing()).toMatchObject([
      { region: paris, reason: 'patching', actor: 'jane' },
    ]);
  }));

test('a port that is taken is said, and nothing is left running', () =>
  withFolder(async (folder) => {
    const { settings } = await theFleet(folder);
    await expect(
      startController({ ...settings[0]!, stateDir: join(folder, 'second') }),
    ).rejects.toThrow(/Port \d+ of 127\.0\.0\.1 is taken/);
  }));
