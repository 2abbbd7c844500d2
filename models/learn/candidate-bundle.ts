// The draft of a head that the lake has taught, with the record of what it was taught by.
import type { Bundle } from '../bundle/load-bundle.ts';
import { bundleDirs, compareVersions } from '../bundle/registry.ts';
import type { LearnedHead } from './learn-head.ts';
import type { RefitAbstention } from './refitted-bundle.ts';
import { writeRefitted } from './refitted-bundle.ts';

export interface CandidateParts {
  readonly incumbent: Bundle;
  readonly learned: LearnedHead;
  /** The registry to write `<name>/<version>` into. */
  readonly out: string;
  /** What the card of a refit says; `refit.json` beside the model. */
  readonly record: RefitRecord;
}

/** From what, how and by which command a refitted head came to be. */
export interface RefitRecord extends RefitAbstention {
  readonly command: string;
  readonly date: string;
  readonly seed: number;
  readonly incumbent: { readonly version: string; readonly modelSha256: string };
  readonly lake: {
    readonly films: number;
    readonly labelled: number;
    /** Left out: as many opinions for as against, or too few. */
    readonly unresolved: number;
    readonly votesMin: number;
  };
  readonly rows: LearnedHead['rows'];
  /** Of a model that grades: the grades k whose question "above k?" was learned from grades. The others' rows stay. */
  readonly gradesAbove?: readonly string[];
  readonly validation: { readonly on: string; readonly logLoss: number };
  /** The labelled set, where one was given. */
  readonly set: {
    readonly sha256: string;
    /** Films of it that the lake holds too: learned from there, and asked nothing here. */
    readonly alsoInLake: number;
    /** Whether its training rows were learned from although the incumbent's features were fitted to labels. */
    readonly seenByFeatures: boolean;
  } | null;
  readonly l2: number;
}

/** `InputError` 'no-linear-head' | 'version-exists'. */
export async function writeCandidate(parts: CandidateParts): Promise<Bundle> {
  const { incumbent, learned, out, record } = parts;
  const { head, gradeRows, threshold, band } = learned;
  const { name, version } = incumbent.manifest;
  return writeRefitted(out, incumbent, {
    version: await nextVersion(out, name, version),
    head: head.model,
    gradeRows,
    validationLogits: head.validationLogits,
    calibration: head.calibration,
    threshold,
    unsure: { low: band.low, high: band.high },
    provenance: {
      command: record.command,
      date: record.date,
      data:
        record.set === null
          ? `${record.rows.lake} films of the lake`
          : `${record.rows.lake} films of the lake, ${record.rows.reference} training and ${record.rows.validation} validation rows of the table below`,
      ...(record.set && { dataTableSha256: record.set.sha256 }),
    },
    record,
  });
}

/** The minor version after the newest there is of this name, here or in production. */
async function nextVersion(out: string, name: string, version: string): Promise<string> {
  const there = (await bundleDirs(out)).filter((entry) => entry.name === name);
  const newest = [version, ...there.map((entry) => entry.version)].toSorted(compareVersions).at(-1);
  const [major = 0, minor = 0] = (newest ?? version).split('.').map(Number);
  return `${major}.${minor + 1}.0`;
}
