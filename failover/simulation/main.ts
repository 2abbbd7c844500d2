// `npm run simulate -- --seed 1 --hours 720 --runs 100`: seeded runs of the real controllers until one breaks an invariant.
import { parseArgs } from 'node:util';
import { fleetFor } from '../../fleet/environments.ts';
import { InputError, isInputError } from '../../fleet/errors.ts';
import { failureText, shrunkFailure, simulate } from './simulate.ts';
import type { SimulationSettings } from './simulate.ts';

const options = {
  seed: { type: 'string', default: '1' },
  hours: { type: 'string', default: '720' },
  runs: { type: 'string', default: '1' },
  'calm-hours': { type: 'string', default: '12' },
  env: { type: 'string', default: 'production' },
} as const;

const hoursPerYear = 8_766;

function numberOf(name: string, text: string, min: number): number {
  const value = Number(text);
  if (Number.isFinite(value) && value >= min) return value;
  throw new InputError('wrong-arguments', {
    found: `--${name} is "${text}"`,
    why: 'A run is repeated from its numbers',
    remedy: `Give a number of at least ${min}`,
  });
}

function settingsFrom(args: readonly string[]) {
  try {
    const { values } = parseArgs({ args: [...args], options });
    return {
      fleet: fleetFor(values.env),
      seed: numberOf('seed', values.seed, 0),
      hours: numberOf('hours', values.hours, 5),
      runs: numberOf('runs', values.runs, 1),
      calmHours: numberOf('calm-hours', values['calm-hours'], 0),
    };
  } catch (cause) {
    if (isInputError(cause)) throw cause;
    const found = cause instanceof Error ? cause.message : String(cause);
    const remedy = `Use ${Object.keys(options)
      .map((name) => `--${name}`)
      .join(', ')}`;
    throw new InputError(
      'wrong-arguments',
      { found, why: 'A run is repeated from its arguments', remedy },
      { cause },
    );
  }
}

/** Returns whether every run kept every invariant. */
async function run(args: readonly string[]): Promise<boolean> {
  const { runs, ...settings } = settingsFrom(args);
  let [simulatedMs, livedMs, batches] = [0, 0, 0];
  for (let index = 0; index < runs; index += 1) {
    const one: SimulationSettings = { ...settings, seed: settings.seed + index };
    const result = await simulate(one);
    simulatedMs += result.simulatedMs;
    livedMs += result.livedMs;
    batches += result.batches;
    if (result.violations.length > 0) {
      console.log(
        `seed ${one.seed}: ${result.violations[0]?.invariant} broken; looking for the fewest faults ...`,
      );
      const failure = await shrunkFailure(one);
      if (failure !== null) console.log(failureText(failure));
      console.log(
        `Repeat with: npm run simulate -- --seed ${one.seed} --hours ${one.hours} --calm-hours ${one.calmHours}`,
      );
      return false;
    }
    if ((index + 1) % 100 === 0) console.log(summary(index + 1));
  }
  console.log(summary(runs));
  return true;

  function summary(count: number): string {
    const years = simulatedMs / 3_600_000 / hoursPerYear;
    return `${count} runs from seed ${settings.seed}: ${years.toFixed(2)} years, of them ${(livedMs / 3_600_000).toFixed(0)} h not calm, ${batches} changes, no invariant broken`;
  }
}

try {
  process.exitCode = (await run(process.argv.slice(2))) ? 0 : 1;
} catch (error) {
  if (!isInputError(error)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
