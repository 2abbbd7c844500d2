// Raises and lowers flags: refused where nobody would be left, told when there was nothing to do, and written with who and why.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../fleet/errors.ts';
import type { Fleet, RegionId } from '../fleet/fleet.ts';
import { regionId } from '../fleet/fleet.ts';
import { flagNoteIn, flagText } from '../fleet/flag.ts';
import type { FlagNote } from '../fleet/flag.ts';

/** The place of the flags, with the right to write there. */
export interface FlagPole {
  /** Null where none is raised. */
  read(region: RegionId): Promise<FlagNote | null>;
  /** False where one was raised already; that one stays as it is. */
  put(region: RegionId, text: string): Promise<boolean>;
  remove(region: RegionId): Promise<void>;
}

export interface FlagDesk {
  readonly fleet: Fleet;
  readonly pole: FlagPole;
  /** Whether a region answers its users now, asked from here: no controller may be needed to raise a flag. */
  readonly answers: (region: RegionId) => Promise<boolean>;
}

const reasonLengthMax = 200;

export interface RaiseRequest extends FlagNote {
  readonly region: string;
}

/** What stands afterwards, and whether it is new. `InputError` 'no-such-region' | 'wrong-flag' | 'no-survivor'. */
export async function raiseFlag(
  desk: FlagDesk,
  { region: name, ...note }: RaiseRequest,
): Promise<{ readonly isNew: boolean; readonly note: FlagNote }> {
  const region = regionOf(desk.fleet, name);
  checkReason(note.reason);
  const standing = await desk.pole.read(region);
  if (standing !== null) return { isNew: false, note: standing };
  await checkSurvivor(desk, region);
  const isNew = await desk.pole.put(region, flagText(note));
  return { isNew, note: isNew ? note : ((await desk.pole.read(region)) ?? note) };
}

/** The note of the flag that was taken down; null where none was raised. */
export async function lowerFlag(desk: FlagDesk, name: string): Promise<FlagNote | null> {
  const region = regionOf(desk.fleet, name);
  const standing = await desk.pole.read(region);
  if (standing !== null) await desk.pole.remove(region);
  return standing;
}

export const flagsStanding = (
  desk: Pick<FlagDesk, 'fleet' | 'pole'>,
): Promise<readonly { readonly region: RegionId; readonly note: FlagNote | null }[]> =>
  Promise.all(
    desk.fleet.regions.map(async ({ id }) => ({ region: id, note: await desk.pole.read(id) })),
  );

/**
 * With every region unhealthy Route 53 answers as if all were healthy: the last flag would lead nobody away, and would undo what
 * the others do. So it is refused, and there is no way to force it.
 */
async function checkSurvivor({ fleet, pole, answers }: FlagDesk, region: RegionId): Promise<void> {
  const others = fleet.regions.map(({ id }) => id).filter((id) => id !== region);
  const states = await Promise.all(
    others.map(async (id) => {
      if ((await pole.read(id)) !== null) return `${id} has a flag of its own`;
      return (await answers(id)) ? null : `${id} does not answer`;
    }),
  );
  if (states.includes(null)) return;
  throw new InputError('no-survivor', {
    found: `No other region could take the users of ${region}: ${states.join(', ')}`,
    why: 'With every region unhealthy Route 53 answers as if all were healthy, so the flag would undo the others and lead nobody away',
    remedy: 'Lower another flag or bring a region back first',
  });
}

function regionOf({ regions }: Fleet, name: string): RegionId {
  if (regions.some(({ id }) => id === name)) return regionId(name);
  throw new InputError('no-such-region', {
    found: `There is no region "${name}"`,
    why: 'A flag is raised over one region of the fleet',
    remedy: `Name one of: ${regions.map(({ id }) => id).join(', ')}`,
  });
}

function checkReason(reason: string): void {
  if (reason.trim() !== '' && reason.length <= reasonLengthMax) return;
  throw new InputError('wrong-flag', {
    found: `The reason has ${reason.length} characters`,
    why: 'Whoever is on call next must see why the flag is up, and anybody may read it',
    remedy: `Say it in 1 to ${reasonLengthMax} characters, without anything about patients`,
  });
}

export const flagDirectory = (fleetDirectory: string) => join(fleetDirectory, 'flags');

const isCode = (error: unknown, code: string) => (error as NodeJS.ErrnoException).code === code;

/** Files of the local fleet: whoever may write them may raise a flag. */
export function filePole(directory: string): FlagPole {
  const path = (region: RegionId) => join(directory, region);
  return {
    read: async (region) => {
      try {
        return flagNoteIn(readFileSync(path(region), 'utf8'));
      } catch (error) {
        if (isCode(error, 'ENOENT')) return null;
        throw error;
      }
    },
    put: async (region, text) => {
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      try {
        writeFileSync(path(region), text, { mode: 0o600, flag: 'wx' });
        return true;
      } catch (error) {
        if (isCode(error, 'EEXIST')) return false;
        throw error;
      }
    },
    remove: async (region) => rmSync(path(region), { force: true }),
  };
}
