// Each invariant shows: the table in docs/failover.md names a metric that a running controller has and an alert that asks for it.
import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createMetrics } from '../../services/inference/metrics.ts';
import { alertRules } from '../../stacks/constructs/observability/alert-rules.ts';
import { controllerBench, handClock, losingParis } from '../support/failover-ports.ts';
import type { Bench } from '../support/failover-ports.ts';
import { belgium, paris, production } from '../support/fleets.ts';

const page = readFileSync(join(__dirname, '..', '..', 'docs', 'failover.md'), 'utf8');
const section = page.slice(page.indexOf('## What each invariant shows'));
const rows = [...section.matchAll(/^\| (I\d+)\s*\|([^|]*)\|([^|]*)\|$/gm)].map(
  ([, row = '', metrics = '', alerts = '']) => ({
    row,
    metrics: [...metrics.matchAll(/`([a-z_]+)`/g)].map(([, name = '']) => name),
    alerts: alerts.split(',').map((name) => name.trim()),
  }),
);
const alerts = new Map(
  Object.values(alertRules(production))
    .flat()
    .map(({ name, expr }) => [name, expr]),
);

async function exposition(bench: Bench): Promise<string> {
  return bench.controller.settings.metrics.registry.metrics();
}
const valueOf = (text: string, series: string) =>
  new RegExp(`^${series.replaceAll(/[{}]/g, '\\$&')} (\\S+)$`, 'm').exec(text)?.[1];

test('the table has all seventeen rows', () => {
  expect(rows.map(({ row }) => row)).toEqual(Array.from({ length: 17 }, (_, i) => `I${i + 1}`));
});

test.each(rows)('$row: $metrics exist on a running controller, or on a service', async (row) => {
  const bench = await controllerBench();
  await losingParis(bench);
  await bench.beats(3);
  const service = await createMetrics({ version: '1' }).registry.metrics();
  const text = (await exposition(bench)) + service;
  expect(row.metrics.length).toBeGreaterThan(0);
  for (const name of row.metrics) expect(text).toMatch(new RegExp(`^# TYPE ${name} `, 'm'));
});

test.each(rows)('$row: $alerts ask for its metrics, each of which some alert asks for', (row) => {
  const asked = row.alerts.map((name) => alerts.get(name) ?? `no alert ${name}`);
  for (const expr of asked)
    expect(row.metrics.filter((name) => expr.includes(name))).not.toEqual([]);
  for (const name of row.metrics) expect(asked.some((expr) => expr.includes(name))).toBe(true);
});

test('what a controller measures while Paris dies and somebody freezes the zone', async () => {
  const bench = await controllerBench();
  await bench.beats(1);
  await losingParis(bench);
  await bench.controller.settings.desk.give({
    kind: 'freeze',
    reason: 'audit',
    actor: 'ops',
    forMs: 60_000,
  });
  await bench.controller.settings.desk.give({
    kind: 'drain',
    region: belgium,
    reason: 'patch',
    actor: 'ops',
    forMs: 60_000,
  });
  bench.others = 'uuu';
  await bench.beats(2);
  const text = await exposition(bench);
  const label = 'vantage="vantage-dublin"';
  expect(valueOf(text, `failover_phase{region="${belgium}",phase="FROZEN",${label}}`)).toBe('1');
  expect(valueOf(text, `failover_held_changes{rule="freeze",${label}}`)).toBe('1');
  expect(valueOf(text, `failover_freeze_age_seconds{${label}}`)).toBe('2');
  expect(valueOf(text, `failover_gate_on{gate="returns",${label}}`)).toBe('1');
  // Paris does not answer here, and the two others say that it does.
  expect(valueOf(text, `failover_peer_view_mismatch{peer="vantage-finland",${label}}`)).toBe('1');
  // Its users are told addresses of the first standby, and of the second.
  const standby = Number(valueOf(text, `failover_standby_addresses{region="${paris}",${label}}`));
  expect(standby).toBeGreaterThan(1);
  expect(valueOf(text, `failover_records_differ{${label}}`)).toBe('0');
});

test('records that somebody changed by hand are counted, also while nothing may be put right', async () => {
  const bench = await controllerBench();
  await bench.beats(1);
  bench.zone.records = bench.zone.records.map((r) =>
    r.kind === 'addresses' && r.name.startsWith(paris) ? { ...r, addresses: ['192.0.2.10'] } : r,
  );
  await bench.beats(30);
  expect(
    valueOf(await exposition(bench), 'failover_records_differ{vantage="vantage-dublin"}'),
  ).toBe('1');
});

test("another vantage's clock is measured from its report, to half of what asking took", async () => {
  const clock = handClock();
  const bench = await controllerBench({
    clock,
    reports: () => [
      {
        vantage: production.vantages[1]!.id,
        ageMs: 0,
        orders: [],
        opinions: {},
        wallMs: clock.wall - 3_000,
      },
    ],
  });
  await bench.beats(1);
  const series = 'failover_clock_offset_seconds{peer="vantage-finland",vantage="vantage-dublin"}';
  expect(valueOf(await exposition(bench), series)).toBe('-3');
});

test('of a batch that was lost it is not known what became of it until the zone is read', async () => {
  const bench = await controllerBench();
  await bench.beats(1);
  bench.zone.next = [{ kind: 'unreachable', detail: 'no answer' }];
  bench.zone.gate = (async () => {
    await Promise.resolve();
    bench.zone.unreadable = true;
  })();
  await losingParis(bench);
  const unfinished = async () =>
    valueOf(await exposition(bench), 'failover_unfinished_intents{vantage="vantage-dublin"}');
  expect(await unfinished()).toBe('1');
  bench.zone.unreadable = false;
  await bench.beats(5);
  expect(await unfinished()).toBe('0');
});
