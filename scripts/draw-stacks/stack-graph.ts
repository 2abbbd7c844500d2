// A synthesized stack as a graph: its parts, what each is made of, and which part needs which.

interface Block {
  readonly '//'?: { readonly metadata?: { readonly path?: string } };
}

/** The parts of `cdk.tf.json` that are drawn. */
export interface StackJson {
  readonly resource?: Readonly<Record<string, Readonly<Record<string, Block>>>>;
  readonly output?: Readonly<Record<string, unknown>>;
}

interface Part {
  readonly name: string;
  /** Resource types without the provider's prefix, by count. */
  readonly types: readonly (readonly [type: string, count: number])[];
}

export interface StackGraph {
  readonly parts: readonly Part[];
  /** `[who needs, who is needed]`, each pair once. */
  readonly needs: readonly (readonly [string, string])[];
  readonly resourceCount: number;
}

export function stackGraph(json: StackJson): StackGraph {
  const resources = Object.entries(json.resource ?? {}).flatMap(([type, named]) =>
    Object.entries(named).map(([name, block]) => ({
      address: `${type}.${name}`,
      type,
      block,
      part: partOf(block),
    })),
  );
  const owners = new Map(resources.map(({ address, part }) => [address, part]));
  const names = [...new Set(resources.map(({ part }) => part))].sort();
  const needs = new Map<string, readonly [string, string]>();
  for (const { block, part } of resources)
    for (const address of referencesIn(block)) {
      const needed = owners.get(address);
      if (needed !== undefined && needed !== part) needs.set(`${part} ${needed}`, [part, needed]);
    }
  return {
    parts: names.map((name) => ({
      name,
      types: counted(resources.filter(({ part }) => part === name).map(({ type }) => type)),
    })),
    needs: [...needs.entries()].sort(([a], [b]) => a.localeCompare(b)).map(([, pair]) => pair),
    resourceCount: resources.length,
  };
}

/** The construct that stands directly in the stack: `aws-paris/objects/uploads/bucket` -> `objects`. */
const partOf = (block: Block): string => block['//']?.metadata?.path?.split('/')[1] ?? 'other';

const reference = /\b([a-z]+_[a-z0-9_]+\.[A-Za-z_][\w-]*)/g;

const referencesIn = (block: Block): readonly string[] =>
  [...JSON.stringify({ ...block, '//': undefined }).matchAll(reference)].map(
    ([, address = '']) => address,
  );

function counted(types: readonly string[]): Part['types'] {
  const counts = new Map<string, number>();
  for (const type of types) {
    const short = type.replace(/^(aws|google|azurerm)_/, '');
    counts.set(short, (counts.get(short) ?? 0) + 1);
  }
  return [...counts.entries()].sort(([a], [b]) => a.localeCompare(b));
}
