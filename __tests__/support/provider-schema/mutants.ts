// Stacks with one thing wrong each, of the kinds that Terraform itself refuses to read: what the schema check is judged by.
import type { TerraformJson } from '../synthesized.ts';
import { isObject } from './check-value.ts';
import { templateOf } from './references.ts';
import { inputsOf, outermost } from './schema.ts';
import type { ProviderSchema } from './schema.ts';

export const mutantKinds = [
  'required attribute left out',
  'attribute misspelt',
  'attribute of a wrong type',
  'attribute of a nested block misspelt',
  'block given twice',
  'reference to nothing',
  'reference to an attribute that is not there',
  'type misspelt',
] as const;
type MutantKind = (typeof mutantKinds)[number];

export interface Mutant {
  readonly kind: MutantKind;
  /** What was changed, e.g. `resource.aws_vpc.main.cidr_block`. */
  readonly place: string;
  readonly json: TerraformJson;
}

type Place = readonly (string | number)[];
type Change = (value: unknown) => unknown;

interface Site {
  readonly kind: MutantKind;
  readonly at: Place;
  /** What becomes of the value there; `undefined` removes it. */
  readonly change: Change;
  readonly rename?: string;
}

/** Written by Terraform's own rules and not by a provider's. */
const meta = new Set(['//', 'provider', 'lifecycle', 'depends_on', 'count', 'for_each', 'dynamic']);

/** Every place of a stack where one of the kinds fits. A mutant is only made when it is asked for: `mutantAt`. */
export function mutationSites(
  json: TerraformJson,
  schemaOf: (type: string) => ProviderSchema,
): readonly Site[] {
  return (['resource', 'data'] as const).flatMap((kind) =>
    Object.entries(json[kind] ?? {}).flatMap(([type, objects]) => {
      const schema = schemaOf(type);
      const block = (kind === 'data' ? schema.dataSources : schema.resources)[type]?.input ?? '';
      return Object.entries(objects).flatMap(([name, body]) => {
        const at = [kind, type, name];
        return [
          ...blockSites({ schema, block, at, depth: 0 }, body),
          ...referenceSites(at, body),
          { kind: 'type misspelt', at: [kind, type], rename: `${type}x`, change: same } as const,
        ];
      });
    }),
  );
}

const same: Change = (value) => value;

interface Where {
  readonly schema: ProviderSchema;
  /** Empty where the package does not say what is inside: those mutants are made all the same. */
  readonly block: string;
  readonly at: Place;
  readonly depth: number;
}

function blockSites(where: Where, body: Readonly<Record<string, unknown>>): Site[] {
  const inputs = inputsOf(where.schema, where.block);
  return Object.entries(body)
    .filter(([name]) => where.depth > 0 || !meta.has(name))
    .flatMap(([name, value]) => {
      const at = [...where.at, name];
      const input = inputs.get(name);
      const [kind, inside] = outermost(input?.type ?? 'any');
      const misspelt =
        where.depth > 0 ? 'attribute of a nested block misspelt' : 'attribute misspelt';
      const sites: Site[] = [
        { kind: misspelt, at, rename: misspell(name), change: same },
        { kind: 'attribute of a wrong type', at, change: otherType },
      ];
      if (input?.isRequired === true)
        sites.push({ kind: 'required attribute left out', at, change: () => undefined });
      if (kind === 'block' && isObject(value))
        sites.push({ kind: 'block given twice', at, change: (one) => [one, one] });
      return [
        ...sites,
        ...nestedSites({ ...where, at, depth: where.depth + 1 }, kind, inside, value),
      ];
    });
}

function nestedSites(where: Where, kind: string, inside: string, value: unknown): Site[] {
  const block = (kind === 'list' ? inside : `block:${inside}`).replace(/^block:/, '');
  const isBlock = kind === 'block' || inside.startsWith('block:') || kind === 'any';
  if (!isBlock || kind === 'map') return [];
  if (isObject(value)) return blockSites({ ...where, block }, value);
  if (!Array.isArray(value)) return [];
  return value.flatMap((one, i) =>
    isObject(one) ? blockSites({ ...where, block, at: [...where.at, i] }, one) : [],
  );
}

/** Two neighbours changed places, as fingers do it; a letter doubled where they are the same. */
const misspell = (name: string): string => {
  const at = Math.max(0, name.length - 2);
  const swapped = `${name.slice(0, at)}${name.slice(at + 1)}${name.slice(at, at + 1)}`;
  return swapped === name ? `${name}${name.slice(-1)}` : swapped;
};

/** What no conversion of Terraform's makes right. */
function otherType(value: unknown): unknown {
  if (typeof value === 'string') return { unexpected: value };
  return typeof value === 'boolean' || typeof value === 'number' ? 'perhaps' : 'some text';
}

function referenceSites(at: Place, value: unknown): Site[] {
  if (typeof value === 'string') return textSites(at, value);
  if (Array.isArray(value)) return value.flatMap((one, i) => referenceSites([...at, i], one));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, one]) =>
    key === '//' ? [] : referenceSites([...at, key], one),
  );
}

function textSites(at: Place, text: string): Site[] {
  return templateOf(text).references.flatMap((reference) => {
    const parts = reference.text.split('.');
    const named = reference.head === 'data' ? 3 : 2;
    const broken = [
      ...parts.slice(0, named - 1),
      `${parts[named - 1]}x`.replace(/\[(.*)x$/, 'x[$1'),
      ...parts.slice(named),
    ].join('.');
    const sites: Site[] = [
      { kind: 'reference to nothing', at, change: () => text.replace(reference.text, broken) },
    ];
    const attribute = parts[named];
    if (reference.head !== 'var' && attribute !== undefined && /^\w+$/.test(attribute)) {
      const unknown = [
        ...parts.slice(0, named),
        misspell(attribute),
        ...parts.slice(named + 1),
      ].join('.');
      sites.push({
        kind: 'reference to an attribute that is not there',
        at,
        change: () => text.replace(reference.text, unknown),
      });
    }
    return sites;
  });
}

/** The stack with one change; everything beside the way to it is shared with the original. */
export const mutantAt = (json: TerraformJson, { kind, at, change, rename }: Site): Mutant => ({
  kind,
  place: at.join('.'),
  json: changed(json, at, change, rename) as TerraformJson,
});

function changed(value: unknown, [step, ...rest]: Place, change: Change, rename?: string): unknown {
  if (step === undefined) return change(value);
  if (Array.isArray(value))
    return value.map((one, i) => (i === step ? changed(one, rest, change, rename) : one));
  return Object.fromEntries(
    Object.entries(value as object).flatMap(([key, one]) => {
      if (key !== step) return [[key, one]];
      const next = changed(one, rest, change, rename);
      if (next === undefined) return [];
      return [[rest.length === 0 ? (rename ?? key) : key, next]];
    }),
  );
}

/** `count` of them, the same for the same random numbers. */
export function sampled<T>(all: readonly T[], count: number, random: () => number): readonly T[] {
  const rest = [...all];
  return Array.from({ length: Math.min(count, rest.length) }, () =>
    rest.splice(Math.floor(random() * rest.length), 1),
  ).flat();
}
