// Reads one ResourceRecord value per type, refusing what Route 53 refuses in its words.

import { isIPv4, isIPv6 } from 'node:net';

import { nameToWire, readName } from './names.ts';
import type { RecordType } from './record-set.ts';

/** RFC 1035 section 3.3: a character string is at most 255 octets. */
const characterStringMax = 255;
const unsigned8Max = 255;
const unsigned16Max = 65_535;
const unsigned31Max = 2_147_483_647;

/** RFC 8659 section 4: the tags certificate authorities act on. */
const caaTags = ['issue', 'issuewild', 'iodef'] as const;
type CaaTag = (typeof caaTags)[number];

/** One member per type, so that each can be told apart. */
type TextRdata<T extends RecordType> = T extends unknown
  ? { readonly type: T; readonly data: string }
  : never;

/** Record data in the shapes dns-packet encodes. */
export type Rdata =
  | TextRdata<'A' | 'AAAA' | 'CNAME' | 'NS' | 'PTR'>
  | { readonly type: 'TXT'; readonly data: Buffer[] }
  | { readonly type: 'MX'; readonly data: { preference: number; exchange: string } }
  | {
      readonly type: 'SRV';
      readonly data: { priority: number; weight: number; port: number; target: string };
    }
  | {
      readonly type: 'SOA';
      readonly data: {
        mname: string;
        rname: string;
        serial: number;
        refresh: number;
        retry: number;
        expire: number;
        minimum: number;
      };
    }
  | { readonly type: 'CAA'; readonly data: { flags: number; tag: CaaTag; value: string } };

export type ValueReading =
  { readonly ok: true; readonly rdata: Rdata } | { readonly ok: false; readonly problem: string };

const good = (rdata: Rdata): ValueReading => ({ ok: true, rdata });
const fatal = (code: string, words: string, value: string): ValueReading => ({
  ok: false,
  problem: `FATAL problem: ${code} (${words}) encountered with '${value}'`,
});

const wholeNumber = (text: string | undefined, max: number): number | null => {
  if (text === undefined || !/^\d{1,10}$/.test(text)) return null;
  const number = Number(text);
  return number <= max ? number : null;
};

const targetName = (text: string | undefined): string | null => {
  if (text === undefined) return null;
  // RFC 7505 and RFC 2782: a lone dot says "no service here".
  if (text === '.') return '.';
  const reading = readName(text);
  return reading.ok ? nameToWire(reading.name) : null;
};

function readNameValue(type: 'CNAME' | 'NS' | 'PTR', value: string): ValueReading {
  const reading = readName(value);
  if (!reading.ok) return { ok: false, problem: reading.problem };
  return good({ type, data: nameToWire(reading.name) });
}

const quoted = /"((?:[^"\\]|\\.)*)"/gy;

const unquote = (text: string): Buffer =>
  Buffer.from(
    text.replace(/\\([0-3][0-7]{2}|.)/g, (_, escaped: string) =>
      escaped.length === 3 ? String.fromCharCode(Number.parseInt(escaped, 8)) : escaped,
    ),
    'latin1',
  );

/** One or more strings in double quotes, apart by blanks; `\"`, `\\` and octal `\ooo` inside. */
function readTxt(value: string): ValueReading {
  if (/[^\x20-\x7e]/.test(value))
    return fatal('UnsupportedCharacter', 'Value contains unsupported characters', value);
  const strings: Buffer[] = [];
  let rest = value.trim();
  while (rest !== '') {
    quoted.lastIndex = 0;
    const match = quoted.exec(rest);
    if (match === null || !/^(\s|$)/.test(rest.slice(match[0].length)))
      return fatal('InvalidCharacterString', 'Value should be enclosed in quotation marks', value);
    strings.push(unquote(match[1] ?? ''));
    rest = rest.slice(match[0].length).trimStart();
  }
  if (strings.length === 0)
    return fatal('InvalidCharacterString', 'Value should be enclosed in quotation marks', value);
  if (strings.some((string) => string.length > characterStringMax))
    return fatal('CharacterStringTooLong', 'Value is too long', value);
  return good({ type: 'TXT', data: strings });
}

