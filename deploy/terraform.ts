// The terraform command: started, its words kept in a log file, its last ones shown when it fails.
import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { InputError } from '../fleet/errors.ts';

export interface TerraformCall {
  readonly args: readonly string[];
  readonly logFile: string;
  /** Values of variables that must not be written to disk. */
  readonly variables: Readonly<Record<string, string>>;
  /** What it prints is the answer, may hold secrets, and is not logged. */
  readonly isAnswer?: boolean;
}

export interface TerraformResult {
  readonly exitCode: number;
  /** Empty unless the call is an answer. */
  readonly answer: string;
  /** The last lines it said. */
  readonly tail: string;
}

export type Terraform = (call: TerraformCall) => Promise<TerraformResult>;

/** Terraform tried and failed: what to mend is in its own words. */
export class TerraformError extends Error {
  override readonly name = 'TerraformError';

  constructor(stack: string, verb: string, { tail }: TerraformResult, logFile: string) {
    super(`terraform ${verb} of ${stack} failed:\n${tail}\n(all of it: ${logFile})`);
  }
}

const tailLinesMax = 40;
const tailCharsMax = 64 * 1024;
const answerCharsMax = 256 * 1024 * 1024;

type Environment = Readonly<Record<string, string | undefined>>;

/** Terraform as found on the PATH. Calls throw `InputError` 'no-terraform'. */
export const systemTerraform =
  (env: Environment): Terraform =>
  ({ args, logFile, variables, isAnswer = false }) =>
    new Promise((resolve, reject) => {
      mkdirSync(dirname(logFile), { recursive: true });
      const log = createWriteStream(logFile, { flags: 'a' });
      log.write(`\n$ terraform ${args.join(' ')}\n`);
      const given = Object.entries(variables).map(([name, value]) => [`TF_VAR_${name}`, value]);
      const child = spawn('terraform', args, {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...env, ...quiet, ...(Object.fromEntries(given) as Record<string, string>) },
      });
      const passOn = () => child.kill('SIGINT');
      process.on('SIGINT', patience);
      process.on('SIGTERM', passOn);
      let answer = '';
      let tail = '';
      const hear = (text: string) => {
        log.write(text);
        tail = (tail + text).slice(-tailCharsMax);
      };
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        if (!isAnswer) hear(text);
        else if (answer.length + text.length <= answerCharsMax) answer += text;
        else child.kill('SIGKILL');
      });
      child.stderr.setEncoding('utf8').on('data', hear);
      const settle = (end: () => void) => {
        process.off('SIGINT', patience);
        process.off('SIGTERM', passOn);
        log.end(end);
      };
      child.once('error', (cause) => settle(() => reject(notStarted(cause))));
      child.once('close', (code) =>
        settle(() => resolve({ exitCode: code ?? 1, answer, tail: lastLines(tail) })),
      );
    });

/** Terraform gets the interrupt of the terminal too, and ends well by itself; leaving before it would lose its outcome. */
const patience = () => undefined;

const quiet = { TF_IN_AUTOMATION: '1', TF_INPUT: '0', CHECKPOINT_DISABLE: '1' };

const lastLines = (text: string) => text.trim().split('\n').slice(-tailLinesMax).join('\n');

const notStarted = (cause: Error) =>
  new InputError(
    'no-terraform',
    {
      found: `terraform could not be started (${cause.message})`,
      why: 'It carries the plan to the clouds',
      remedy: 'Install terraform 1.10 or newer and put it on the PATH',
    },
    { cause },
  );

/** e.g. `1.11.4`. */
export async function terraformVersion(terraform: Terraform, logFile: string): Promise<string> {
  const { answer } = await terraform({
    args: ['version', '-json'],
    logFile,
    variables: {},
    isAnswer: true,
  });
  const { terraform_version: version } = JSON.parse(answer) as { terraform_version?: string };
  return version ?? '0.0.0';
}
