// What a plan would change without the emulator being to blame: one line for each attribute.
import type { PlanJson, ResourceChange } from '../../../deploy/plan-summary.ts';
import { differences } from '../differences.ts';
import { emulatorArtefacts } from './emulator-artefacts.ts';

export interface FullChange extends ResourceChange {
  readonly change: ResourceChange['change'] & {
    readonly before: Readonly<Record<string, unknown>> | null;
    readonly after: Readonly<Record<string, unknown>> | null;
    readonly after_unknown?: Readonly<Record<string, unknown>> | boolean;
  };
}

export interface FullPlan extends PlanJson {
  readonly resource_changes?: readonly FullChange[];
}

/** One line for each attribute that a plan would change without the emulator being to blame. */
export const unexplainedChanges = ({ resource_changes: changes = [] }: FullPlan): string[] =>
  changes.filter(({ mode }) => mode !== 'data').flatMap(unexplained);

function unexplained({ address, type, change }: FullChange): string[] {
  const { actions, before, after, after_unknown: unknown } = change;
  if (actions.every((action) => action === 'no-op')) return [];
  if (actions.join() !== 'update') return [`${address}: ${actions.join(' and ')}`];
  const known = differences(before, after).filter((path) => !isTrueAt(unknown, path));
  return [...known, ...truePaths(unknown)]
    .filter((path) => !isExplained(type, path))
    .map((path) => `${address}.${path}: ${shown(at(before, path))} -> ${shown(at(after, path))}`);
}

const isExplained = (type: string, path: string) =>
  emulatorArtefacts.some((known) => known.type === type && known.path.test(path));

const at = (value: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>((inner, key) => (inner as Record<string, unknown> | null)?.[key], value);

const isTrueAt = (unknown: unknown, path: string) => at(unknown, path) === true;

/** `after_unknown` has the shape of the value, with true where it will be known after the apply only. */
function truePaths(value: unknown, path: readonly string[] = []): string[] {
  if (value === true) return [path.join('.')];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => truePaths(inner, [...path, key]));
}

const shownCharsMax = 200;
const shown = (value: unknown) =>
  (value === undefined ? 'nothing' : JSON.stringify(value)).slice(0, shownCharsMax);
