import { describe, expect, test } from '@jest/globals';
import {
  awsManagedPolicyRule,
  awsPublicPrincipalRule,
  namedActionsRule,
  namedResourcesRule,
} from '../../../../stacks/policy/rules/aws-permissions.ts';
import { findings } from '../../../support/policy-facts.ts';

const policy = (statement: object) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });
const role = (statement: object) => ({ aws_iam_role_policy: { a: { policy: policy(statement) } } });
const queue = (statement: object) => ({
  aws_sqs_queue_policy: { a: { policy: policy(statement) } },
});
const key = (statement: object) => ({ aws_kms_key: { a: { policy: policy(statement) } } });

describe('actions', () => {
  test('are named, with a wildcard within a service at most', () => {
    expect(
      findings(namedActionsRule, role({ Action: ['s3:GetObject', 's3:Put*'], Resource: 'x' })),
    ).toEqual([]);
    expect(findings(namedActionsRule, role({ Action: '*', Resource: 'x' }))).toEqual([
      'a: allows "*"',
    ]);
    expect(findings(namedActionsRule, role({ Action: ['s3:*'], Resource: 'x' }))).toEqual([
      'a: allows "s3:*"',
    ]);
    expect(findings(namedActionsRule, role({ NotAction: 'iam:*', Resource: 'x' }))).toEqual([
      'a: allows everything but what it names',
    ]);
  });

  test('may be refused without being named', () =>
    expect(
      findings(namedActionsRule, role({ Effect: 'Deny', Action: '*', Resource: '*' })),
    ).toEqual([]));

  test('of a key are all allowed to its account, which would lose it otherwise, and to nobody else', () => {
    const statement = { Action: 'kms:*', Resource: '*' };
    expect(
      findings(
        namedActionsRule,
        key({ ...statement, Principal: { AWS: 'arn:aws:iam::${data.x.y.account_id}:root' } }),
      ),
    ).toEqual([]);
    expect(
      findings(
        namedActionsRule,
        key({ ...statement, Principal: { AWS: 'arn:aws:iam::1:role/r' } }),
      ),
    ).toHaveLength(1);
  });

  test('are read from a document of Terraform too', () => {
    const resources = {
      aws_iam_policy: { a: { policy: '${data.aws_iam_policy_document.d.json}' } },
    };
    const document = (actions: string[]) => ({
      data: { aws_iam_policy_document: { d: { statement: [{ actions, resources: ['x'] }] } } },
    });
    expect(findings(namedActionsRule, resources, document(['sqs:SendMessage']))).toEqual([]);
    expect(findings(namedActionsRule, resources, document(['sqs:*']))).toEqual([
      'a: allows "sqs:*"',
    ]);
  });

  test('that cannot be read are not taken to be harmless', () =>
    expect(
      findings(namedActionsRule, { aws_iam_policy: { a: { policy: '${var.policy}' } } }),
    ).toEqual(['a: has a policy that cannot be read here']));

  test('are found behind expressions with quotation marks in them', () =>
    expect(
      findings(namedActionsRule, {
        aws_iam_policy: {
          a: {
            policy: policy({ Action: 's3:*', Resource: '@' }).replace('@', '${var.arns["paris"]}'),
          },
        },
      }),
    ).toEqual(['a: allows "s3:*"']));
});

describe('resources', () => {
  test('are named', () => {
    expect(
      findings(namedResourcesRule, role({ Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/*' })),
    ).toEqual([]);
    expect(findings(namedResourcesRule, role({ Action: 's3:GetObject', Resource: '*' }))).toEqual([
      'a: allows s3:GetObject on "*"',
    ]);
    expect(
      findings(namedResourcesRule, role({ Action: 's3:GetObject', Resource: 'arn:aws:s3:::*' })),
    ).toHaveLength(1);
  });

  test('need no name where AWS knows none', () =>
    expect(
      findings(
        namedResourcesRule,
        role({ Action: ['ecr:GetAuthorizationToken', 'ec2:DescribeInstances'], Resource: '*' }),
      ),
    ).toEqual([]));

  test('need one as soon as one action beside them has one', () =>
    expect(
      findings(
        namedResourcesRule,
        role({ Action: ['ecr:GetAuthorizationToken', 'ecr:PutImage'], Resource: '*' }),
      ),
    ).toEqual(['a: allows ecr:PutImage on "*"']));

  test('are the queue itself in the policy of a queue', () =>
    expect(
      findings(
        namedResourcesRule,
        queue({ Principal: { Service: 's' }, Action: 'sqs:SendMessage', Resource: '*' }),
      ),
    ).toEqual([]));
});

describe('everybody', () => {
  const send = { Action: 'sqs:SendMessage', Resource: '*' };

  test.each([
    ['as a star', '*'],
    ['as every account', { AWS: '*' }],
    ['among others', { AWS: ['arn:aws:iam::1:role/r', '*'] }],
  ])('is refused: %s', (_, Principal) =>
    expect(findings(awsPublicPrincipalRule, queue({ ...send, Principal }))).toEqual([
      'a: allows everybody',
    ]),
  );

  test('may be limited by where the call comes from, but not by what it is like', () => {
    const from = { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::b' } };
    const secure = { Bool: { 'aws:SecureTransport': 'true' } };
    expect(
      findings(awsPublicPrincipalRule, queue({ ...send, Principal: '*', Condition: from })),
    ).toEqual([]);
    expect(
      findings(awsPublicPrincipalRule, queue({ ...send, Principal: '*', Condition: secure })),
    ).toHaveLength(1);
  });

  test('cannot call a function', () => {
    expect(
      findings(awsPublicPrincipalRule, {
        aws_lambda_permission: { a: { principal: 'apigateway.amazonaws.com' } },
      }),
    ).toEqual([]);
    expect(
      findings(awsPublicPrincipalRule, { aws_lambda_permission: { a: { principal: '*' } } }),
    ).toHaveLength(1);
    expect(
      findings(awsPublicPrincipalRule, {
        aws_lambda_function_url: { a: { authorization_type: 'NONE' } },
      }),
    ).toHaveLength(1);
  });

  test('cannot assume a role', () =>
    expect(
      findings(awsPublicPrincipalRule, {
        aws_iam_role: {
          a: { assume_role_policy: policy({ Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }) },
        },
      }),
    ).toEqual(['a: allows everybody']));
});

test("AWS's widest policies are attached to nothing", () => {
  const attached = (arn: string) => ({
    aws_iam_role_policy_attachment: { a: { policy_arn: arn } },
  });
  const own = 'arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole';
  expect(findings(awsManagedPolicyRule, attached(own))).toEqual([]);
  for (const wide of ['AdministratorAccess', 'AmazonS3FullAccess', 'PowerUserAccess'])
    expect(
      findings(awsManagedPolicyRule, attached(`arn:aws:iam::aws:policy/${wide}`)),
    ).toHaveLength(1);
});
