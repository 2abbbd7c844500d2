// What a stack declares, and what a reference within it finds: a type, or a reason why there is nothing.
import type { TerraformJson } from '../synthesized.ts';
import type { Reference, Step } from './references.ts';
import { outermost, outputOf } from './schema.ts';
import type { ProviderSchema, SchemaType, TypeSchema } from './schema.ts';

export type Found = { readonly type: SchemaType } | { readonly missing: string };

type Body = Readonly<Record<string, unknown>>;

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
    if (first === undefined) return { missing: `"${type}" alone refers to nothing` };
    const noun = kind === 'data' ? 'data source' : 'resource';
    const name = first.kind === 'attribute' ? first.name : '';
    const object = this.#declared(kind, type, name);
    if (object === undefined) return { missing: `there is no ${noun} ${type}.${name}` };
    const steps = withoutInstance(object, rest);
    if (steps === undefined)
      return {
        missing: `${type}.${name} is one ${noun}, not many, so it has no instances to choose from`,
      };
    const schema = this.schemaOf(type);
    const block = this.typeSchema(kind, type)?.output;
    return schema === undefined || block === undefined
      ? { type: 'any' }
      : follow(schema, `block:${block}`, steps);
  }

  #declared(kind: 'resource' | 'data', type: string, name: string): Body | undefined {
    const named = this.#json[kind]?.[type] ?? {};
    return Object.hasOwn(named, name) ? named[name] : undefined;
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
  const next = step.kind === 'index' ? elementOf(type) : attributeOf(schema, type, step.name);
  return 'missing' in next ? next : follow(schema, next.type, rest);
}

const splat = (found: Found): Found => ('type' in found ? { type: `list:${found.type}` } : found);

function elementOf(type: SchemaType): Found {
  const [kind, inside] = outermost(type);
  if (kind === 'list' || kind === 'map') return { type: inside };
  // A block that may be given once is a list of one to Terraform's older providers.
  return kind === 'block' ? { type } : { missing: `a ${kind} has no elements` };
}

function attributeOf(schema: ProviderSchema | null, type: SchemaType, name: string): Found {
  const [kind, inside] = outermost(type);
  if (kind === 'map') return { type: inside };
  if (kind !== 'block') return { missing: `a ${kind} has no attribute "${name}"` };
  const attribute = schema === null ? undefined : outputOf(schema, inside, name);
  return attribute === undefined
    ? { missing: `${inside.split('.').at(-1)} exports no attribute "${name}"` }
    : { type: attribute };
}
