// What a stack declares, and what a reference within it finds: a type, or a reason why there is nothing.
import type { TerraformJson } from '../synthesized.ts';
import type { Reference, Step } from './references.ts';
import { outermost, outputOf } from './schema.ts';
import type { ProviderSchema, SchemaType, TypeSchema } from './schema.ts';

export type Found = { readonly type: SchemaType } | { readonly missing: string };

type Objects = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export class Declarations {
  readonly #json: TerraformJson;
  readonly #schemas: readonly ProviderSchema[];

  constructor(json: TerraformJson, schemas: readonly ProviderSchema[]) {
    this.#json = json;
    this.#schemas = schemas;
  }

  /** Types begin with their provider's name: `aws_vpc`. */
  schemaOf(type: string): ProviderSchema | undefined {
    return this.#schemas.find(({ name }) => type.startsWith(`${name}_`));
  }

  typeSchema(kind: 'resource' | 'data', type: string): TypeSchema | undefined {
    const schema = this.schemaOf(type);
    return (kind === 'data' ? schema?.dataSources : schema?.resources)?.[type];
  }

  hasProvider(reference: string): boolean {
    const [name = '', alias] = reference.split('.');
    return (this.#json.provider?.[name] ?? []).some((settings) => settings['alias'] === alias);
  }

  resolve({ head, steps }: Reference): Found {
    if (head === 'var') return this.#variable(steps);
    if (head === 'local') return this.#local(steps);
    if (head === 'data') {
      const [type, ...rest] = steps;
      return this.#object('data', type?.kind === 'attribute' ? type.name : '', rest);
    }
    return this.#object('resource', head, steps);
  }

  #variable([first, ...rest]: readonly Step[]): Found {
    const name = first?.kind === 'attribute' ? first.name : '';
    const variable = this.#json.variable?.[name];
    if (variable === undefined) return { missing: `there is no variable "${name}"` };
    const type = typeof variable['type'] === 'string' ? variable['type'] : 'any';
    return follow(null, variableType(type), rest);
  }

  #local([first]: readonly Step[]): Found {
    const name = first?.kind === 'attribute' ? first.name : '';
    return this.#json.locals !== undefined && Object.hasOwn(this.#json.locals, name)
      ? { type: 'any' }
      : { missing: `there is no local value "${name}"` };
  }

  #object(kind: 'resource' | 'data', type: string, [first, ...rest]: readonly Step[]): Found {
    const name = first?.kind === 'attribute' ? first.name : '';
    const declared: Objects = (this.#json[kind] ?? {})[type] ?? {};
    const object = Object.hasOwn(declared, name) ? declared[name] : undefined;
    const noun = kind === 'data' ? 'data source' : 'resource';
    if (first === undefined) return { missing: `"${type}" alone refers to nothing` };
    if (object === undefined) return { missing: `there is no ${noun} ${type}.${name}` };
    const schema = this.schemaOf(type);
    const block = this.typeSchema(kind, type)?.output;
    if (schema === undefined || block === undefined) return { type: 'any' };
    const steps = withoutInstance(object, rest);
    if (steps === undefined)
      return {
        missing: `${type}.${name} is one ${noun}, not many, so it has no instances to choose from`,
      };
    return follow(schema, `block:${block}`, steps);
  }
}

/** `aws_subnet.a[0].id` -> `.id`, where there are several of them. */
function withoutInstance(
  object: Readonly<Record<string, unknown>>,
  steps: readonly Step[],
): readonly Step[] | undefined {
  const isMany = 'count' in object || 'for_each' in object;
  const [first] = steps;
  if (first === undefined || first.kind === 'attribute') return steps;
  return isMany ? steps.slice(1) : undefined;
}

/** `list(string)` -> `list:string`. */
function variableType(type: string): SchemaType {
  const [, kind, inside] = /^(list|set|map)\((.*)\)$/.exec(type) ?? [];
  if (kind !== undefined && inside !== undefined)
    return `${kind === 'map' ? 'map' : 'list'}:${variableType(inside)}`;
  const plain: Readonly<Record<string, SchemaType>> = {
    string: 'string',
    number: 'number',
    bool: 'boolean',
  };
  return plain[type] ?? 'any';
}

function follow(
  schema: ProviderSchema | null,
  type: SchemaType,
  [step, ...rest]: readonly Step[],
): Found {
  if (step === undefined) return { type };
  const [kind, inside] = outermost(type);
  if (kind === 'any') return { type: 'any' };
  if (step.kind === 'splat') return splat(follow(schema, kind === 'list' ? inside : type, rest));
  // A block that may be given once is a list of one to Terraform's older providers.
  if (step.kind === 'index' && kind === 'block') return follow(schema, type, rest);
  if (kind === 'map' || (kind === 'list' && step.kind === 'index'))
    return follow(schema, inside, rest);
  if (step.kind === 'index') return { missing: `a ${kind} has no elements` };
  if (kind !== 'block') return { missing: `a ${kind} has no attribute "${step.name}"` };
  const attribute = schema === null ? undefined : outputOf(schema, inside, step.name);
  return attribute === undefined
    ? { missing: `${inside.split('.').at(-1)} exports no attribute "${step.name}"` }
    : follow(schema, attribute, rest);
}

const splat = (found: Found): Found => ('type' in found ? { type: `list:${found.type}` } : found);
