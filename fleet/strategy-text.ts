// Strategies as a person writes them: `hedge:1:1`, `multi:2`. Read strictly and written back the same.
import { strategyFaults } from './check-strategy.ts';
import { InputError } from './errors.ts';
import type { Fleet, Strategy } from './fleet.ts';

/** One of each that may be published. */
export const strategyExamples = [
  'single',
  'failover',
  'weighted',
  'hedge:1:1',
  'duplicate-sets:2',
  'multi:1',
  'widen:2',
] as const;

export function strategyText(strategy: Strategy): string {
  switch (strategy.kind) {
    case 'single':
    case 'failover':
    case 'weighted':
      return strategy.kind;
    case 'hedge':
      return `hedge:${strategy.own}:${strategy.standby}`;
    case 'duplicate-sets':
    case 'literal':
      return `${strategy.kind}:${strategy.copies}`;
    case 'multi':
      return `multi:${strategy.standbyAddresses}`;
    case 'widen':
      return `widen:${strategy.ttlSeconds}`;
  }
}

/** What `fleet` is to publish: `InputError` 'wrong-strategy' also where its standbys have too few addresses for it. */
export function parseStrategyOf({ regions }: Pick<Fleet, 'regions'>, text: string): Strategy {
  const strategy = parseStrategy(text);
  return withoutFault(text, { strategy, regions });
}

/** `InputError` 'wrong-strategy' for what is no strategy, and for `literal`, which Route 53 refuses. */
export function parseStrategy(text: string): Strategy {
  const strategy = parsed(text);
  if (strategy === null)
    throw new InputError('wrong-strategy', {
      found: `"${text}" is not a strategy`,
      why: 'A strategy is a word, and where it has numbers, those after colons',
      remedy: `Write one of: ${strategyExamples.join(', ')}`,
    });
  return withoutFault(text, { strategy, regions: [] });
}

function withoutFault(text: string, asked: Pick<Fleet, 'strategy' | 'regions'>): Strategy {
  const [fault] = strategyFaults(asked);
  if (fault === undefined) return asked.strategy;
  throw new InputError('wrong-strategy', { ...fault, found: `"${text}" is ${fault.found}` });
}

const numbersOf: Readonly<Record<string, number>> = {
  single: 0,
  failover: 0,
  weighted: 0,
  hedge: 2,
  'duplicate-sets': 1,
  multi: 1,
  literal: 1,
  widen: 1,
} satisfies Readonly<Record<Strategy['kind'], number>>;

function parsed(text: string): Strategy | null {
  const [kind = '', ...digits] = text.split(':');
  if (digits.some((number) => !/^\d{1,9}$/.test(number))) return null;
  const [first = 0, second = 0] = digits.map(Number);
  return numbersOf[kind] === digits.length ? built(kind, first, second) : null;
}

function built(kind: string, first: number, second: number): Strategy | null {
  switch (kind) {
    case 'single':
    case 'failover':
    case 'weighted':
      return { kind };
    case 'hedge':
      return { kind, own: first, standby: second };
    case 'duplicate-sets':
    case 'literal':
      return { kind, copies: first };
    case 'multi':
      return { kind, standbyAddresses: first };
    case 'widen':
      return { kind, ttlSeconds: first };
    default:
      return null;
  }
}
