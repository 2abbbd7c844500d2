// Least privilege in Google Cloud and Azure, whose roles are given by name; and no keys that would outlive their owner's attention.
import { all, forTypes, rule, unless } from '../rule.ts';
import type { Judge } from '../rule.ts';
import { isAll, isSet, valuesAt } from '../stack-facts.ts';

const basicRoles = ['roles/owner', 'roles/editor', 'roles/viewer', 'roles/browser'];

/** Given for a whole project, these let their holder become any of its identities or change anything of a service. */
const wideInProject =
  /(admin|Admin|roles\/iam\.(serviceAccountUser|serviceAccountTokenCreator|workloadIdentityUser))$/;

const projectBindings = ['google_project_iam_member', 'google_project_iam_binding'];

const roleBindings = ['member', 'binding'].flatMap((kind) =>
  [
    'project',
    'storage_bucket',
    'service_account',
    'kms_crypto_key',
    'kms_key_ring',
    'secret_manager_secret',
    'pubsub_topic',
    'pubsub_subscription',
    'artifact_registry_repository',
    'compute_subnetwork',
    'cloud_run_v2_service',
    'cloudfunctions2_function',
  ].map((target) => `google_${target}_iam_${kind}`),
);

const basicRole: Judge = ({ body }) =>
  valuesAt(body, 'role')
    .filter((role) => basicRoles.includes(String(role)))
    .map((role) => `grants ${String(role)}`);

const wideRole: Judge = ({ type, body }) =>
  projectBindings.includes(type)
    ? valuesAt(body, 'role')
        .filter((role) => wideInProject.test(String(role)))
        .map((role) => `grants ${String(role)} for the whole project`)
    : [];

const azureWideRoles = [
  'Owner',
  'Contributor',
  'User Access Administrator',
  'Role Based Access Control Administrator',
];

const azureRole: Judge = ({ body }) =>
  valuesAt(body, 'role_definition_name')
    .filter((name) => azureWideRoles.includes(String(name)))
    .map((name) => `grants ${String(name)}`);

const wholeSubscription =
  /^\/subscriptions\/[^/]+\/?$|^\$\{data\.azurerm_subscription\.[\w-]+\.id\}$/;

const azureScope = unless(
  'grants a role for the whole subscription',
  ({ body }) => !valuesAt(body, 'scope').some((scope) => wholeSubscription.test(String(scope))),
);

export const narrowRoleRule = rule({
  id: 'narrow-role',
  what: 'Every identity has roles for what it does, on what it does it to',
  why: 'A machine that is taken over reaches what its identity reaches',
  remedy: 'Grant a role of the one service, on the one bucket, secret, key or group',
  judges: {
    ...forTypes(roleBindings, all(basicRole, wideRole)),
    azurerm_role_assignment: all(azureRole, azureScope),
    azurerm_role_definition: ({ body }) =>
      [...valuesAt(body, 'permissions.actions'), ...valuesAt(body, 'permissions.data_actions')]
        .map(String)
        .filter((action) => action === '*' || /^[\w.]+\/\*$/.test(action))
        .map((action) => `allows "${action}"`),
  },
});

const anyoneAtAll = ['allUsers', 'allAuthenticatedUsers'];

export const publicMemberRule = rule({
  id: 'public-member',
  what: 'No role is granted to everybody',
  why: '"allAuthenticatedUsers" is everyone with an account at Google',
  remedy: 'Name the service account or the group',
  judges: forTypes(
    roleBindings,
    unless('grants a role to everybody', ({ body }) =>
      [...valuesAt(body, 'member'), ...valuesAt(body, 'members')].every(
        (member) => !anyoneAtAll.includes(String(member)),
      ),
    ),
  ),
});

export const noKeysRule = rule({
  id: 'no-long-lived-keys',
  what: 'Programs prove who they are by where they run, not by a key in a file',
  why: 'Keys are copied, forgotten and found by others; they would also stand in the state of Terraform',
  remedy: 'Use the identity of the machine, or federate it across clouds',
  judges: {
    aws_iam_access_key: () => ['is a key that never ends'],
    aws_iam_user: () => ['is an identity that needs a password or a key'],
    google_service_account_key: () => ['is a key that lasts for years'],
    google_storage_hmac_key: () => ['is a key that never ends'],
    azurerm_storage_account: unless('can be opened with an account key', ({ body }) =>
      isAll(body, 'shared_access_key_enabled', false),
    ),
    azurerm_key_vault: unless(
      'hands out access by policies of its own',
      ({ body }) =>
        isAll(body, 'rbac_authorization_enabled', true) ||
        isAll(body, 'enable_rbac_authorization', true),
    ),
    ...forTypes(
      [
        'google_compute_instance_template',
        'google_compute_region_instance_template',
        'google_compute_instance',
      ],
      unless("runs as the project's default identity, which may do nearly everything", ({ body }) =>
        isSet(body, 'service_account.email'),
      ),
    ),
  },
});
