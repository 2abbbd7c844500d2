// Which runs are the published set, and which measurements of the detectors stand beside them: docs/leap-goal/runs.json.
import { InputError } from '../../../fleet/errors.ts';

const backends = ['lab', 'sim'] as const;
export const roles = ['main', 'browser'] as const;

export type Backend = (typeof backends)[number];
/** `browser` stands apart: its rounds are minutes longer, and it is behind fewer caches. */
export type Role = (typeof roles)[number];

export interface PublishedRun {
  /** Below docs/measurements/. Runs of one backend, role and TTL are pooled. */
  readonly folder: string;
  readonly backend: Backend;
  readonly role: Role;
}

export interface PublishedRuns {
  readonly runs: readonly PublishedRun[];
  /** Files below docs/measurements/: false drains a day, and seconds to detect. */
  readonly falseDrains: string;
  readonly peers: string;
}

/** `InputError` 'wrong-runs' for a list that cannot be followed. */
export function parsePublishedRuns(text: string): PublishedRuns {
  const value = parsed(text);
  if (typeof value.falseDrains !== 'string') throw wrong('falseDrains is not a file');
  if (typeof value.peers !== 'string') throw wrong('peers is not a file');
  if (!Array.isArray(value.runs) || value.runs.length === 0) throw wrong('runs is empty');
  const runs = value.runs as readonly PublishedRun[];
  for (const [index, { folder, backend, role }] of runs.entries()) {
    if (typeof folder !== 'string') throw wrong(`run ${index} has no folder`);
    if (!backends.includes(backend)) throw wrong(`${folder} has the backend "${backend}"`);
    if (!roles.includes(role)) throw wrong(`${folder} has the role "${role}"`);
    if (runs.findIndex((run) => run.folder === folder) < index) throw wrong(`${folder} is twice`);
  }
  return value as PublishedRuns;
}

function parsed(text: string): Partial<PublishedRuns> {
  try {
    return JSON.parse(text) as Partial<PublishedRuns>;
  } catch {
    throw wrong('it is not JSON');
  }
}

const wrong = (found: string) =>
  new InputError('wrong-runs', {
    found: `docs/leap-goal/runs.json: ${found}`,
    why: 'The published figures are made from the runs that it lists, and from no others',
    remedy: `List each run once with its folder, backend (${backends.join(', ')}) and role (${roles.join(', ')})`,
  });
