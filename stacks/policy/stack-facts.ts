// A stack as the rules see it: its resources as Terraform will read them, who refers to whom, and which can carry tags.

export type Body = Readonly<Record<string, unknown>>;

/** How a resource comes by its tags: it has none, it must be given them, or the provider's default ones reach it. */
export type Tagging = 'none' | 'own' | 'defaulted';

export interface Resource {
  readonly kind: 'resource' | 'data';
  readonly type: string;
  /** Terraform's name of it within its type. */
  readonly name: string;
  /** Where it stands in the tree of constructs, e.g. `aws-paris/network/vpc`. */
  readonly path: string;
  readonly body: Body;
  readonly tagging: Tagging;
}

export interface StackFacts {
  readonly stack: string;
  readonly protectsData: boolean;
  readonly resources: readonly Resource[];
  /** Of all stacks that are built together, this one among them. */
  readonly environment: readonly Resource[];
  /** The tags or labels that each provider gives to what is made through it, by provider and alias, e.g. `aws.replica`. */
  readonly defaultTags: Readonly<Record<string, Body>>;
}

export const isBody = (value: unknown): value is Body =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The nested blocks at a dotted path, each of whose parts may be given once or many times. */
export function blocksAt(body: Body, path: string): readonly Body[] {
  return path
    .split('.')
    .reduce<readonly Body[]>(
      (bodies, part) => bodies.flatMap((one) => [one[part]].flat().filter(isBody)),
      [body],
    );
}

/** All values of an attribute behind a path of nested blocks; a list counts as its elements. */
export function valuesAt(body: Body, path: string): readonly unknown[] {
  const dot = path.lastIndexOf('.');
  const holders = dot < 0 ? [body] : blocksAt(body, path.slice(0, dot));
  const name = path.slice(dot + 1);
  return holders
    .flatMap((holder) => holder[name])
    .filter((value) => value !== undefined && value !== null);
}

/** There is at least one value and every one is the wanted one; `"true"` is `true` to Terraform. */
export const isAll = (body: Body, path: string, wanted: unknown): boolean => {
  const values = valuesAt(body, path);
  return values.length > 0 && values.every((value) => String(value) === String(wanted));
};

export const isSet = (body: Body, path: string): boolean =>
  valuesAt(body, path).some((value) => value !== '' && value !== false);

/** The resources of these types that refer to one, e.g. the versioning of a bucket. */
export function referring(
  facts: StackFacts,
  to: Resource,
  types: readonly string[],
): readonly Resource[] {
  const reference = `${to.type}.${to.name}.`;
  return facts.resources.filter(
    ({ type, body }) => types.includes(type) && JSON.stringify(body).includes(reference),
  );
}
