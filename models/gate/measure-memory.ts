// The memory that two bundles take, each in processes of its own, turn about.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { EngineId } from '../engine/engine.ts';

const openMsMax = 120_000;

/** Candidate over incumbent. Of each the smaller of two peaks counts: what else happens on the machine only ever adds. */
export async function memoryRatio(
  candidate: string,
  incumbent: string,
  engine: EngineId,
): Promise<number> {
  const first = await peakKiB(incumbent, engine);
  const second = await peakKiB(candidate, engine);
  const third = await peakKiB(candidate, engine);
  const fourth = await peakKiB(incumbent, engine);
  return Math.min(second, third) / Math.min(first, fourth);
}

async function peakKiB(dir: string, engine: EngineId): Promise<number> {
  const isSource = import.meta.url.endsWith('.ts');
  const entry = new URL(`./memory-process.${isSource ? 'ts' : 'js'}`, import.meta.url);
  // From source the process needs the loader too; compiled, it needs none.
  const loader = isSource
    ? ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href]
    : [];
  const child = fork(fileURLToPath(entry), [dir, engine], { execArgv: loader, timeout: openMsMax });
  const [said] = (await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code, signal]) => {
      throw new Error(`a process that opened ${dir} ended with ${signal ?? code}`);
    }),
  ])) as [unknown];
  return Number(said);
}
