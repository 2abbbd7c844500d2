// What the published runs hold, pooled: the downtimes of each arm, client and resolver, kill by kill, of one backend, role and TTL.
import { InputError } from '../../../fleet/errors.ts';
import { clientNames } from '../lab/client-names.ts';
import type { RoundRecord } from '../lab/round.ts';
import type { Row } from '../row.ts';
import type { KillDowntimes } from '../../../failover/leap/downtime-summary.ts';
import { armsInOrder } from './arm.ts';
import type { Backend, PublishedRun, Role } from './published-runs.ts';

/** Downtimes in seconds by kill. */
type Kills = Map<string, number[]>;

interface Group {
  readonly arm: string;
  readonly client: string;
  readonly resolver: string;
  readonly kills: Kills;
}

export interface RunSet {
  readonly backend: Backend;
  readonly role: Role;
  readonly ttlSeconds: number;
  readonly folders: readonly string[];
  readonly arms: readonly string[];
  readonly clients: readonly string[];
  readonly resolvers: readonly string[];
  /** Of each kill that was answered by a rewrite: seconds from the death to the first rewritten answer. */
  readonly rewriteSeconds: readonly number[];
  readonly groups: readonly Group[];
}

/** One run as it is read: rows are many, and are taken one at a time. */
export interface RunContents {
  readonly run: PublishedRun;
  readonly rounds: readonly RoundRecord[];
  readonly rows: Iterable<Row>;
}

interface Pool {
  readonly backend: Backend;
  readonly role: Role;
  readonly ttlSeconds: number;
  readonly folders: Set<string>;
  readonly rewriteSeconds: number[];
  readonly groups: Map<string, Group>;
}

/** Lab before simulator, main before browser, short TTLs before long ones. `InputError` 'runs-differ' for a pool of unlike runs. */
export function runSets(contents: Iterable<RunContents>): readonly RunSet[] {
  const pools = new Map<string, Pool>();
  const resolversOf = new Map<string, Map<string, Set<string>>>();
  for (const { run, rounds, rows } of contents) {
    const poolAt = (ttlSeconds: number) => pooled(pools, run, ttlSeconds);
    for (const { ttlSeconds, publishedMs } of rounds)
      if (publishedMs !== null) poolAt(ttlSeconds).rewriteSeconds.push(publishedMs / 1_000);
    for (const row of rows) {
      const pool = poolAt(row.ttlSeconds);
      pool.folders.add(run.folder);
      addRow(pool, run.folder, row);
      remember(resolversOf, [keyOf(pool), run.folder], row.resolver);
    }
  }
  for (const byFolder of resolversOf.values()) assertAlike(byFolder);
  return [...pools.values()]
    .filter(({ groups }) => groups.size > 0)
    .map(setOf)
    .sort(inOrder);
}

const keyOf = ({ backend, role, ttlSeconds }: Pick<RunSet, 'backend' | 'role' | 'ttlSeconds'>) =>
  `${backend} ${role} ${ttlSeconds}`;

function pooled(pools: Map<string, Pool>, run: PublishedRun, ttlSeconds: number): Pool {
  const { backend, role } = run;
  const key = keyOf({ backend, role, ttlSeconds });
  const known = pools.get(key);
  if (known !== undefined) return known;
  const pool: Pool = {
    backend,
    role,
    ttlSeconds,
    folders: new Set(),
    rewriteSeconds: [],
    groups: new Map(),
  };
  pools.set(key, pool);
  return pool;
}

function addRow({ groups }: Pool, folder: string, row: Row): void {
  const { arm, client, resolver } = row;
  const key = `${arm} ${client} ${resolver}`;
  const group = groups.get(key) ?? { arm, client, resolver, kills: new Map<string, number[]>() };
  groups.set(key, group);
  const kill = `${folder} ${row.killedAtMs}`;
  const users = group.kills.get(kill) ?? [];
  group.kills.set(kill, users);
  users.push(row.downtimeMs / 1_000);
}

function remember(
  known: Map<string, Map<string, Set<string>>>,
  [pool, folder]: readonly [pool: string, folder: string],
  resolver: string,
): void {
  const byFolder = known.get(pool) ?? new Map<string, Set<string>>();
  known.set(pool, byFolder);
  const resolvers = byFolder.get(folder) ?? new Set<string>();
  byFolder.set(folder, resolvers);
  resolvers.add(resolver);
}

function assertAlike(byFolder: ReadonlyMap<string, ReadonlySet<string>>): void {
  const listed = [...byFolder].map(
    ([folder, set]) => [folder, [...set].sort().join(', ')] as const,
  );
  const [first, ...rest] = listed;
  const other = rest.find(([, resolvers]) => resolvers !== first?.[1]);
  if (first === undefined || other === undefined) return;
  throw new InputError('runs-differ', {
    found: `${first[0]} has users behind ${first[1]}, and ${other[0]} behind ${other[1]}`,
    why: 'Runs of one backend, role and TTL are pooled, which is a mean of like with like only',
    remedy: 'Give them different roles in docs/leap-goal/runs.json, or leave one out',
  });
}

function setOf({ groups, folders, ...pool }: Pool): RunSet {
  const all = [...groups.values()];
  const names = (of: (group: Group) => string) => [...new Set(all.map(of))];
  const clients = names(({ client }) => client);
  return {
    ...pool,
    folders: [...folders],
    groups: all,
    arms: armsInOrder(names(({ arm }) => arm)),
    clients: [
      ...clientNames.filter((name) => clients.includes(name)),
      ...clients.filter((name) => !(clientNames as readonly string[]).includes(name)).sort(),
    ],
    resolvers: names(({ resolver }) => resolver).sort(),
  };
}

const places: readonly string[] = ['lab main', 'lab browser', 'sim main', 'sim browser'];
const placeOf = ({ backend, role }: RunSet): number => places.indexOf(`${backend} ${role}`);
const inOrder = (a: RunSet, b: RunSet): number =>
  placeOf(a) - placeOf(b) || a.ttlSeconds - b.ttlSeconds;

export const isOfLab = ({ backend }: Pick<RunSet, 'backend'>): boolean => backend === 'lab';

export interface Choice {
  readonly arm: string;
  readonly client: string;
  readonly resolvers?: readonly string[];
}

/** Kill by kill, over all resolvers or over some. Empty where nobody was measured. */
export function killsOf({ groups }: RunSet, choice: Choice): readonly KillDowntimes[] {
  const kills = new Map<string, number[]>();
  for (const group of groups) {
    if (group.arm !== choice.arm || group.client !== choice.client) continue;
    if (choice.resolvers?.includes(group.resolver) === false) continue;
    for (const [kill, users] of group.kills)
      kills.set(kill, [...(kills.get(kill) ?? []), ...users]);
  }
  return [...kills.values()];
}
