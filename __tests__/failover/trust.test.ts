// A controller's door and its peers, over real TLS: who gets in, what is renewed, and what is said of those who are not believed.
import { afterEach, expect, test } from '@jest/globals';
import { copyFileSync, readFileSync } from 'node:fs';
import { connect } from 'node:tls';
import { fetch, request } from 'undici';
import { readCredentials } from '../../failover/adapters/credentials.ts';
import type { CredentialFiles } from '../../failover/adapters/credentials.ts';
import { systemClock } from '../../failover/adapters/system-clock.ts';
import { callFaultOf, callingAgent } from '../../failover/adapters/mutual-tls.ts';
import { controllerApi } from '../../failover/api.ts';
import { startLiveness } from '../../failover/liveness.ts';
import { controllerMetrics } from '../../failover/metrics.ts';
import type { JournalEntry } from '../../failover/ports.ts';
import { trustOf } from '../../failover/trust.ts';
import { TrustWatch } from '../../failover/trust-watch.ts';
import { vantageId } from '../../fleet/fleet.ts';
import type { Identity } from '../../fleet/identity.ts';
import { testAuthority } from '../support/credentials.ts';
import { controllerBench } from '../support/failover-ports.ts';
import { production } from '../support/fleets.ts';
import { withFolder } from '../support/folder.ts';

const { zone } = production;
const dublin = { role: 'vantage', name: 'vantage-dublin' } as const;
const finland = vantageId('vantage-finland');

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function served(files: CredentialFiles) {
  const bench = await controllerBench({ vantage: vantageId(dublin.name) });
  const metrics = controllerMetrics(dublin.name);
  const entries: JournalEntry[] = [];
  // The world's own time of day: certificates know no other.
  bench.clock.wall = Date.now();
  const trust = trustOf({
    fleet: production,
    vantage: vantageId(dublin.name),
    peers: [],
    credentials: files,
    clock: systemClock,
    metrics,
    say: (_, __, entry) => entries.push(entry),
  });
  const app = controllerApi(bench.controller, trust.door);
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  closing.push(() => app.close(), trust.attend(app.server));
  return { url, entries, metrics, trust, app };
}

const ask = async (url: string, files: CredentialFiles, expected: Identity = dublin) => {
  const dispatcher = callingAgent({
    credentials: readCredentials(files, zone),
    zone,
    expected,
    timeoutMs: 2_000,
    responseBytesMax: 1_000_000,
  });
  try {
    const { statusCode, body } = await request(`${url}/status`, { dispatcher });
    await body.dump();
    return statusCode;
  } catch (error) {
    return callFaultOf(error);
  } finally {
    await dispatcher.destroy();
  }
};

test('an operator of the authority gets in; a stranger, a late one and a nameless one do not', () =>
  withFolder(async (folder) => {
    const authority = await testAuthority(folder, zone);
    const stranger = await testAuthority(folder, zone);
    const { url, metrics } = await served(await authority.issue(dublin));
    const jane = { role: 'operator', name: 'jane' } as const;
    expect(await ask(url, await authority.issue(jane))).toBe(200);
    expect(await ask(url, await authority.issue({ role: 'monitor', name: 'prometheus' }))).toBe(
      403,
    );
    const strange = await stranger.issue(jane);
    copyFileSync((await authority.issue(jane)).authorityFile, strange.authorityFile);
    await expect(ask(url, strange)).rejects.toThrow(/was not issued by/);
    expect(await ask(url, await authority.issue(jane, { forMs: -1_000 }))).toBe('refused');
    await expect(fetch(`${url}/status`)).rejects.toThrow();
    const { values } = await metrics.handshakesRefused.get();
    expect(values[0]?.value).toBeGreaterThan(0);
  }));

test('nothing is sent to a vantage that is another than was meant', () =>
  withFolder(async (folder) => {
    const authority = await testAuthority(folder, zone);
    const { url } = await served(await authority.issue(dublin));
    const files = await authority.issue({ role: 'operator', name: 'jane' });
    const finlandExpected = { role: 'vantage', name: 'vantage-finland' } as const;
    expect(await ask(url, files, finlandExpected)).toBe('wrong-identity');
    expect(await ask(url, files, { role: 'operator', name: dublin.name })).toBe('wrong-identity');
  }));

test('less than TLS 1.3 is not spoken', () =>
  withFolder(async (folder) => {
    const authority = await testAuthority(folder, zone);
    const files = await authority.issue(dublin);
    const { url } = await served(files);
    const { cert, key, authority: ca } = readCredentials(files, zone);
    const old = await new Promise<string>((resolve) => {
      const socket = connect({
        port: Number(new URL(url).port),
        host: '127.0.0.1',
        maxVersion: 'TLSv1.2',
        cert,
        key,
        ca,
        checkServerIdentity: () => undefined,
      });
      socket.once('secureConnect', () => resolve(socket.getProtocol() ?? ''));
      socket.once('error', ({ message }) => resolve(message));
    });
    expect(old).toMatch(/alert protocol version/);
  }));

