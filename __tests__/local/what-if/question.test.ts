// A what-if question is read strictly, wherever it was typed: each refusal says what was found, why it is refused, and what to do.
import { expect, test } from '@jest/globals';
import { InputError } from '../../../fleet/errors.ts';
import { questionFrom, usualText } from '../../../local/what-if/question.ts';
import type { WhatIfText } from '../../../local/what-if/question.ts';

const asked = (change: Partial<WhatIfText> = {}) =>
  questionFrom({ ...usualText, region: 'aws-paris', ...change });

test('without a strategy and a TTL it is about what the fleet publishes', () => {
  const { question, load } = asked();
  expect(question.strategy).toEqual({ kind: 'multi', standbyAddresses: 1 });
  expect([question.ttlSeconds, question.users, load]).toEqual([60, 40_000, null]);
  expect(asked({ env: 'local' }).question.ttlSeconds).toBe(5);
});

test('what Route 53 takes to serve a change is added to every rewrite', () => {
  const [now] = asked().question.rewriteSeconds;
  const [later] = asked({ propagation: '60' }).question.rewriteSeconds;
  expect(later! - now!).toBeCloseTo(60, 9);
});

test('a load is a rate and a size', () => {
  expect(asked({ requestsPerSecond: '50', kilobytes: '800' }).load).toEqual({
    requestsPerSecond: 50,
    kilobytes: 800,
  });
});

test.each<readonly [Partial<WhatIfText>, string, RegExp, RegExp]>([
  [{ env: 'staging' }, 'unknown-environment', /"staging"/, /local, qa, preproduction, production/],
  [{ region: 'aws-oslo' }, 'unknown-region', /"aws-oslo" in production/, /aws-paris, gcp-belgium/],
  [{ population: 'constructor' }, 'unknown-population', /"constructor"/, /clinics, trials/],
  [{ strategy: 'twice' }, 'wrong-strategy', /"twice" is not a strategy/, /hedge:1:1/],
  [{ strategy: 'literal:2' }, 'wrong-strategy', /one address 2 times/, /duplicate-sets/],
  [{ strategy: 'multi:3' }, 'wrong-strategy', /gcp-belgium has 2/, /multi:2 or less/],
  [{ strategy: 'multi:2', env: 'local' }, 'wrong-strategy', /gcp-belgium has 1/, /multi:1 or/],
  [{ ttl: '0' }, 'wrong-number', /The TTL is "0"/, /1 to 3600/],
  [{ ttl: '3601' }, 'wrong-number', /The TTL is "3601"/, /1 to 3600/],
  [{ ttl: '1e3' }, 'wrong-number', /The TTL is "1e3"/, /whole number/],
  [{ users: '999' }, 'wrong-number', /The number of users is "999"/, /1000 to/],
  [{ outage: '0' }, 'wrong-number', /The outage is "0"/, /1 to 86400/],
  [{ propagation: '-1' }, 'wrong-number', /The propagation is "-1"/, /0 to 86400/],
  [{ seed: '' }, 'wrong-number', /The seed is ""/, /0 to/],
  [{ kilobytes: '800' }, 'half-a-load', /Only the kilobytes/, /neither/],
  [{ requestsPerSecond: '5' }, 'half-a-load', /Only the requests per second/, /neither/],
  [{ requestsPerSecond: '0', kilobytes: '1' }, 'wrong-number', /The rate of requests is "0"/, /1 /],
])('%j is refused as %s', (change, code, found, remedy) => {
  let caught: unknown = null;
  try {
    asked(change);
  } catch (error) {
    caught = error;
  }
  expect(caught).toBeInstanceOf(InputError);
  const { parts, code: its } = caught as InputError;
  expect(its).toBe(code);
  expect(parts.found).toMatch(found);
  expect(parts.why.length).toBeGreaterThan(20);
  expect(parts.remedy).toMatch(remedy);
});
