// The provider's API, a name server and the resolvers fail: I11, I12 and I14 on real sockets.
import { expect } from '@jest/globals';
import { blackhole } from '../../failover/lab/wire-faults.ts';
import { expectSafe } from '../support/lab/expect-safe.ts';
import { labSuite } from '../support/lab/lab-suite.ts';
import { afterProbes } from '../support/lab/leaving.ts';
import type { Testbed } from '../support/lab/testbed.ts';
import { frankfurt, paris } from '../support/fleets.ts';

const labTest = labSuite({ pace: 'steady', checkScale: 0.1 });

const weightIs = (bed: Testbed, weight: (w: number) => boolean) =>
  bed.until('the order is obeyed', () => (weight(bed.weights[frankfurt] ?? -1) ? true : null));

const ordered = (bed: Testbed, kind: 'drain' | 'restore', vantage = bed.vantages[0] ?? '') =>
  bed.order(vantage, { kind, region: frankfurt, forMs: 600_000 });

labTest('I11: a change counts as done only when every name server answers with it', async (bed) => {
  const [, second = ''] = bed.nameServers.map((server) => server.replace(/:\d+$/, ''));
  const since = await bed.strike({ kind: 'drop', to: second, port: 53 });
  await ordered(bed, 'drain');
  await weightIs(bed, (w) => w === 0);
  // Twice as long as it takes to ask whether it is done.
  await Promise.all(bed.vantages.map((vantage) => afterProbes(bed, vantage, paris, 4)));
  const kinds = () => new Set(bed.journal(since).map(({ kind }) => kind));
  expect(kinds()).toContain('outcome');
  expect(kinds()).not.toContain('settled');
  await bed.heal();
  await bed.until('it settles', () => (kinds().has('settled') ? true : null));
});

labTest(
  'I12: what a resolver says is measured and never an input: controllers act while it lies and while it is gone',
  async (bed) => {
    const liar = bed.address('resolver');
    for (const vantage of bed.vantages)
      await bed.until('the lie is measured', async () =>
        (await bed.metric(vantage, 'failover_resolver_mismatch', { resolver: liar })) === 1
          ? true
          : null,
      );
    await bed.strike(...blackhole(liar));
    await ordered(bed, 'restore');
    await weightIs(bed, (w) => w > 0);
    await bed.heal();
    await bed.peacetime();
    const served = bed.views.flatMap(({ addresses }) => Object.values(addresses).flat());
    expect(new Set(served)).toEqual(new Set(bed.fleet.regions.map(({ id }) => bed.address(id))));
  },
);

labTest(
  'I12: whoever believes the resolver is led to an impostor, whose certificate ends it',
  async (bed) => {
    const visit = (options: string) =>
      bed.runInClient(
        `${process.execPath} -e 'require("https").get({host: "api.${bed.fleet.zone}", port: 8443, path: "/readyz", ${options}}, (r) => r.on("data", (d) => console.log(String(d)))).on("error", (e) => console.log(e.code))'`,
      );
    // Once with each of its TTLs: for no time, for ten minutes, for ever.
    for (let ttl = 0; ttl < 3; ttl += 1)
      expect(await visit(`ca: require("fs").readFileSync("${bed.caFile}")`)).toMatch(
        /^(UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED_CERT_IN_CHAIN|CERT_SIGNATURE_FAILURE)$/m,
      );
    // Control: the lie is really told.
    expect(await visit('rejectUnauthorized: false')).toMatch(/^impostor$/m);
    expect(bed.questionsToResolver.map(({ name }) => name)).toContain(`api.${bed.fleet.zone}`);
  },
);

labTest('I14: with the API gone for one vantage, the others make the change', async (bed) => {
  const [cut = ''] = bed.vantages;
  const since = await bed.strike(...bed.apiBlocked(cut));
  await ordered(bed, 'drain', cut);
  await weightIs(bed, (w) => w === 0);
  expect(bed.changes.filter((b) => b.at >= since).map(({ by }) => by)).not.toContain(cut);
  await bed.heal();
  await ordered(bed, 'restore');
  await bed.peacetime();
});

labTest(
  'I14: with the API gone for all, answers stand and the provider leaves a dead region by itself',
  async (bed) => {
    const term = bed.changes.at(-1)?.to;
    const views = await bed.until('both name servers serve the last change', () => {
      const latest = bed.nameServers.map((s) => bed.views.findLast((v) => v.server === s)?.term);
      return latest.every((t) => t === term) ? bed.views.length : null;
    });
    const batches = bed.history.length;
    const since = await bed.strike(...bed.apiBlocked(...bed.vantages));
    await bed.process(paris).kill();
    const leads = (answer: { readonly addresses: readonly string[] }) =>
      answer.addresses.includes(bed.address(paris));
    // Twenty answers a second, four in five of them with the primary's address while it is healthy.
    const moved = await bed.until('no answer leads to the dead region any more', () => {
      const latest = bed.apiAnswers.slice(-40);
      return latest.every((a) => a.at >= since && !leads(a)) ? (latest[0] ?? null) : null;
    });
    console.info(`without the API: no answer led to the dead region after ${moved.at - since} ms`);
    const saysReachable = (reachable: boolean) =>
      bed.until(`a controller says that the API is ${reachable ? 'back' : 'lost'}`, () =>
        bed.journal(since).find((l) => l.kind === 'control-plane' && l['reachable'] === reachable),
      );
    const { vantage } = await saysReachable(false);
    expect(await bed.metric(vantage, 'failover_control_plane_reachable')).toBe(0);
    expect(bed.history.length).toBe(batches);
    expect(bed.views.length).toBe(views);
    expect(bed.uploads.filter((u) => u.at >= since && u.policy === 'every' && !u.ok)).toEqual([]);

    await bed.heal();
    await bed.until('the zone follows', () => (bed.weights[paris] === 0 ? true : null));
    await saysReachable(true);
  },
  240_000,
);

labTest('in all of this no record was absent, and no term went back', (bed) => expectSafe(bed));
