// JSON in which every key stands once: with two of the same, readers differ in which one they believe (RFC 8259, 4).
import { InputError } from '../../fleet/errors.ts';

/** `InputError` 'not-json' | 'duplicate-key'. */
export function strictJson(text: string): unknown {
  const value = parsed(text);
  const repeated = repeatedKey(text);
  if (repeated === null) return value;
  throw new InputError('duplicate-key', {
    found: `The key ${JSON.stringify(repeated.slice(0, 64))} stands twice in one object`,
    why: 'Only one of the two could be read, and nobody would notice the other',
    remedy: 'Give each key once; several ids go into one list, "ids": ["a", "b"]',
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new InputError(
      'not-json',
      {
        found: 'The body is not JSON',
        why: 'It is read by a program',
        remedy: 'Send one JSON object in UTF-8',
      },
      { cause },
    );
  }
}

/** Strings and the marks that open and close: in text that has been parsed, nothing else tells where keys are. */
const tokens = /"(?:[^"\\]|\\.)*"|[{}[\]:]/g;

/** In text that is known to be JSON. */
function repeatedKey(text: string): string | null {
  // One set of keys for each object that is open, null for each list.
  const open: (Set<string> | null)[] = [];
  let lastString = '';
  for (const [token] of text.matchAll(tokens)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(null);
    else if (token === '}' || token === ']') open.pop();
    else if (token !== ':') lastString = token;
    else {
      // Escapes are part of the spelling, not of the key.
      const key = JSON.parse(lastString) as string;
      const keys = open.at(-1);
      if (keys?.has(key) === true) return key;
      keys?.add(key);
    }
  }
  return null;
}
