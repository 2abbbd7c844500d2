// How the report calls what it shows.
import type { RunSet } from './run-set.ts';

type Named = Pick<RunSet, 'backend' | 'role' | 'ttlSeconds'>;

export const backendNames = { lab: 'Lab', sim: 'Simulator' } as const;

export const panelOf = ({ backend, role, ttlSeconds }: Named): string =>
  `${backendNames[backend]}${role === 'browser' ? ' with browsers' : ''}, TTL ${ttlSeconds} s`;

/** Part of the name of a file. */
export const slugOf = ({ backend, role, ttlSeconds }: Named): string =>
  [backend, ...(role === 'main' ? [] : [role]), `ttl-${ttlSeconds}`].join('-');
