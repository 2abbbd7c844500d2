// What the commands of this folder share: options that cluster and program need, and what is said when one is wrong.
import path from 'node:path';
import { parseArgs } from 'node:util';
import { InputError, isInputError } from '../../fleet/errors.ts';
import type { Submission } from './submit.ts';
import { submit } from './submit.ts';

interface Program {
  readonly program: Submission['program'];
  /** Its own options besides those of every program, all with a value. */
  readonly options: readonly string[];
  /** Those of them that it cannot do without. */
  readonly required?: readonly string[];
}

/** Of this side; the program does not see them. */
const ofCluster = ['master', 'registry', 'release', 'output'] as const;
const ofProgram = ['model', 'manifest', 'root'] as const;
/** Places of this machine, or addresses that Spark can read. */
const places: readonly string[] = ['manifest', 'root', 'candidates'];

/** Sets the exit code: that of the program, 2 for what the person can mend. */
export async function programMain(program: Program): Promise<void> {
  try {
    process.exitCode = await submit(submission(program));
  } catch (error) {
    const isWrongOption = error instanceof TypeError && 'code' in error;
    if (!isInputError(error) && !isWrongOption) throw error;
    console.error(`evenkeel: ${(error as Error).message}`);
    process.exitCode = 2;
  }
}

function submission({ program, options, required = [] }: Program): Submission {
  const single = [...ofProgram, ...ofCluster, ...options];
  const { values } = parseArgs({
    options: {
      ...Object.fromEntries(single.map((name) => [name, { type: 'string' } as const])),
      conf: { type: 'string', multiple: true, default: [] },
    },
  });
  const valueOf = (name: string) => {
    const value = (values as Readonly<Record<string, unknown>>)[name];
    return typeof value === 'string' ? value : undefined;
  };
  refuseMissing(
    [...ofProgram, 'master', ...required].filter((name) => valueOf(name) === undefined),
  );
  const args = [...ofProgram, ...options].flatMap((name) => {
    const value = valueOf(name);
    if (value === undefined) return [];
    return [`--${name}`, places.includes(name) ? location(value) : value];
  });
  return {
    program,
    master: valueOf('master') ?? '',
    conf: values.conf,
    release: valueOf('release'),
    registry: valueOf('registry'),
    output: valueOf('output'),
    args,
  };
}

function refuseMissing(missing: readonly string[]): void {
  if (missing.length === 0) return;
  throw new InputError('option-missing', {
    found: `${missing.map((name) => `--${name}`).join(' and ')} is not given`,
    why: 'A run needs a model, a manifest, the folder of its pictures and a cluster',
    remedy:
      'Give --model NAME --manifest FILE --root FOLDER --master URL (local[2] for this machine alone)',
  });
}

/** A path of this machine made whole; an address (s3://, gs://, hdfs://) as it is. */
const location = (place: string): string =>
  /^[a-z][a-z0-9+.-]*:\/\//.test(place) ? place : path.resolve(place);
