// docs/failure-modes.md links each failure mode to a test at each level that it needs: no link may be missing or dead.
import { expect, test } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const checkout = join(__dirname, '..');
const textOf = (file: string) => readFileSync(join(checkout, file), 'utf8');

/** Unit, property, simulation, network. */
const levelsNeeded: Readonly<Record<string, readonly string[]>> = {
  I1: ['P', 'S'],
  I2: ['N', 'P', 'S'],
  I3: ['P', 'S'],
  I4: ['N', 'S'],
  I5: ['N', 'S'],
  I6: ['S', 'U'],
  I7: ['N', 'S'],
  I8: ['P', 'S'],
  I9: ['P', 'S'],
  I10: ['S', 'U'],
  I11: ['N', 'S'],
  I12: ['N'],
  I13: ['N', 'S'],
  I14: ['N'],
  I15: ['P', 'S'],
  I16: ['S'],
  I17: ['N', 'P'],
};

/** What a file of each level looks like; a unit test may be anywhere. */
const places: Readonly<Record<string, RegExp>> = {
  N: /^__tests__\/net\/.*\.net\.ts$/,
  P: /\.properties\.test\.ts$/,
  S: /simulation/,
  U: /\.test\.ts$/,
};

const links = textOf('docs/failure-modes.md')
  .split('\n')
  .flatMap((line) => {
    const cells = line.split('|').map((cell) => cell.trim());
    const [, mode = '', , level = '', file = '', title = ''] = cells;
    return /^I\d+$/.test(mode) ? [{ mode, level, file: file.replaceAll('`', ''), title }] : [];
  });

test.each(Object.entries(levelsNeeded))('%s has a test at each level: %s', (mode, levels) => {
  const linked = links.filter((link) => link.mode === mode).map(({ level }) => level);
  expect([...new Set(linked)].toSorted()).toEqual(levels);
});

/** As the first argument of a call, so that a title in a comment or an expectation does not count. */
const isTitleIn = (text: string, title: string) =>
  [`'${title}'`, `"${title}"`, `\`${title}\``].some((quoted) => {
    const parts = text.split(quoted);
    return parts
      .slice(1)
      .some((after, i) => after.startsWith(',') && /\(\s*$/.test(parts[i] ?? ''));
  });

test('a title counts as the first argument of a call, and nowhere else', () => {
  expect(isTitleIn("test(\n  'one', () => {})", 'one')).toBe(true);
  expect(isTitleIn("// 'one', as it was", 'one')).toBe(false);
  expect(isTitleIn("test('one more', () => {})", 'one')).toBe(false);
});

test.each(links)('$mode $level: "$title" is in $file', ({ level, file, title }) => {
  expect(file).toMatch(places[level] ?? /^$/);
  expect(existsSync(join(checkout, file))).toBe(true);
  expect(isTitleIn(textOf(file), title)).toBe(true);
});
