// Looks for what must not stand in a file: keys of known forms, values beside words such as "password", and text too random to be words.

export interface Suspicion {
  readonly why: string;
  readonly text: string;
}

/** Forms that issuers chose so that their keys can be found. */
const knownForms: readonly (readonly [why: string, form: RegExp])[] = [
  ['an AWS access key id', /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g],
  ['a private key', /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/g],
  ['a Google API key', /\bAIza[\w-]{35}\b/g],
  ['an Azure account key', /AccountKey=[\w+/]{40,}={0,2}/g],
  ['a signature that opens an Azure store', /[?&]sig=[\w%]{30,}/g],
  ['a token of GitHub', /\bgh[opsu]_\w{36,}\b/g],
  ['a token of Slack', /\bxox[abprs]-[\w-]{10,}/g],
  ['a signed token', /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/g],
  ['a password in an address', /\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@$]+:[^\s:/@$]+@/g],
];

/** A word that says secret, then a value that is no reference, no name of one and no number of days. */
const besideWord =
  /(?<!:)["']?\b[\w-]*(?:password|passwd|secret|api_?key|access_?key|private_?key|token)["']?\s*[:=]\s*["']?([^\s"',}]{6,})/gi;
const isNoValue = (value: string) =>
  /\$\{|^arn:|^(?:true|false|null|required|optional|enabled|disabled|seconds|minutes|hours|days)\b|^\/|^<|^\$/.test(
    value,
  );

const wordsMin = 20;
/** Shannon's, in bits per character: English words have about 4 and less in so short a text; random base64 has 4.5 and more. */
const randomBitsMin = { hex: 3, other: 4.3 };

function bitsPerCharacter(text: string): number {
  const counts = new Map<string, number>();
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1);
  return [...counts.values()].reduce(
    (bits, count) => bits - (count / text.length) * Math.log2(count / text.length),
    0,
  );
}

function looksRandom(word: string): boolean {
  if (/^[0-9a-f]+$/i.test(word))
    return word.length >= 32 && bitsPerCharacter(word) > randomBitsMin.hex;
  const isMixed = /[a-z]/.test(word) && /[A-Z]/.test(word) && /\d/.test(word);
  return isMixed && bitsPerCharacter(word) > randomBitsMin.other;
}

const nestingMax = 3;

/** Texts in base64 are read as what they stand for. `known` are values that are public, each to be named in full. */
export function suspicionsIn(
  text: string,
  known: ReadonlySet<string> = new Set(),
  depth = 0,
): readonly Suspicion[] {
  const formed = knownForms.flatMap(([why, form]) =>
    [...text.matchAll(form)].map(([found]) => ({ why, text: found })),
  );
  const beside = [...text.matchAll(besideWord)]
    .filter(([, value = '']) => !isNoValue(value))
    .map(([found]) => ({ why: 'a value beside a word for secrets', text: found }));
  const words = [...text.matchAll(/[\w+/-]{20,}={0,2}/g)].map(([word]) => word);
  const random = words
    .filter((word) => word.length >= wordsMin && !known.has(word))
    .flatMap((word): readonly Suspicion[] => {
      const plain = depth < nestingMax ? decoded(word) : null;
      if (plain !== null) return suspicionsIn(plain, known, depth + 1);
      return pieces(word).some(looksRandom) ? [{ why: 'a random text', text: word }] : [];
    });
  return [...formed, ...beside, ...random];
}

/** Paths and hyphenated names are words one beside the other; a key has none of their separators for long. */
const pieces = (word: string) => word.split(/[-_/]/).filter((piece) => piece.length >= wordsMin);

/** What base64 stands for, where that is text. */
function decoded(word: string): string | null {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(word) || word.length % 4 !== 0) return null;
  const text = Buffer.from(word, 'base64').toString('utf8');
  return /^[\t\n\r\x20-\x7e]{6,}$/.test(text) ? text : null;
}
