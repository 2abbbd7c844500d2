// IAM's policies as statements, whether a stack writes them as JSON or as Terraform's own document.
import { blocksAt, isBody, valuesAt } from './stack-facts.ts';
import type { Body, Resource, StackFacts } from './stack-facts.ts';

export interface Statement {
  readonly allows: boolean;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** `*` for everybody; otherwise ARNs, accounts and services. */
  readonly principals: readonly string[];
  /** e.g. `aws:SourceArn`, with what it is compared with. */
  readonly conditions: ReadonlyMap<string, readonly string[]>;
  /** Says what is not meant, and so means everything else, including what comes later. */
  readonly isInverted: boolean;
}

/** Where a resource keeps a policy, and whom that policy is about. */
export const policyAttributes: Readonly<Record<string, { at: string; kind: PolicyKind }>> = {
  aws_iam_policy: { at: 'policy', kind: 'identity' },
  aws_iam_role_policy: { at: 'policy', kind: 'identity' },
  aws_iam_user_policy: { at: 'policy', kind: 'identity' },
  aws_iam_group_policy: { at: 'policy', kind: 'identity' },
  aws_iam_role: { at: 'assume_role_policy', kind: 'resource' },
  aws_s3_bucket_policy: { at: 'policy', kind: 'resource' },
  aws_sqs_queue_policy: { at: 'policy', kind: 'resource' },
  aws_sqs_queue: { at: 'policy', kind: 'resource' },
  aws_sns_topic_policy: { at: 'policy', kind: 'resource' },
  aws_sns_topic: { at: 'policy', kind: 'resource' },
  aws_kms_key: { at: 'policy', kind: 'key' },
  aws_kms_replica_key: { at: 'policy', kind: 'key' },
  aws_kms_key_policy: { at: 'policy', kind: 'key' },
  aws_ecr_repository_policy: { at: 'policy', kind: 'resource' },
  aws_secretsmanager_secret_policy: { at: 'policy', kind: 'resource' },
  aws_vpc_endpoint: { at: 'policy', kind: 'boundary' },
  aws_vpc_endpoint_policy: { at: 'policy', kind: 'boundary' },
  aws_dynamodb_resource_policy: { at: 'policy', kind: 'resource' },
  aws_cloudwatch_log_resource_policy: { at: 'policy_document', kind: 'resource' },
  aws_cloudwatch_event_bus_policy: { at: 'policy', kind: 'resource' },
};

/** A boundary grants nothing: it narrows what identities may do through an endpoint. */
export type PolicyKind = 'identity' | 'resource' | 'key' | 'boundary';

/** Null where the text is no policy that can be read here: an unread policy is not a harmless one. */
export function statementsOf(holder: Resource, facts: StackFacts): readonly Statement[] | null {
  const at = policyAttributes[holder.type]?.at ?? 'policy';
  const inline = blocksAt(holder.body, 'inline_policy').map(({ policy }) => policy);
  const texts = [...valuesAt(holder.body, at), ...inline];
  const read = texts.map((text) => statementsIn(String(text), facts));
  return read.some((statements) => statements === null)
    ? null
    : read.flatMap((statements) => statements ?? []);
}

function statementsIn(text: string, facts: StackFacts): readonly Statement[] | null {
  const [, document] = /^\$\{data\.aws_iam_policy_document\.([\w-]+)\.json\}$/.exec(text) ?? [];
  if (document !== undefined) {
    const data = facts.resources.find(
      ({ type, name }) => type === 'aws_iam_policy_document' && name === document,
    );
    return data === undefined ? null : blocksAt(data.body, 'statement').map(documentStatement);
  }
  try {
    // An expression such as ${var.arns["paris"]} brings quotation marks that are none of the JSON's.
    const json: unknown = JSON.parse(
      text.replaceAll(/\$\{[^}]*\}/g, (one) => one.replaceAll('"', "'")),
    );
    return isBody(json) ? [json['Statement']].flat().filter(isBody).map(jsonStatement) : null;
  } catch {
    return null;
  }
}

const list = (value: unknown): readonly string[] =>
  value === undefined || value === null ? [] : [value].flat().map(String);

function jsonStatement(statement: Body): Statement {
  const { Principal: principal, Condition: condition } = statement;
  const conditions = isBody(condition) ? Object.values(condition).filter(isBody) : [];
  return {
    allows: statement['Effect'] === 'Allow',
    actions: list(statement['Action']),
    resources: list(statement['Resource']),
    principals: isBody(principal) ? Object.values(principal).flatMap(list) : list(principal),
    conditions: new Map(
      conditions.flatMap((keys) => Object.entries(keys).map(([key, value]) => [key, list(value)])),
    ),
    isInverted: ['NotAction', 'NotResource', 'NotPrincipal'].some((key) => key in statement),
  };
}

function documentStatement(statement: Body): Statement {
  return {
    allows: (statement['effect'] ?? 'Allow') === 'Allow',
    actions: list(statement['actions']),
    resources: list(statement['resources']),
    principals: valuesAt(statement, 'principals.identifiers').map(String),
    conditions: new Map(
      blocksAt(statement, 'condition').map(({ variable, values }) => [
        String(variable),
        list(values),
      ]),
    ),
    isInverted: ['not_actions', 'not_resources', 'not_principals'].some(
      (key) => statement[key] !== undefined,
    ),
  };
}

/** No statement of the policy refuses requests that come without TLS. */
export const allowsInTheClear = (policy: Resource, facts: StackFacts): boolean =>
  !(statementsOf(policy, facts) ?? []).some(
    ({ allows, principals, conditions }) =>
      !allows &&
      principals.includes('*') &&
      conditions.get('aws:SecureTransport')?.includes('false') === true,
  );
