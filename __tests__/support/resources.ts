// What a test looks for in a synthesized stack: one resource, a value deep in it, the settings its machines start with.
import { resourcesOf } from './synthesized.ts';
import type { TerraformJson } from './synthesized.ts';

/** `valueAt(rule, 'allow', 0, 'ports')`: undefined where there is no such thing. */
export const valueAt = (from: unknown, ...path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>(
    (value, step) =>
      typeof value === 'object' && value !== null
        ? (value as Readonly<Record<string | number, unknown>>)[step]
        : undefined,
    from,
  );

/** The only resource of its type. */
export function theOnly(json: TerraformJson, type: string): Readonly<Record<string, unknown>> {
  const [only, ...others] = resourcesOf(json, type);
  if (only === undefined || others.length > 0)
    throw new Error(`there are ${others.length + (only === undefined ? 0 : 1)} of ${type}`);
  return only;
}

/** What the first-boot program writes for the service, as far as it is known before anything is built. */
export const bootSettings = (script: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...script.matchAll(/setting service\.env ([A-Z_]+) '([\w+/=]*)'/g)].map(
      ([, name = '', value = '']) => [name, Buffer.from(value, 'base64').toString()],
    ),
  );
