// What a provider accepts and exports, as far as its package says: the types of each resource, data source and nested block.

/**
 * A type in prefix notation: `string`, `number`, `boolean`, `any`, `list:<type>` (also sets), `map:<type>` or `block:<name>`.
 * A block stands for one nested block; `list:block:<name>` may be given many times.
 */
export type SchemaType = string;

export interface ProviderSchema {
  /** The provider's own name, which is also how all its types begin, e.g. `aws`. */
  readonly name: string;
  readonly resources: Readonly<Record<string, TypeSchema>>;
  readonly dataSources: Readonly<Record<string, TypeSchema>>;
  /** The block with the provider's own settings. */
  readonly settings: string;
  /** What may be written, by block: Terraform's name of each attribute -> its type, with `?` behind it where it may be left out. */
  readonly inputs: Readonly<Record<string, Readonly<Record<string, SchemaType>>>>;
  /** What may be referred to, by block. */
  readonly outputs: Readonly<Record<string, Readonly<Record<string, SchemaType>>>>;
}

export interface TypeSchema {
  readonly input: string;
  readonly output: string;
}

export interface InputSchema {
  readonly type: SchemaType;
  readonly isRequired: boolean;
}

/** Blocks are read for every resource of every stack, so each is taken apart once. */
const blocks = new WeakMap<ProviderSchema, Map<string, ReadonlyMap<string, InputSchema>>>();

export function inputsOf(schema: ProviderSchema, block: string): ReadonlyMap<string, InputSchema> {
  const known = blocks.get(schema) ?? new Map<string, ReadonlyMap<string, InputSchema>>();
  blocks.set(schema, known);
  const inputs =
    known.get(block) ??
    new Map(
      Object.entries(schema.inputs[block] ?? {}).map(([name, type]) => [
        name,
        { type: type.replace(/\?$/, ''), isRequired: !type.endsWith('?') },
      ]),
    );
  known.set(block, inputs);
  return inputs;
}

/** The type of an exported attribute, or undefined where there is none. */
export function outputOf(
  { outputs }: ProviderSchema,
  block: string,
  attribute: string,
): SchemaType | undefined {
  const exported = outputs[block] ?? {};
  const type = exported[attribute];
  if (type !== undefined || !/\d/.test(attribute)) return type;
  // The package's camel case does not tell whether an underscore stood beside a digit.
  const spelling = Object.keys(exported).find((name) => bare(name) === bare(attribute));
  return spelling === undefined ? undefined : exported[spelling];
}

const bare = (name: string) => name.replaceAll('_', '');

/** `list:block:x` -> [`list`, `block:x`]; a primitive has nothing inside. */
export function outermost(type: SchemaType): readonly [kind: string, inside: SchemaType] {
  const colon = type.indexOf(':');
  return colon < 0 ? [type, ''] : [type.slice(0, colon), type.slice(colon + 1)];
}
