// What can be ordered by hand, and what each order is about.
import type { RegionId } from '../../fleet/fleet.ts';

/**
 * - `drain` leaves a region that is up; `restore` ends a drain and waives the hold-off, never the steps.
 * - `freeze` keeps the zone as it is; `unfreeze` ends that.
 * - `gate-on` and `gate-off` set a switch of the fleet's safety rules, whatever it is otherwise.
 */
export type Command<Id extends string = RegionId> =
  | { readonly kind: 'drain' | 'restore'; readonly region: Id }
  | { readonly kind: 'freeze' | 'unfreeze' }
  | { readonly kind: 'gate-on' | 'gate-off'; readonly gate: string };

export const commandKinds = [
  'drain',
  'restore',
  'freeze',
  'unfreeze',
  'gate-on',
  'gate-off',
] as const;

/** What an order is about: of all about one subject, one stands. */
export function subjectOf(command: Command<string>): string {
  if ('region' in command) return command.region;
  return 'gate' in command ? `gate ${command.gate}` : 'the zone';
}

/** Reads a command from what came from elsewhere, and nothing else of it; null where it is none. */
export function commandIn({
  kind,
  region,
  gate,
}: Readonly<Record<string, unknown>>): Command<string> | null {
  switch (kind) {
    case 'drain':
    case 'restore':
      return typeof region === 'string' ? { kind, region } : null;
    case 'freeze':
    case 'unfreeze':
      return { kind };
    case 'gate-on':
    case 'gate-off':
      return typeof gate === 'string' ? { kind, gate } : null;
    default:
      return null;
  }
}
