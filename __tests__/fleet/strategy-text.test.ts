// A strategy is read as it was written; what is none, or what Route 53 would refuse, is refused with its reason.
import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { Strategy } from '../../fleet/fleet.ts';
import { parseStrategy, parseStrategyOf, strategyText } from '../../fleet/strategy-text.ts';
import { production } from '../support/fleets.ts';
import { strategies } from '../support/strategies.ts';

const lawful = strategies.filter(({ kind }) => kind !== 'literal');

test.each(lawful)('$kind is read as it was written', (strategy) => {
  expect(parseStrategy(strategyText(strategy))).toEqual(strategy);
});

test('so is any hedge', () => {
  const share = fc.integer({ min: 1, max: 31 });
  fc.assert(
    fc.property(share, share, (own, standby) => {
      const hedge: Strategy = { kind: 'hedge', own, standby };
      expect(parseStrategy(strategyText(hedge))).toEqual(hedge);
    }),
  );
});

test.each([
  ['', 'is not a strategy'],
  ['none', 'is not a strategy'],
  ['constructor', 'is not a strategy'],
  ['single:1', 'is not a strategy'],
  ['multi', 'is not a strategy'],
  ['multi:-1', 'is not a strategy'],
  ['multi:1:2', 'is not a strategy'],
  ['multi:0', '0 standby addresses'],
  ['multi:5', '5 standby addresses'],
  ['hedge:1', 'is not a strategy'],
  ['hedge:0:1', 'a hedge of 0 : 1'],
  ['hedge:1:32', 'a hedge of 1 : 32'],
  ['duplicate-sets:0', '0 set identifiers'],
  ['widen:0', 'a TTL of 0 s'],
  ['widen:61', 'a TTL of 61 s'],
  ['literal:2', 'Duplicate Resource Record'],
])('"%s" is refused: %s', (text, found) => {
  expect(() => parseStrategy(text)).toThrow(found);
});

test('what asks for more standby addresses than there are is refused of that fleet, and says what it could publish', () => {
  expect(parseStrategyOf(production, 'multi:2')).toEqual(parseStrategy('multi:2'));
  expect(() => parseStrategyOf(production, 'multi:3')).toThrow(
    /"multi:3" is .* aws-paris, whose standby gcp-belgium has 2.*Choose multi:2 or less/,
  );
});
