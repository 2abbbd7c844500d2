// Judges what is written for one attribute or nested block by the type that the provider gives it.
import { fault } from './fault.ts';
import type { Fault } from './fault.ts';
import type { Declarations } from './declarations.ts';
import { templateOf } from './references.ts';
import type { Template } from './references.ts';
import { inputsOf, outermost } from './schema.ts';
import type { ProviderSchema, SchemaType } from './schema.ts';

export interface Setting {
  readonly schema: ProviderSchema;
  readonly declared: Declarations;
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Unknown names, missing ones, and wrong values in a block; `also` names what Terraform itself allows in it. */
export function blockFaults(
  setting: Setting,
  at: { readonly path: string; readonly block: string; readonly also?: ReadonlySet<string> },
  body: Readonly<Record<string, unknown>>,
): Fault[] {
  const inputs = inputsOf(setting.schema, at.block);
  const dynamic = isObject(body['dynamic']) ? body['dynamic'] : {};
  const missing = [...inputs]
    .filter(([name, { isRequired }]) => isRequired && isAbsent(body[name]) && !(name in dynamic))
    .map(([name]) => fault(at.path, `"${name}" is required`));
  const written = Object.entries(body).flatMap(([name, value]) => {
    const input = inputs.get(name);
    if (input !== undefined) return valueFaults(setting, `${at.path}.${name}`, input.type, value);
    if (name === 'dynamic' || name === '//' || at.also?.has(name) === true) return [];
    return [fault(at.path, `there is no attribute or block "${name}" here`)];
  });
  const generated = Object.entries(dynamic).flatMap(([name, block]) =>
    dynamicFaults(setting, `${at.path}.dynamic.${name}`, inputs.get(name)?.type, block),
  );
  return [...missing, ...written, ...generated];
}

const isAbsent = (value: unknown) => value === undefined || value === null;

function dynamicFaults(
  setting: Setting,
  path: string,
  type: SchemaType | undefined,
  block: unknown,
): Fault[] {
  if (type === undefined) return [fault(path, 'there is no such block here')];
  const contents = [block].flat().map((one) => (isObject(one) ? one['content'] : undefined));
  return contents.flatMap((content) =>
    isObject(content)
      ? valueFaults(setting, path, type, content)
      : [fault(path, 'a dynamic block needs "content"')],
  );
}

function valueFaults(setting: Setting, path: string, type: SchemaType, value: unknown): Fault[] {
  const [kind, inside] = outermost(type);
  if (isAbsent(value) || kind === 'any') return [];
  if (typeof value === 'string') return textFaults(setting, path, type, value);
  if (kind === 'block') return nestedFaults(setting, path, inside, value);
  if (kind === 'list') return listFaults(setting, path, inside, value);
  if (kind === 'map') return mapFaults(setting, path, inside, value);
  const fits = kind === 'string' ? typeof value !== 'object' : typeof value === kind;
  return fits ? [] : [wrong(path, type, value)];
}

function nestedFaults(setting: Setting, path: string, block: string, value: unknown): Fault[] {
  if (!Array.isArray(value))
    return isObject(value)
      ? blockFaults(setting, { path, block }, value)
      : [wrong(path, 'block', value)];
  const many =
    value.length > 1 ? [fault(path, `may be given once, but is given ${value.length} times`)] : [];
  return [...many, ...listFaults(setting, path, `block:${block}`, value)];
}

function listFaults(setting: Setting, path: string, element: SchemaType, value: unknown): Fault[] {
  if (Array.isArray(value))
    return value.flatMap((one, i) => valueFaults(setting, `${path}[${i}]`, element, one));
  // In JSON, a block that is given once needs no list around it.
  if (element.startsWith('block:') && isObject(value))
    return valueFaults(setting, path, element, value);
  return [wrong(path, `list:${element}`, value)];
}

const mapFaults = (setting: Setting, path: string, element: SchemaType, value: unknown): Fault[] =>
  isObject(value)
    ? Object.entries(value).flatMap(([key, one]) =>
        valueFaults(setting, `${path}.${key}`, element, one),
      )
    : [wrong(path, `map:${element}`, value)];

function textFaults({ declared }: Setting, path: string, type: SchemaType, text: string): Fault[] {
  const template = templateOf(text);
  if (template.isOneExpression) return expressionFaults(declared, path, type, template);
  const fits =
    type === 'string' ||
    (type === 'number' && isNumeric(text, template)) ||
    (type === 'boolean' && (text === 'true' || text === 'false'));
  return fits ? [] : [wrong(path, type, text)];
}

/** `"80"`, and `"${var.port}0"` as far as one can see. */
const isNumeric = (text: string, { references, literal }: Template) =>
  references.length > 0
    ? /^[\d.-]*$/.test(literal)
    : text.trim() !== '' && !Number.isNaN(Number(text));

/** A value that is one reference has the type of what it refers to. */
function expressionFaults(
  declared: Declarations,
  path: string,
  type: SchemaType,
  { whole }: Template,
): Fault[] {
  if (whole === undefined) return [];
  const found = declared.resolve(whole);
  if ('missing' in found || fitsInto(found.type, type)) return [];
  return [fault(path, `needs a ${type}, but ${whole.text} is a ${found.type}`)];
}

/** Terraform turns primitives into one another, except a number into a yes or no; blocks and lists of blocks are not judged. */
function fitsInto(given: SchemaType, wanted: SchemaType): boolean {
  const [from, inside] = outermost(given);
  const [to, element] = outermost(wanted);
  if ([from, to].some((kind) => kind === 'any' || kind === 'block')) return true;
  if (from === 'list' && to === 'list') return fitsInto(inside, element);
  if (from === to || to === 'string') return from === to || !['list', 'map'].includes(from);
  if (from === 'string') return to === 'number' || to === 'boolean';
  return false;
}

const wrong = (path: string, type: SchemaType, value: unknown): Fault =>
  fault(path, `needs a ${type}, but is ${JSON.stringify(value)?.slice(0, 60)}`);
