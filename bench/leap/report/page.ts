// The page of the leap goal: prose by hand, and between marks what the command writes.
import { InputError } from '../../../fleet/errors.ts';

/** Texts by the name of their place. */
export type Slots = Readonly<Record<string, string>>;

const place = /<!-- generated: ([a-z-]+) -->[\s\S]*?<!-- \/generated -->/g;

/** The page with every place filled. `InputError` 'wrong-page' where a place or a text has no other half. */
export function filledPage(page: string, slots: Slots): string {
  const places = [...page.matchAll(place)].map(([, name = '']) => name);
  const unknown = places.find((name) => slots[name] === undefined);
  if (unknown !== undefined) throw wrong(`a place for "${unknown}", which nobody writes`);
  const missing = Object.keys(slots).find((name) => !places.includes(name));
  if (missing !== undefined) throw wrong(`no place for "${missing}"`);
  const twice = places.find((name, i) => places.indexOf(name) < i);
  if (twice !== undefined) throw wrong(`two places for "${twice}"`);
  return page.replace(
    place,
    (_, name: string) =>
      `<!-- generated: ${name} -->\n\n${slots[name] ?? ''}\n\n<!-- /generated -->`,
  );
}

const wrong = (found: string) =>
  new InputError('wrong-page', {
    found: `The page has ${found}`,
    why: 'Each generated part has one place on it, between <!-- generated: NAME --> and <!-- /generated -->',
    remedy: 'Put the marks right, then run npm run experiment:report again',
  });
