import { expect, test } from '@jest/globals';
import {
  narrowRoleRule,
  noKeysRule,
  publicMemberRule,
} from '../../../../stacks/policy/rules/cloud-roles.ts';
import { findings } from '../../../support/policy-facts.ts';

test('a role of Google Cloud is for what is done, where it is done', () => {
  const role = (type: string, name: string) => ({
    [type]: { a: { role: name, member: 'serviceAccount:a@b' } },
  });
  expect(
    findings(
      narrowRoleRule,
      role('google_storage_bucket_iam_member', 'roles/storage.objectViewer'),
    ),
  ).toEqual([]);
  expect(
    findings(narrowRoleRule, role('google_project_iam_member', 'roles/logging.logWriter')),
  ).toEqual([]);
  expect(findings(narrowRoleRule, role('google_project_iam_member', 'roles/editor'))).toEqual([
    'a: grants roles/editor',
  ]);
  expect(
    findings(narrowRoleRule, role('google_storage_bucket_iam_binding', 'roles/owner')),
  ).toHaveLength(1);
  expect(
    findings(narrowRoleRule, role('google_project_iam_member', 'roles/storage.admin')),
  ).toEqual(['a: grants roles/storage.admin for the whole project']);
  expect(
    findings(
      narrowRoleRule,
      role('google_project_iam_member', 'roles/iam.serviceAccountTokenCreator'),
    ),
  ).toHaveLength(1);
});

test('a role of Azure is for what is done, where it is done', () => {
  const role = (name: string, scope: string) => ({
    azurerm_role_assignment: { a: { role_definition_name: name, scope } },
  });
  const account = '${azurerm_storage_account.s.id}';
  expect(findings(narrowRoleRule, role('Storage Blob Data Reader', account))).toEqual([]);
  expect(findings(narrowRoleRule, role('Contributor', account))).toEqual(['a: grants Contributor']);
  expect(findings(narrowRoleRule, role('Reader', '/subscriptions/0'))).toEqual([
    'a: grants a role for the whole subscription',
  ]);
  expect(
    findings(narrowRoleRule, role('Reader', '${data.azurerm_subscription.current.id}')),
  ).toHaveLength(1);
});

test('a role written for Azure names its actions', () => {
  const definition = (actions: string[]) => ({
    azurerm_role_definition: { a: { permissions: [{ actions }] } },
  });
  expect(findings(narrowRoleRule, definition(['Microsoft.Compute/virtualMachines/read']))).toEqual(
    [],
  );
  expect(findings(narrowRoleRule, definition(['Microsoft.Compute/*']))).toEqual([
    'a: allows "Microsoft.Compute/*"',
  ]);
  expect(findings(narrowRoleRule, definition(['*']))).toHaveLength(1);
});

test('no role is for everybody', () => {
  const bucket = (members: Readonly<Record<string, unknown>>) => ({
    google_storage_bucket_iam_binding: { a: members },
  });
  expect(findings(publicMemberRule, bucket({ members: ['group:a@b'] }))).toEqual([]);
  expect(findings(publicMemberRule, bucket({ members: ['group:a@b', 'allUsers'] }))).toHaveLength(
    1,
  );
  expect(findings(publicMemberRule, bucket({ member: 'allAuthenticatedUsers' }))).toHaveLength(1);
});

test.each([
  'aws_iam_access_key',
  'aws_iam_user',
  'google_service_account_key',
  'google_storage_hmac_key',
])('a key that does not end is refused: %s', (type) =>
  expect(findings(noKeysRule, { [type]: { a: {} } })).toHaveLength(1),
);

test('an account key of Azure, a default identity of Google Cloud and policies within a vault are refused', () => {
  expect(
    findings(noKeysRule, {
      azurerm_storage_account: { a: {} },
      azurerm_key_vault: { b: {} },
      google_compute_instance_template: {
        c: { service_account: [{ scopes: ['cloud-platform'] }] },
      },
    }),
  ).toHaveLength(3);
  expect(
    findings(noKeysRule, {
      azurerm_storage_account: { a: { shared_access_key_enabled: false } },
      azurerm_key_vault: { b: { rbac_authorization_enabled: true } },
      google_compute_instance_template: { c: { service_account: [{ email: 'a@b' }] } },
    }),
  ).toEqual([]);
});
