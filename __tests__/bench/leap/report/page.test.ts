// Prose stays, places are filled, and a place without a text or a text without a place is refused.
import { expect, test } from '@jest/globals';
import { filledPage } from '../../../../bench/leap/report/page.ts';

const page = `# Title

<!-- generated: one -->
old
<!-- /generated -->

Prose.

<!-- generated: two --><!-- /generated -->
`;

test('what stands between the marks is replaced and the rest is kept', () => {
  const filled = filledPage(page, { one: 'first', two: 'costs $1 and $&' });
  expect(filled).toBe(`# Title

<!-- generated: one -->

first

<!-- /generated -->

Prose.

<!-- generated: two -->

costs $1 and $&

<!-- /generated -->
`);
  expect(filledPage(filled, { one: 'first', two: 'costs $1 and $&' })).toBe(filled);
});

test.each([
  [{ one: '' }, /a place for "two"/],
  [{ one: '', two: '', three: '' }, /no place for "three"/],
])('with the texts %j it is refused', (slots, found) => {
  expect(() => filledPage(page, slots)).toThrow(found);
});

test('one text has one place', () => {
  expect(() => filledPage(page.replace('two', 'one'), { one: '' })).toThrow(/two places for "one"/);
});
