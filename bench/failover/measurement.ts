// A measurement as it is kept: what was run, where and when, and every raw figure, so that anybody can judge or repeat it.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus, loadavg, release } from 'node:os';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

export interface Provenance {
  readonly command: string;
  readonly seed: number;
  readonly startedAt: string;
  readonly seconds: number;
  readonly commit: string;
  readonly machine: string;
  readonly versions: Readonly<Record<string, string | null>>;
  /** One minute's, at the beginning and the end: others may have worked on the same machine. */
  readonly loadAverage: readonly [number, number];
}

export const measurementFile = (name: string): string =>
  fileURLToPath(new URL(`../../docs/measurements/${name}.json`, import.meta.url));

const git = (...args: string[]) =>
  execFileSync('git', ['--no-optional-locks', ...args], { encoding: 'utf8' }).trim();

/** With `+` where the tree had changes that no commit has. */
function commit(): string {
  try {
    const isDirty = git('status', '--porcelain', 'failover', 'fleet', 'bench') !== '';
    return `${git('rev-parse', '--short', 'HEAD')}${isDirty ? '+' : ''}`;
  } catch {
    return 'unknown';
  }
}

export interface Recorder {
  /** Writes the figures beside their provenance; may be called again with more. */
  write(figures: object): void;
  /** As `write`, for figures by the ten thousand: the file ends with .gz. */
  writeCompressed(figures: object): void;
}

/** At the beginning of a run. */
export const provenanceNow = (
  command: string,
  seed: number,
  versions: Readonly<Record<string, string | null>>,
) => ({
  command,
  seed,
  startedAt: new Date().toISOString(),
  seconds: 0,
  commit: commit(),
  machine: `${cpus().length} shared cores, Linux ${release().split('-')[0] ?? ''}`,
  versions: { node: process.version, ...versions },
  loadAverage: loadavg()[0] ?? 0,
});

export function recorder(
  name: string,
  command: string,
  seed: number,
  versions: Readonly<Record<string, string | null>> = {},
): Recorder {
  const fromMs = performance.now();
  const { loadAverage, ...begun } = provenanceNow(command, seed, versions);
  const textOf = (figures: object): string => {
    const provenance: Provenance = {
      ...begun,
      seconds: Math.round((performance.now() - fromMs) / 1_000),
      commit: commit(),
      loadAverage: [loadAverage, loadavg()[0] ?? 0],
    };
    return `${JSON.stringify({ ...provenance, ...figures }, null, 1)}\n`;
  };
  return {
    write: (figures) => writeFileSync(measurementFile(name), textOf(figures)),
    writeCompressed: (figures) =>
      writeFileSync(`${measurementFile(name)}.gz`, gzipSync(textOf(figures))),
  };
}
