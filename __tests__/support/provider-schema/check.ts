// Judges a stack's JSON by the providers' schemas, as far as `terraform validate` would without their binaries.
import type { TerraformJson } from '../synthesized.ts';
import { blockFaults, isObject } from './check-value.ts';
import { Declarations } from './declarations.ts';
import { fault } from './fault.ts';
import type { Fault } from './fault.ts';
import { referencesIn, templateOf } from './references.ts';
import type { Reference } from './references.ts';
import { inputsOf } from './schema.ts';
import type { ProviderSchema } from './schema.ts';

type Body = Readonly<Record<string, unknown>>;

/** Every fault of structure: names, required values, types, nesting, references. An empty list does not mean that a cloud would accept it. */
export function schemaFaults(
  json: TerraformJson,
  schemas: readonly ProviderSchema[],
): readonly Fault[] {
  const declared = new Declarations(json, schemas);
  return [
    ...topLevelFaults(json),
    ...settingsFaults(json, schemas, declared),
    ...(['resource', 'data'] as const).flatMap((kind) => objectFaults(json, kind, declared)),
    ...Object.entries(json).flatMap(([part, value]) => referenceFaults(declared, part, value)),
  ];
}

const parts = {
  '//': null,
  terraform: null,
  provider: null,
  resource: null,
  data: null,
  locals: null,
  variable: new Set([
    '//',
    'type',
    'default',
    'description',
    'sensitive',
    'nullable',
    'ephemeral',
    'validation',
  ]),
  output: new Set([
    '//',
    'value',
    'description',
    'sensitive',
    'ephemeral',
    'depends_on',
    'precondition',
  ]),
} as const satisfies Record<string, ReadonlySet<string> | null>;

function topLevelFaults(json: TerraformJson): Fault[] {
  const unknown = Object.keys(json)
    .filter((part) => !Object.hasOwn(parts, part))
    .map((part) => fault(part, 'is no part of a Terraform configuration'));
  const words = (['variable', 'output'] as const).flatMap((part) =>
    Object.entries(json[part] ?? {}).flatMap(([name, body]) =>
      Object.keys(body)
        .filter((word) => !parts[part].has(word))
        .map((word) => fault(`${part}.${name}`, `there is no "${word}" in a ${part}`)),
    ),
  );
  const empty = Object.entries(json.output ?? {})
    .filter(([, body]) => body['value'] === undefined)
    .map(([name]) => fault(`output.${name}`, '"value" is required'));
  return [...unknown, ...words, ...empty];
}

const providerWords = new Set(['alias', 'version']);

const settingsFaults = (
  json: TerraformJson,
  schemas: readonly ProviderSchema[],
  declared: Declarations,
): Fault[] =>
  Object.entries(json.provider ?? {}).flatMap(([name, all]) => {
    const schema = schemas.find((one) => one.name === name);
    if (schema === undefined) return [fault(`provider.${name}`, 'is not known')];
    return all.flatMap((body, i) =>
      blockFaults(
        { schema, declared },
        { path: `provider.${name}[${i}]`, block: schema.settings, also: providerWords },
        body,
      ),
    );
  });

const metaArguments = {
  data: new Set(['count', 'for_each', 'depends_on', 'provider', 'lifecycle']),
  resource: new Set([
    'count',
    'for_each',
    'depends_on',
    'provider',
    'lifecycle',
    'provisioner',
    'connection',
  ]),
} as const;

function objectFaults(
  json: TerraformJson,
  kind: 'resource' | 'data',
  declared: Declarations,
): Fault[] {
  return Object.entries(json[kind] ?? {}).flatMap(([type, objects]) => {
    const schema = declared.schemaOf(type);
    const block = declared.typeSchema(kind, type)?.input;
    if (schema === undefined || block === undefined)
      return [fault(`${kind}.${type}`, 'no provider has such a type')];
    return Object.entries(objects).flatMap(([name, body]) => {
      const path = `${kind}.${type}.${name}`;
      return [
        ...nameFaults(path, name),
        ...blockFaults({ schema, declared }, { path, block, also: metaArguments[kind] }, body),
        ...metaFaults(declared, path, body),
        ...lifecycleFaults(declared, path, new Set(inputsOf(schema, block).keys()), body),
      ];
    });
  });
}

