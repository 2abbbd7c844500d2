// In what two environments differ, as lines that people review: one per change, with all the places where it is made.
import { differences } from './differences.ts';
import { valueAt } from './resources.ts';
import type { SynthesizedFleet } from './synthesized-fleet.ts';
import type { TerraformJson } from './synthesized.ts';

const valueCharsMax = 60;
const excerptChars = 40;

/** e.g. `aws_s3_bucket force_destroy: false -> true (state/home/bucket, state/copy/bucket)`; what `a` has is on the left. */
export function environmentDifferences(
  a: SynthesizedFleet,
  b: SynthesizedFleet,
): readonly string[] {
  const places = new Map<string, string[]>();
  const names = new Set([...a.stacks, ...b.stacks].map(({ name }) => name));
  for (const stack of names) {
    const [left, right] = [comparable(stack, a), comparable(stack, b)];
    for (const path of differences(left, right)) {
      const [type = '', place = '', ...property] = path.split('.');
      const what = property.length > 0 ? `${type} ${property.join('.')}` : type;
      const change = `${what}: ${changeText(valueAt(left, ...path.split('.')), valueAt(right, ...path.split('.')))}`;
      places.set(change, [...(places.get(change) ?? []), place]);
    }
  }
  return [...places].map(([change, where]) => `${change} (${where.join(', ')})`).sort();
}

/** Resources by type and then by their place among the constructs, without the names that every environment has of its own. */
function comparable(stack: string, { manifest, stacks }: SynthesizedFleet): object {
  const json = stacks.find(({ name }) => name === stack)?.json ?? {};
  const neutral = JSON.stringify(json)
    .replaceAll(new RegExp(`(?<!@)${manifest.zone.replaceAll('.', '\\.')}`, 'g'), 'ZONE')
    .replaceAll(manifest.zone.replaceAll('.', '-'), 'ZONE')
    .replaceAll(/\bek-(?:prod|pre|qa)\b/g, 'ek-ENV')
    .replaceAll(/\bek(?:prod|pre|qa)[0-9a-z]{8}/g, 'ekENV')
    // Digests of names: of a vault's, and those that end Terraform's names.
    .replaceAll(/\bek-ENV-(?=[a-z]*\d)[0-9a-z]{8}\b/g, 'ek-ENV')
    .replaceAll(/_[0-9A-F]{8}\b/g, '')
    .replaceAll(manifest.environment, 'ENV');
  const {
    resource = {},
    data = {},
    provider,
    variable,
    output,
    terraform,
  } = JSON.parse(neutral) as TerraformJson;
  const byPlace = (named: Readonly<Record<string, Readonly<Record<string, unknown>>>>) =>
    Object.fromEntries(
      Object.values(named).map(({ '//': note, ...body }) => [
        String(valueAt(note, 'metadata', 'path')).replaceAll('.', '_'),
        body,
      ]),
    );
  const placed = Object.entries({ ...data, ...resource }).map(
    ([type, named]) => [type, byPlace(named)] as const,
  );
  return {
    ...Object.fromEntries(placed),
    provider: { [stack]: provider },
    variable: { [stack]: variable },
    output: { [stack]: output },
    terraform: { [stack]: terraform },
  };
}

function changeText(left: unknown, right: unknown): string {
  const [from, to] = [left, right].map((value) =>
    value === undefined ? '(none)' : JSON.stringify(value),
  ) as [string, string];
  if (Math.max(from.length, to.length) <= valueCharsMax) return `${from} -> ${to}`;
  if (left === undefined || right === undefined)
    return left === undefined ? '(none) -> (long)' : '(long) -> (none)';
  const same = [...from].findIndex((char, i) => char !== to[i]);
  const start = Math.max(0, (same < 0 ? from.length : same) - excerptChars / 2);
  const excerpt = (text: string) => `...${text.slice(start, start + excerptChars)}...`;
  return `${excerpt(from)} -> ${excerpt(to)}`;
}
