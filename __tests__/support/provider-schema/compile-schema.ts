// Boils the description of a provider's package down to what Terraform itself would call its schema.
import type { ProviderSchema, SchemaType, TypeSchema } from './schema.ts';

export interface Assembly {
  readonly types: Readonly<Record<string, JsiiType>>;
}

interface JsiiType {
  readonly kind: string;
  readonly base?: string;
  readonly docs?: Docs;
  readonly initializer?: {
    readonly parameters?: readonly { readonly name: string; readonly type: TypeReference }[];
  };
  readonly properties?: readonly Property[];
}

interface Property {
  readonly name: string;
  readonly optional?: boolean;
  readonly static?: boolean;
  readonly docs?: Docs;
  readonly type: TypeReference;
}

interface Docs {
  readonly summary?: string;
  readonly remarks?: string;
}

interface TypeReference {
  readonly primitive?: string;
  readonly fqn?: string;
  readonly collection?: { readonly kind: 'array' | 'map'; readonly elementtype: TypeReference };
  readonly union?: { readonly types: readonly TypeReference[] };
}

/** Some 5 MB of types instead of 100 MB of documentation. */
export function compiledSchema(name: string, { types }: Assembly): ProviderSchema {
  const resources: Record<string, TypeSchema> = {};
  const dataSources: Record<string, TypeSchema> = {};
  const inputs: Record<string, Record<string, SchemaType>> = {};
  const outputs: Record<string, Record<string, SchemaType>> = {};
  let settings = '';
  for (const [fqn, type] of Object.entries(types)) {
    const block = shortName(fqn);
    if (type.kind === 'interface') inputs[block] = inputTypes(type);
    else if (type.base === 'cdktf.TerraformProvider') settings = configOf(type);
    else if (isReferable(type)) outputs[block] = outputTypes(type, types);
    const ofType = { input: configOf(type), output: block };
    if (type.base === 'cdktf.TerraformResource') resources[terraformType(type)] = ofType;
    if (type.base === 'cdktf.TerraformDataSource') dataSources[terraformType(type)] = ofType;
  }
  return { name, resources, dataSources, settings, inputs, outputs };
}

const isReferable = ({ base }: JsiiType) =>
  base === 'cdktf.TerraformResource' ||
  base === 'cdktf.TerraformDataSource' ||
  base === 'cdktf.ComplexObject';

const shortName = (fqn: string) => fqn.replace(/^@cdktf\/provider-[a-z]+\./, '');

const configOf = ({ initializer }: JsiiType) =>
  shortName(initializer?.parameters?.find(({ name }) => name === 'config')?.type.fqn ?? '');

/** "Represents a {@link https://... aws_vpc}." */
const terraformType = ({ docs }: JsiiType) => / (\w+)\}/.exec(docs?.summary ?? '')?.[1] ?? '';

function inputTypes({ properties = [] }: JsiiType): Record<string, SchemaType> {
  return Object.fromEntries(
    properties.map((property) => [
      linkedName(property) ?? snakeCase(property.name),
      `${inputType(property.type)}${property.optional === true ? '?' : ''}`,
    ]),
  );
}

/** "{@link https://.../resources/vpc#cidr_block Vpc#cidr_block}": the one place with Terraform's own spelling. */
function linkedName({ docs }: Property): string | undefined {
  const text = `${docs?.summary ?? ''} ${docs?.remarks ?? ''}`;
  return [...text.matchAll(/\w#([a-z0-9_]+)\}/g)].at(-1)?.[1];
}

const snakeCase = (name: string) =>
  name.replaceAll(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);

function inputType({ primitive, fqn, collection, union }: TypeReference): SchemaType {
  if (primitive !== undefined) return primitive;
  if (collection !== undefined)
    return `${collection.kind === 'map' ? 'map' : 'list'}:${inputType(collection.elementtype)}`;
  // Every union is of one type and of a token that stands for it.
  const plain = union?.types.find((type) => type.fqn !== 'cdktf.IResolvable');
  if (plain !== undefined) return inputType(plain);
  return fqn === undefined ? 'any' : `block:${shortName(fqn)}`;
}

function outputTypes(
  { properties = [] }: JsiiType,
  types: Assembly['types'],
): Record<string, SchemaType> {
  const names = new Set(properties.map(({ name }) => name));
  const attributes = properties.filter(
    (property) => property.static !== true && !isMachinery(property.name, names),
  );
  return Object.fromEntries(
    attributes.flatMap(({ name, type }) =>
      spellings(name).map((spelling) => [spelling, outputType(type, types)]),
    ),
  );
}

/** `cidrBlockInput` is what was given for `cidrBlock`, not an attribute. */
const isMachinery = (name: string, names: ReadonlySet<string>) =>
  name === 'internalValue' || (name.endsWith('Input') && names.has(name.replace(/Input$/, '')));

/** Words that the package's own languages reserve were renamed in it. */
const spellings = (name: string): readonly string[] => {
  const original = name
    .replace(/Attribute$/, '')
    .replace(/^fetch/, 'get')
    .replace(/^equalTo$/, 'equals');
  return [...new Set([snakeCase(name), snakeCase(original)])];
};

const mapTypes: Readonly<Record<string, SchemaType>> = {
  'cdktf.StringMap': 'map:string',
  'cdktf.NumberMap': 'map:number',
  'cdktf.BooleanMap': 'map:boolean',
  'cdktf.AnyMap': 'map:any',
  'cdktf.StringMapList': 'list:map:string',
  'cdktf.IResolvable': 'boolean',
};

function outputType(reference: TypeReference, types: Assembly['types']): SchemaType {
  const { fqn } = reference;
  if (fqn === undefined) return inputType(reference);
  const known = mapTypes[fqn];
  if (known !== undefined) return known;
  const base = types[fqn]?.base;
  const element = `block:${shortName(fqn).replace(/(List|Map)$/, 'OutputReference')}`;
  if (base === 'cdktf.ComplexList') return `list:${element}`;
  if (base === 'cdktf.ComplexMap') return `map:${element}`;
  return base === 'cdktf.ComplexObject' ? `block:${shortName(fqn)}` : 'any';
}