const nameFaults = (path: string, name: string): Fault[] =>
  /^[A-Za-z_][\w-]*$/.test(name) ? [] : [fault(path, 'is no name that Terraform allows')];

function metaFaults(declared: Declarations, path: string, body: Body): Fault[] {
  const { provider, depends_on: dependencies = [] } = body;
  const unknownProvider =
    typeof provider === 'string' && !declared.hasProvider(provider)
      ? [fault(`${path}.provider`, `there is no provider "${provider}"`)]
      : [];
  if (!Array.isArray(dependencies)) return [fault(`${path}.depends_on`, 'needs a list')];
  return [
    ...unknownProvider,
    ...dependencies.flatMap((text) =>
      danglingFaults(declared, `${path}.depends_on`, referencesIn(String(text))),
    ),
  ];
}

const lifecycleTypes: Readonly<Record<string, (value: unknown) => boolean>> = {
  create_before_destroy: (value) => typeof value === 'boolean',
  prevent_destroy: (value) => typeof value === 'boolean',
  ignore_changes: (value) => value === 'all' || Array.isArray(value),
  replace_triggered_by: Array.isArray,
  precondition: isNested,
  postcondition: isNested,
};

function isNested(value: unknown): boolean {
  return isObject(value) || Array.isArray(value);
}

function lifecycleFaults(
  declared: Declarations,
  path: string,
  names: ReadonlySet<string>,
  { lifecycle = {} }: Body,
): Fault[] {
  if (!isObject(lifecycle)) return [fault(`${path}.lifecycle`, 'needs a block')];
  const wrong = Object.entries(lifecycle)
    .filter(([word, value]) => lifecycleTypes[word]?.(value) !== true)
    .map(([word]) => fault(`${path}.lifecycle`, `"${word}" is unknown or has a wrong value`));
  const ignored = [lifecycle['ignore_changes'] ?? []].flat().map(String);
  const unknown = ignored
    .filter((text) => text !== 'all' && !names.has(/^\w*/.exec(text)?.[0] ?? ''))
    .map((text) => fault(`${path}.lifecycle.ignore_changes`, `there is no attribute "${text}"`));
  const triggers = [lifecycle['replace_triggered_by'] ?? []].flat().map(String);
  const dangling = triggers.flatMap((text) =>
    danglingFaults(declared, `${path}.lifecycle.replace_triggered_by`, referencesIn(text)),
  );
  return [...wrong, ...unknown, ...dangling];
}

/** References anywhere below, whatever the type of what holds them; a dynamic block's name is a variable within its own. */
function referenceFaults(
  declared: Declarations,
  path: string,
  value: unknown,
  bound: ReadonlySet<string> = new Set(),
): Fault[] {
  if (typeof value === 'string') {
    const references = templateOf(value).references.filter(({ head }) => !bound.has(head));
    return danglingFaults(declared, path, references);
  }
  if (Array.isArray(value))
    return value.flatMap((one, i) => referenceFaults(declared, `${path}[${i}]`, one, bound));
  if (!isObject(value)) return [];
  const names = isObject(value['dynamic']) ? Object.keys(value['dynamic']) : [];
  const inner = names.length > 0 ? new Set([...bound, ...names]) : bound;
  return Object.entries(value).flatMap(([key, one]) =>
    // A validation speaks of the variable it stands in, by the same `var.` as others.
    key === '//' ? [] : referenceFaults(declared, `${path}.${key}`, one, inner),
  );
}

const danglingFaults = (
  declared: Declarations,
  path: string,
  references: readonly Reference[],
): Fault[] =>
  references.flatMap((reference) => {
    const found = declared.resolve(reference);
    return 'missing' in found ? [fault(path, `${reference.text}: ${found.missing}`)] : [];
  });