/** The fields of a value as numbers up to `max`, or `null` when one is not. */
function wholeNumbers(fields: readonly string[], max: number): number[] | null {
  const numbers = fields.map((field) => wholeNumber(field, max));
  return numbers.every((number) => number !== null) ? numbers : null;
}

const fieldsOf = (value: string): string[] => value.trim().split(/\s+/);

function readMx(value: string): ValueReading {
  const [first, second, ...more] = fieldsOf(value);
  const preference = wholeNumber(first, unsigned16Max);
  const exchange = targetName(second);
  if (preference === null || exchange === null || more.length > 0)
    return fatal('MXRRDATANotTwoFields', 'Value should be a preference and a mail server', value);
  return good({ type: 'MX', data: { preference, exchange } });
}

function readSrv(value: string): ValueReading {
  const fields = fieldsOf(value);
  const numbers = wholeNumbers(fields.slice(0, 3), unsigned16Max);
  const target = targetName(fields[3]);
  if (numbers === null || target === null || fields.length !== 4)
    return fatal(
      'SRVRRDATANotFourFields',
      'Value should be priority, weight, port and target',
      value,
    );
  const [priority = 0, weight = 0, port = 0] = numbers;
  return good({ type: 'SRV', data: { priority, weight, port, target } });
}

function readSoa(value: string): ValueReading {
  const fields = fieldsOf(value);
  const mname = targetName(fields[0]);
  const rname = targetName(fields[1]);
  const numbers = wholeNumbers(fields.slice(2), unsigned31Max);
  if (mname === null || rname === null || numbers === null || fields.length !== 7)
    return fatal('SOARRDATANotSevenFields', 'Value should have seven fields', value);
  const [serial = 0, refresh = 0, retry = 0, expire = 0, minimum = 0] = numbers;
  return good({ type: 'SOA', data: { mname, rname, serial, refresh, retry, expire, minimum } });
}

function readCaa(value: string): ValueReading {
  const match = /^(\d{1,3})\s+([A-Za-z0-9]{1,15})\s+"((?:[^"\\]|\\.)*)"$/.exec(value.trim());
  const flags = wholeNumber(match?.[1], unsigned8Max);
  const tag = caaTags.find((known) => known === match?.[2]);
  const text = match?.[3];
  if (flags === null || tag === undefined || text === undefined)
    return fatal('CAARRDATAInvalid', 'Value should be flags, tag and a quoted value', value);
  return good({ type: 'CAA', data: { flags, tag, value: unquote(text).toString('latin1') } });
}

const readA = (value: string): ValueReading =>
  isIPv4(value)
    ? good({ type: 'A', data: value })
    : fatal('ARRDATAIllegalIPv4Address', 'Value is not a valid IPv4 address', value);

// A zone index (fe80::1%eth0) means something on one host only.
const readAaaa = (value: string): ValueReading =>
  isIPv6(value) && !value.includes('%')
    ? good({ type: 'AAAA', data: value })
    : fatal('AAAARRDATAIllegalIPv6Address', 'Value is not a valid IPv6 address', value);

const readers: Readonly<Record<RecordType, (value: string) => ValueReading>> = {
  A: readA,
  AAAA: readAaaa,
  CAA: readCaa,
  CNAME: (value) => readNameValue('CNAME', value),
  MX: readMx,
  NS: (value) => readNameValue('NS', value),
  PTR: (value) => readNameValue('PTR', value),
  SOA: readSoa,
  SRV: readSrv,
  TXT: readTxt,
};

/** Turns the text of one ResourceRecord into record data, or says why Route 53 would not take it. */
export const readValue = (type: RecordType, value: string): ValueReading => readers[type](value);
