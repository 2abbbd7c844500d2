// What a role may do, read from the policies of a synthesized stack.
import { resourcesOf } from './synthesized.ts';
import type { TerraformJson } from './synthesized.ts';

export interface Statement {
  readonly Sid: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: object;
}

/** What the role of that name may do. */
export function rightsOf(from: TerraformJson, roleName: string): readonly Statement[] {
  const [address] =
    Object.entries(from.resource?.['aws_iam_role'] ?? {}).find(
      ([, role]) => role['name'] === roleName,
    ) ?? [];
  if (address === undefined) throw new Error(`there is no role ${roleName}`);
  const policies = resourcesOf(from, 'aws_iam_role_policy').filter(
    ({ role }) => role === `\${aws_iam_role.${address}.id}`,
  );
  return policies.flatMap(
    ({ policy }) =>
      (JSON.parse(unquoted(String(policy))) as { readonly Statement: readonly Statement[] })
        .Statement,
  );
}

export const actionsOf = (statements: readonly Statement[]) =>
  statements.flatMap(({ Action }) => Action);

/** Quotation marks inside an expression are none of the JSON's. */
export const unquoted = (text: string) =>
  text.replaceAll(/\$\{[^}]*\}/g, (expression) => expression.replaceAll('"', "'"));
