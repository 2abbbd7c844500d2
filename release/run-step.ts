// Runs one outside program of the packaging, quietly; when it fails, says which step it was and what the program said.
import { spawn } from 'node:child_process';
import { InputError } from '../fleet/errors.ts';

/** The beginning, where programs say what is wrong; usage texts follow. */
const outputCharactersMax = 2_000;

interface Step {
  readonly what: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly remedy: string;
}

/** Resolves with what it wrote to stdout. `InputError` 'packaging-failed'. */
export async function runStep({ what, command, args, cwd, remedy }: Step): Promise<string> {
  const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout = (stdout + text).slice(-(2 ** 20));
    if (said.length < outputCharactersMax) said += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (said.length < outputCharactersMax) said += text;
  });
  const code = await new Promise<number | string>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('close', (status, signal) => resolve(status ?? signal ?? 'no exit code'));
  });
  if (code === 0) return stdout;
  throw new InputError('packaging-failed', {
    found: `${what} failed (${command}: ${code})${said === '' ? '' : `:\n${said.trim().slice(0, outputCharactersMax)}\n`}`,
    why: 'A release is made whole or not at all',
    remedy,
  });
}
