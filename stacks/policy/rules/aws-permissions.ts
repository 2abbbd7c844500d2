// Least privilege in AWS: actions and resources by name, and no door for everybody.
import { policyAttributes, statementsOf } from '../aws-policies.ts';
import type { PolicyKind, Statement } from '../aws-policies.ts';
import { forTypes, rule, unless } from '../rule.ts';
import type { Judge } from '../rule.ts';
import { valuesAt } from '../stack-facts.ts';

type StatementJudge = (statement: Statement, kind: PolicyKind) => readonly string[];

const holders = Object.keys(policyAttributes);

/** Only what is allowed can be too much; what is refused may be as wide as one likes. */
const onAllowed =
  (judge: StatementJudge): Judge =>
  (holder, facts) => {
    const statements = statementsOf(holder, facts);
    const kind = policyAttributes[holder.type]?.kind ?? 'identity';
    if (statements === null) return ['has a policy that cannot be read here'];
    return statements.filter(({ allows }) => allows).flatMap((one) => judge(one, kind));
  };

/** IAM's own rule for keys: without the account among its principals a key can become unmanageable for ever. */
const isOwnAccount = (principals: readonly string[]) =>
  principals.length > 0 && principals.every((one) => /^arn:[^:]+:iam::[^:]+:root$/.test(one));

const wideActions: StatementJudge = ({ actions, principals, isInverted }, kind) =>
  kind === 'boundary'
    ? []
    : [
        ...actions
          .filter((action) => action === '*' || action.endsWith(':*'))
          .filter((action) => !(kind === 'key' && action === 'kms:*' && isOwnAccount(principals)))
          .map((action) => `allows "${action}"`),
        ...(isInverted ? ['allows everything but what it names'] : []),
      ];

export const namedActionsRule = rule({
  id: 'named-actions',
  what: 'Every permission names its actions',
  why: 'A service gets new actions every month, and "*" grants them before anyone has read about them',
  remedy: 'List the actions that the program calls',
  judges: forTypes(holders, onAllowed(wideActions)),
});

/** Actions for which AWS knows no resource, so that only `*` can be written (Service Authorization Reference). */
const withoutResource: readonly RegExp[] = [
  /^(ec2|autoscaling|elasticloadbalancing|application-autoscaling):Describe\w+\*?$/,
  /^ecr:GetAuthorizationToken$/,
  /^cloudwatch:(PutMetricData|GetMetricData|GetMetricStatistics|ListMetrics)$/,
  /^xray:(PutTraceSegments|PutTelemetryRecords|GetSamplingRules|GetSamplingTargets)$/,
  /^ssmmessages:(Create|Open)(Control|Data)Channel$/,
  /^ec2messages:\w+$/,
  /^logs:(Create|Get|Update|Delete|List)LogDelivery$|^logs:ListLogDeliveries$/,
  /^logs:(PutResourcePolicy|DescribeResourcePolicies)$/,
  /^route53:(ListHostedZones|ListHostedZonesByName|GetHostedZoneCount|ListHealthChecks|GetCheckerIpRanges)$/,
  /^ecs:(RegisterTaskDefinition|DeregisterTaskDefinition|DescribeTaskDefinition|ListTaskDefinitions)$/,
  /^(s3:ListAllMyBuckets|sts:GetCallerIdentity|kms:ListAliases|kms:GenerateRandom|tag:GetResources)$/,
  /^ec2:(CreateNetworkInterface|DeleteNetworkInterface|AssignPrivateIpAddresses|UnassignPrivateIpAddresses)$/,
];

const isEverything = (resource: string) =>
  resource === '*' || /^arn:[^:]*:[^:]*:[^:]*:[^:]*:\*$/.test(resource);

const wideResources: StatementJudge = ({ actions, resources }, kind) => {
  // In the policy of a key, a bucket or a queue, "*" is that key, bucket or queue.
  const wide = kind === 'identity' ? resources.filter(isEverything) : [];
  const nameable = actions.filter((action) => !withoutResource.some((known) => known.test(action)));
  return wide.length > 0 && nameable.length > 0
    ? [`allows ${nameable.join(', ')} on "${wide.join(', ')}"`]
    : [];
};

export const namedResourcesRule = rule({
  id: 'named-resources',
  what: 'Every permission names what it is for',
  why: 'A program that is taken over reaches what its role reaches',
  remedy: 'Name the ARN, or the prefix under which the program writes',
  judges: forTypes(holders, onAllowed(wideResources)),
});

/** What limits "everybody" to callers that are known after all. */
const limitingKey =
  /^(aws:(SourceArn|SourceAccount|PrincipalOrgID|PrincipalAccount|PrincipalArn|ResourceAccount|SourceVpce|SourceOwner)|kms:CallerAccount|AWS:SourceArn|AWS:SourceAccount)$/;

const everybody: StatementJudge = ({ principals, conditions }) =>
  principals.includes('*') && ![...conditions.keys()].some((key) => limitingKey.test(key))
    ? ['allows everybody']
    : [];

export const awsPublicPrincipalRule = rule({
  id: 'aws-public-principal',
  what: 'Nothing is granted to everybody',
  why: '"*" as a principal means every account of AWS and callers without one',
  remedy:
    'Name the role, the account or the service, or add a condition on where the call comes from',
  judges: {
    ...forTypes(holders, onAllowed(everybody)),
    aws_lambda_permission: unless('allows everybody', ({ body }) => body['principal'] !== '*'),
    aws_lambda_function_url: unless('answers everybody', ({ body }) =>
      valuesAt(body, 'authorization_type').every((type) => type === 'AWS_IAM'),
    ),
  },
});

const wideManagedPolicy = /(AdministratorAccess|PowerUserAccess|FullAccess|IAMFullAccess)(_\w+)?$/;

export const awsManagedPolicyRule = rule({
  id: 'aws-managed-policy',
  what: "No role has one of AWS's policies that open a whole service",
  why: 'They allow what no program here needs, and AWS changes them',
  remedy: 'Write a policy with the actions that are called',
  judges: {
    ...forTypes(
      [
        'aws_iam_role_policy_attachment',
        'aws_iam_policy_attachment',
        'aws_iam_user_policy_attachment',
      ],
      ({ body }) =>
        valuesAt(body, 'policy_arn')
          .map(String)
          .filter((arn) => wideManagedPolicy.test(arn))
          .map((arn) => `attaches ${arn}`),
    ),
    aws_iam_role: ({ body }) =>
      valuesAt(body, 'managed_policy_arns')
        .map(String)
        .filter((arn) => wideManagedPolicy.test(arn))
        .map((arn) => `attaches ${arn}`),
  },
});
