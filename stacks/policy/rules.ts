// All rules of the house for what is built, in the order in which people ask about them.
import {
  awsManagedPolicyRule,
  awsPublicPrincipalRule,
  namedActionsRule,
  namedResourcesRule,
} from './rules/aws-permissions.ts';
import { narrowRoleRule, noKeysRule, publicMemberRule } from './rules/cloud-roles.ts';
import { protectedDataRule, versionedBucketRule } from './rules/durability.ts';
import { encryptedAtRestRule, keyRotationRule } from './rules/encryption.ts';
import { publicAddressRule, publicBucketRule, publicDataStoreRule } from './rules/exposure.ts';
import { publicIngressRule, remoteLoginRule } from './rules/ingress.ts';
import { confinedContainerRule, instanceMetadataRule, verifiedBootRule } from './rules/machines.ts';
import {
  auditTrailRule,
  closedByDefaultRule,
  logRetentionRule,
  trafficRecordRule,
} from './rules/records.ts';
import { tagsRule } from './rules/tags.ts';
import { tlsRule } from './rules/transport.ts';

export const rules = [
  publicIngressRule,
  remoteLoginRule,
  publicAddressRule,
  publicDataStoreRule,
  publicBucketRule,
  closedByDefaultRule,
  tlsRule,
  encryptedAtRestRule,
  keyRotationRule,
  instanceMetadataRule,
  verifiedBootRule,
  confinedContainerRule,
  namedActionsRule,
  namedResourcesRule,
  awsPublicPrincipalRule,
  awsManagedPolicyRule,
  narrowRoleRule,
  publicMemberRule,
  noKeysRule,
  tagsRule,
  logRetentionRule,
  trafficRecordRule,
  auditTrailRule,
  versionedBucketRule,
  protectedDataRule,
] as const;

export type RuleId = (typeof rules)[number]['id'];
