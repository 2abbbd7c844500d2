// Domain names as Route 53 keeps them: lower case, fully qualified, unusual characters as \ooo, sorted by reversed labels.

// RFC 1035 section 2.3.4; the length is that of the wire form, so 255 octets are 254 characters with the final dot.
const labelLengthMax = 63;
const nameLengthMax = 254;

export type NameReading =
  { readonly ok: true; readonly name: string } | { readonly ok: false; readonly problem: string };

export const wildcardLabel = '\\052';

const unescape = (text: string): string =>
  text.replace(/\\([0-3][0-7]{2})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );

const escape = (label: string): string =>
  label.replace(
    /[^a-z0-9_-]/g,
    (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`,
  );

const fatal = (code: string, words: string, text: string): NameReading => ({
  ok: false,
  problem: `FATAL problem: ${code} (${words}) encountered with '${text}'`,
});

/** `labels` are real characters; `text` is what to quote in a refusal. */
function readLabels(labels: readonly string[], text: string): NameReading {
  if (labels.some((label) => label === ''))
    return fatal('DomainLabelEmpty', 'Domain label is empty', text);
  if (labels.some((label) => label.length > labelLengthMax))
    return fatal('DomainLabelTooLong', 'Domain label is too long', text);
  // Punycode is the caller's business: Route 53 takes ASCII only.
  if (labels.some((label) => /[^\x21-\x7e]/.test(label)))
    return fatal('UnsupportedCharacter', 'Domain name contains unsupported characters', text);
  if (labels.join('.').length + 1 > nameLengthMax)
    return fatal('DomainNameTooLong', 'Domain name is too long', text);
  return { ok: true, name: `${labels.map((label) => escape(label.toLowerCase())).join('.')}.` };
}

/** Reads a name as the API takes it (with or without the final dot, `*` or `\052`) into its one stored form. */
export function readName(text: string): NameReading {
  const bare = text.endsWith('.') ? text.slice(0, -1) : text;
  if (bare === '') return fatal('DomainNameEmpty', 'Domain name is empty', text);
  return readLabels(bare.split('.').map(unescape), text);
}

/** The stored form of a name out of a DNS packet; `null` where it could not be stored, so that nothing can match it. */
export function nameFromWire(text: string): string | null {
  const reading = readLabels(text.split('.'), text);
  return reading.ok ? reading.name : null;
}

/** A stored name as dns-packet writes it: no final dot, real characters. */
export const nameToWire = (name: string): string => unescape(name.slice(0, -1)) || '.';

export const isWithin = (name: string, zoneName: string): boolean =>
  name === zoneName || name.endsWith(`.${zoneName}`);

/** `a.b.c.` -> `b.c.`; the root has no parent worth naming. */
export const parentOf = (name: string): string => name.slice(name.indexOf('.') + 1);

const reversed = (name: string): string =>
  `${name.slice(0, -1).split('.').toReversed().join('.')}.`;

export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** ListResourceRecordSets: "sorts results first by DNS name with the labels reversed ... ASCII order", final dot included. */
export const compareNames = (a: string, b: string): number => compareText(reversed(a), reversed(b));
