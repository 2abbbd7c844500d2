// The numbers a bench is repeated from: `--name VALUE`, each with a default and a least value.
import { parseArgs } from 'node:util';
import { InputError } from '../../fleet/errors.ts';

export interface NumberOption {
  readonly default: number;
  readonly min: number;
}

/** `InputError` 'wrong-arguments'. */
export function numbersFrom<Name extends string>(
  args: readonly string[],
  options: Readonly<Record<Name, NumberOption>>,
): Readonly<Record<Name, number>> {
  const names = Object.keys(options) as Name[];
  const texts = parsed(args, names);
  const numbers = names.map((name): [Name, number] => {
    const { default: usual, min } = options[name];
    const text = texts[name];
    const value = text === undefined ? usual : Number(text);
    if (Number.isFinite(value) && value >= min) return [name, value];
    throw wrong(`--${name} is "${text}"`, `Give a number of at least ${min}`);
  });
  return Object.fromEntries(numbers) as Record<Name, number>;
}

function parsed(args: readonly string[], names: readonly string[]) {
  try {
    const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
    return parseArgs({ args: [...args], options }).values as Record<string, string | undefined>;
  } catch (cause) {
    const found = cause instanceof Error ? cause.message : String(cause);
    throw wrong(found, `Use ${names.map((name) => `--${name}`).join(', ')}`);
  }
}

const wrong = (found: string, remedy: string) =>
  new InputError('wrong-arguments', { found, why: 'A run is repeated from its numbers', remedy });