test('a certificate that was replaced on the disk is shown to the next caller, without a restart', () =>
  withFolder(async (folder) => {
    const authority = await testAuthority(folder, zone);
    const files = await authority.issue(dublin);
    const { url, trust, app, entries } = await served(files);
    const jane = readCredentials(await authority.issue({ role: 'operator', name: 'jane' }), zone);
    const shown = () =>
      new Promise<string>((resolve, reject) => {
        const { cert, key, authority: ca } = jane;
        const port = Number(new URL(url).port);
        const checkServerIdentity = () => undefined;
        const socket = connect({ port, host: '127.0.0.1', cert, key, ca, checkServerIdentity });
        socket.once('error', reject);
        socket.once('secureConnect', () => {
          resolve(socket.getPeerCertificate().serialNumber);
          socket.destroy();
        });
      });
    const before = await shown();
    const next = await authority.issue(dublin);
    copyFileSync(next.certFile, files.certFile);
    copyFileSync(next.keyFile, files.keyFile);
    trust.refresh();
    expect(await shown()).not.toBe(before);
    expect(readFileSync(files.certFile)).toEqual(readFileSync(next.certFile));
    expect(entries).toContainEqual(expect.objectContaining({ kind: 'certificate', taken: true }));
    expect(app.server.listening).toBe(true);
  }));

test('whether it runs may be asked by anybody, and nothing else', async () => {
  const liveness = await startLiveness('127.0.0.1', 0);
  closing.push(() => liveness.close());
  const status = async (path: string, method = 'GET') =>
    (await fetch(`http://127.0.0.1:${liveness.port}${path}`, { method })).status;
  expect([await status('/livez'), await status('/livez', 'HEAD')]).toEqual([200, 200]);
  expect([await status('/livez', 'POST'), await status('/status'), await status('/')]).toEqual([
    404, 404, 404,
  ]);
});

function watching() {
  const metrics = controllerMetrics(dublin.name);
  const entries: JournalEntry[] = [];
  const said = new Map<string, string>();
  const watch = new TrustWatch({
    vantage: vantageId(dublin.name),
    metrics,
    say: (topic, text, entry) => {
      if (said.get(topic) !== text) entries.push(entry);
      said.set(topic, text);
    },
  });
  return { watch, metrics, entries };
}

test('a peer that is somebody else is said at once, in journal, status and metrics', async () => {
  const { watch, metrics, entries } = watching();
  watch.asked(finland, null);
  watch.asked(finland, 'wrong-identity');
  expect(entries).toEqual([
    { kind: 'peer', vantage: finland, counts: false, why: 'somebody else answers there' },
  ]);
  expect(watch.faultOf(finland)).toBe('somebody else answers there');
  const [heard] = (await metrics.peerHeard.get()).values;
  expect(heard).toMatchObject({ value: 0, labels: { peer: finland } });
  expect((await metrics.peerFaults.get()).values[0]?.labels).toMatchObject({
    why: 'wrong-identity',
  });
});

test('silence is said when it lasts for three beats, once, and its end as well', () => {
  const { watch, entries } = watching();
  watch.asked(finland, 'silent');
  watch.asked(finland, null);
  watch.asked(finland, 'silent');
  watch.asked(finland, 'unreachable');
  expect(entries).toEqual([]);
  for (let beat = 0; beat < 5; beat += 1) watch.asked(finland, 'silent');
  watch.asked(finland, null);
  watch.asked(finland, null);
  expect(entries.map(({ counts, why }) => [counts, why])).toEqual([
    [false, 'it does not answer in time'],
    [true, 'it is heard again'],
  ]);
  expect(watch.faultOf(finland)).toBeNull();
});

test('the ends of certificates, one’s own and the others’, are metrics in seconds', async () => {
  const { watch, metrics } = watching();
  watch.certificateSeen(finland, 1_800_000_000_000);
  watch.renewed(1_900_000_000_000);
  const ends = (await metrics.certificateEnds.get()).values.map(({ value }) => value);
  expect(ends).toEqual([1_800_000_000, 1_900_000_000]);
});

test('new files that cannot be used are said until they can', async () => {
  const { watch, metrics, entries } = watching();
  const refused = async () => (await metrics.certificateRefused.get()).values[0]?.value;
  watch.notRenewed('wrong key');
  watch.notRenewed('wrong key');
  expect([entries.length, await refused()]).toEqual([1, 1]);
  watch.renewed(1_900_000_000_000);
  expect([entries.length, await refused()]).toEqual([2, 0]);
});
