// Starts one of the Spark applications of this folder: finds Spark, compiles the scorer where none is given, passes the answer on.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { InputError } from '../../fleet/errors.ts';
import { compileScorer } from './compile.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const here = path.join(root, 'models', 'spark');
/** The newest that EMR Serverless and Dataproc run, too. */
const pysparkVersion = '3.5.7';

/** Under this name Spark unpacks a release's archive on each machine. */
const archiveName = 'evenkeel';

/** A scorer takes as long to start as it takes for some fifty pictures: of small ones, a task gets up to 256. */
const conf = ['spark.sql.files.openCostInBytes=524288', 'spark.ui.showConsoleProgress=false'];

export interface Submission {
  readonly program: 'evaluate.py' | 'refit.py';
  readonly master: string;
  /** `key=value` of Spark's own configuration. */
  readonly conf: readonly string[];
  /** A release's archive, or a folder that every machine has; this checkout, compiled, when left out. */
  readonly release?: string | undefined;
  readonly registry?: string | undefined;
  /** Kept there; in a folder that is removed afterwards when left out. */
  readonly output?: string | undefined;
  /** Further options of the program. */
  readonly args: readonly string[];
}

/** The exit code of the program, whose answer has gone to stdout. `InputError` 'spark-missing' | 'release-missing'. */
export async function submit(submission: Submission): Promise<number> {
  const python = process.env['PYSPARK_PYTHON'] ?? 'python3';
  const sparkSubmit = await findSpark(python);
  const scratch = await mkdtemp(path.join(tmpdir(), 'evenkeel-spark-'));
  try {
    const packages = path.join(scratch, 'evenkeel_spark.zip');
    const zipped = spawnSync(python, [
      '-c',
      zipPackage,
      path.join(here, 'evenkeel_spark'),
      packages,
    ]);
    if (zipped.status !== 0)
      throw new Error(`the Python files cannot be packed: ${zipped.stderr.toString()}`);
    const { archives, options } = await releaseOf(submission);
    const args = [
      '--master',
      submission.master,
      ...[...conf, ...submission.conf].flatMap((pair) => ['--conf', pair]),
      '--py-files',
      packages,
      ...archives,
      path.join(here, submission.program),
      ...options,
      '--output',
      path.resolve(submission.output ?? path.join(scratch, 'output')),
      ...submission.args,
    ];
    return await run(sparkSubmit, args, { ...process.env, PYSPARK_PYTHON: python });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** One folder deep, sources only: the same bytes whatever Python has cached beside them. */
const zipPackage = `
import pathlib, sys, zipfile
source, target = map(pathlib.Path, sys.argv[1:])
with zipfile.ZipFile(target, "w") as archive:
    for file in sorted(source.glob("*.py")):
        archive.write(file, f"{source.name}/{file.name}")
`;

async function findSpark(python: string): Promise<string> {
  const home = process.env['SPARK_HOME'] ?? pysparkFolder(python);
  const program = path.join(home, 'bin', 'spark-submit');
  if (home !== '' && (await isThere(program))) return program;
  throw new InputError('spark-missing', {
    found: `There is no ${home === '' ? `pyspark in ${python}` : program}`,
    why: 'The cluster is spoken to by spark-submit',
    remedy: `pip install pyspark==${pysparkVersion} numpy (with Java 17), or set SPARK_HOME or PYSPARK_PYTHON`,
  });
}

function pysparkFolder(python: string): string {
  const code = 'import os, pyspark; print(os.path.dirname(pyspark.__file__))';
  return spawnSync(python, ['-c', code], { encoding: 'utf8' }).stdout?.trim() ?? '';
}

async function releaseOf({ release, registry }: Submission) {
  const named = registry === undefined ? [] : ['--registry', path.resolve(registry)];
  if (release === undefined) {
    const compiled = await compileScorer();
    const shipped =
      registry === undefined ? ['--registry', path.join(root, 'models/registry')] : named;
    return { archives: [], options: ['--release', compiled, ...shipped] };
  }
  const place = path.resolve(release);
  if (!(await isThere(place)))
    throw new InputError('release-missing', {
      found: `There is no ${place}`,
      why: 'It holds the scorer that executors stream pictures through',
      remedy: 'Make one with `npm run package`, or leave --release out to use this checkout',
    });
  return /\.(tar\.gz|tgz|zip)$/.test(place)
    ? {
        archives: ['--archives', `${place}#${archiveName}`],
        options: ['--release', archiveName, ...named],
      }
    : { archives: [], options: ['--release', place, ...named] };
}

/** spark-submit pours the program's stderr into its stdout: the last line of a success is the answer, all else was said. */
async function run(command: string, args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], env });
  const closed = once(child, 'close');
  const said = (await text(child.stdout)).trimEnd();
  const [code] = (await closed) as [number | null];
  const end = code === 0 ? said.lastIndexOf('\n') + 1 : said.length;
  if (end > 0) console.error(said.slice(0, end).trimEnd());
  if (code === 0) console.log(said.slice(end));
  return code ?? 1;
}

const isThere = (file: string) =>
  stat(file).then(
    () => true,
    () => false,
  );
