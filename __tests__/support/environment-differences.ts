// In what two environments differ, as lines that people review: one per change, with all the places where it is made.
import type { FleetManifest } from '../../fleet/fleet-manifest.ts';
import { differences } from './differences.ts';
import { valueAt } from './resources.ts';
import type { SynthesizedFleet } from './synthesized-fleet.ts';
import type { TerraformJson } from './synthesized.ts';

const valueCharsMax = 60;
const excerptChars = 40;

type Body = Readonly<Record<string, unknown>>;

/** e.g. `aws_s3_bucket force_destroy: false -> true (state/home/bucket, state/copy/bucket)`; what `a` has is on the left. */
export function environmentDifferences(
  a: SynthesizedFleet,
  b: SynthesizedFleet,
): readonly string[] {
  const places = new Map<string, string[]>();
  const [left, right] = [comparable(a), comparable(b)];
  for (const path of differences(left, right)) {
    const [subject = '', ...property] = path.split('.');
    const [type = '', place = ''] = subject.split(' ');
    const values = [left, right].map((from) => valueAt(from, subject, ...property));
    const change =
      property.length > 0
        ? `${type} ${property.join('.')}: ${changeText(values[0], values[1])}`
        : `${type}: only in ${(values[0] === undefined ? b : a).manifest.environment}`;
    places.set(change, [...(places.get(change) ?? []), place]);
  }
  return [...places].map(([change, where]) => `${change} (${where.join(', ')})`).sort();
}

/** Each resource by its type and its place among the constructs, e.g. `aws_vpc aws-paris/network/vpc`. */
function comparable({ manifest, stacks }: SynthesizedFleet): Readonly<Record<string, Body>> {
  const all = stacks.flatMap(({ name, json }) => {
    const { resource = {}, data = {}, ...rest } = neutral(json, manifest);
    const placed = [...Object.entries(resource), ...Object.entries(data)].flatMap(([type, named]) =>
      Object.values(named).map(({ '//': note, ...body }): [string, Body] => [
        `${type} ${String(valueAt(note, 'metadata', 'path')).replaceAll('.', '_')}`,
        body,
      ]),
    );
    const { '//': _note, ...others } = rest as Readonly<Record<string, Body>>;
    return [
      ...placed,
      ...Object.entries(others).map(([part, body]): [string, Body] => [`${part} ${name}`, body]),
    ];
  });
  return Object.fromEntries(all);
}

/** Without the names that every environment has of its own. */
const neutral = (json: TerraformJson, { zone, environment }: FleetManifest): TerraformJson =>
  JSON.parse(
    JSON.stringify(json)
      // Settings stand in first-boot programs as base64.
      .replaceAll(
        /'([\w+/]{2,}={0,2})'|\b[A-Za-z0-9+/]{24,}={0,2}/g,
        (word, quoted?: string) => decoded(quoted ?? word) ?? word,
      )
      .replaceAll(new RegExp(`(?<!@)${zone.replaceAll('.', '\\.')}`, 'g'), 'ZONE')
      .replaceAll(zone.replaceAll('.', '-'), 'ZONE')
      .replaceAll(/\bek([- ])(?:prod|pre|qa)\b/g, 'ek$1ENV')
      .replaceAll(/\bek(?:prod|pre|qa)[0-9a-z]{8}/g, 'ekENV')
      // Digests of names: of a vault's, and those that end Terraform's names.
      .replaceAll(/\bek-ENV-(?=[a-z]*\d)[0-9a-z]{8}\b/g, 'ek-ENV')
      .replaceAll(/_[0-9A-F]{8}\b/g, '')
      .replaceAll(new RegExp(`\\b${environment}\\b`, 'g'), 'ENV'),
  ) as TerraformJson;

function decoded(word: string): string | null {
  const text = Buffer.from(word, 'base64').toString('utf8');
  return word.length % 4 === 0 && /^[\n\x20-\x7e]+$/.test(text)
    ? JSON.stringify(text).slice(1, -1)
    : null;
}

function changeText(left: unknown, right: unknown): string {
  const texts = [left, right].map((value) =>
    value === undefined ? '(none)' : JSON.stringify(value),
  );
  const [from = '', to = ''] = texts;
  if (Math.max(from.length, to.length) <= valueCharsMax) return `${from} -> ${to}`;
  const apart = from.split('').findIndex((char, i) => char !== to[i]);
  const start = Math.max(0, (apart < 0 ? from.length : apart) - excerptChars / 2);
  const excerpt = (text: string) =>
    text.length <= valueCharsMax ? text : `...${text.slice(start, start + excerptChars)}...`;
  return `${excerpt(from)} -> ${excerpt(to)}`;
}
