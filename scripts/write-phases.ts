// Writes docs/phases.md: the state machine of a region, as its own table and its own transitions say it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { phaseChanges } from '../failover/core/phase-changes.ts';
import { phaseRows, phases } from '../failover/core/phase.ts';
import type { Phase, PhaseFacts } from '../failover/core/phase.ts';

/** The way of a region that dies or is drained and comes back: what is drawn of all that can happen. */
const drawn: readonly (readonly [from: Phase, to: Phase, label: string])[] = [
  ['HEALTHY', 'SUSPECT', 'some vantage says down'],
  ['SUSPECT', 'HEALTHY', 'none does'],
  ['SUSPECT', 'DOWN', 'a quorum says down'],
  ['DOWN', 'SUSPECT', 'no quorum any more'],
  ['DOWN', 'DRAINING', 'batch written'],
  ['HEALTHY', 'DRAINING', 'drain ordered'],
  ['DRAINING', 'DRAINED', 'served by every name server'],
  ['DRAINING', 'ADMIN_DRAINED', 'served by every name server'],
  ['DRAINED', 'SUSPECT', 'it answers again'],
  ['SUSPECT', 'PROBATION', 'a quorum says up'],
  ['ADMIN_DRAINED', 'PROBATION', 'drain over'],
  ['PROBATION', 'RESTORING', 'hold-off over, first step'],
  ['RESTORING', 'HEALTHY', 'last step'],
  ['RESTORING', 'DOWN', 'a quorum says down'],
  ['PROBATION', 'HEALTHY', 'stands in for another'],
  ['PROBATION', 'DRAINED', 'a quorum says down'],
];

const facts = ['anyUp', 'frozen', 'standing', 'doubted', 'weight', 'pending'] as const;
const headings: Readonly<Record<keyof PhaseFacts, string>> = {
  anyUp: 'any region up',
  frozen: 'frozen',
  standing: 'standing',
  doubted: 'doubted',
  weight: 'weight',
  pending: 'pending',
};

export const phasesText = (): string =>
  [
    '# The phases of a region',
    '',
    '`node --import tsx scripts/write-phases.ts` writes this file from `failover/core/phase.ts`, and a test compares the two.',
    '',
    ...diagram(),
    '',
    'Not drawn: FROZEN, from and to every phase but a dead one, while a freeze stands; FAIL_STATIC, from and to every phase,',
    'while no region is up by quorum. The controller then keeps what the zone has: it **fails static**. It does not fail open,',
    'which would give everybody their weight back; Route 53 does that of its own when every health check of the zone fails.',
    '',
    '## Which phase it is',
    '',
    'Every combination fits exactly one row; `-` is any value.',
    '',
    ...table([
      [...facts.map((fact) => headings[fact]), 'phase'],
      ...phaseRows.map(([phase, condition]) => [
        ...facts.map((fact) => shown(condition[fact])),
        phase,
      ]),
    ]),
    '',
    '- **any region up**: by quorum, in the whole fleet. **standing**: what the quorum says of this one, or `drained` by an order.',
    '- **doubted**: some vantage says down. **weight**: in the zone, against the normal one; unpublished is none.',
    '- **pending**: some name server still answers with an older term. **frozen**: a freeze stands and holds this region too.',
    '',
    '## What can follow what',
    '',
    'From the row to the column, and what alone leads there: **h**ealth, an **o**rder, a **w**eight written, **s**erved by every',
    'name server, a **f**reeze. Two may come together, but no weight ever goes from all to some: HEALTHY is never followed by',
    'RESTORING. The simulation judges that at every beat of every vantage.',
    '',
    ...table([
      ['', ...phases],
      ...phases.map((from) => [
        from,
        ...phases.map((to) => phaseChanges[from][to].map((cause) => cause[0]).join(' ')),
      ]),
    ]),
    '',
  ].join('\n');

function diagram(): readonly string[] {
  const wrong = drawn.filter(([from, to]) => phaseChanges[from][to].length === 0);
  if (wrong.length > 0) throw new Error(`drawn, and impossible: ${wrong.join('; ')}`);
  return [
    '```mermaid',
    'stateDiagram-v2',
    '  [*] --> HEALTHY',
    ...drawn.map(([from, to, label]) => `  ${from} --> ${to} : ${label}`),
    '```',
  ];
}

function shown(values: readonly (string | boolean)[] | undefined): string {
  if (values === undefined) return '-';
  return values.map((value) => (typeof value === 'string' ? value : yesNo(value))).join(', ');
}

const yesNo = (value: boolean) => (value ? 'yes' : 'no');

function table(rows: readonly (readonly string[])[]): readonly string[] {
  const [head = []] = rows;
  const widths = head.map((_, i) => Math.max(3, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [line(head), rule, ...rows.slice(1).map(line)];
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  writeFileSync(join(import.meta.dirname, '..', 'docs', 'phases.md'), phasesText());
