// Where two JSON values differ, as dotted paths.

/** e.g. `['provider.aws.0.region']`; a member that only one of them has is one path. */
export function differences(a: unknown, b: unknown, path: readonly string[] = []): string[] {
  if (Object.is(a, b)) return [];
  if (!isContainer(a) || !isContainer(b) || Array.isArray(a) !== Array.isArray(b))
    return [path.join('.')];
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
  return keys.flatMap((key) => differences(a[key], b[key], [...path, key]));
}

const isContainer = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
