// Who a region's machines are on Google Cloud: an account without keys that may write logs and metrics, and what a bucket grants it.
import type { DataGoogleProject } from '@cdktf/provider-google/lib/data-google-project/index.js';
import { ProjectIamMember } from '@cdktf/provider-google/lib/project-iam-member/index.js';
import { ServiceAccount } from '@cdktf/provider-google/lib/service-account/index.js';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';

interface Props {
  readonly accountId: string;
  readonly description: string;
  readonly project: DataGoogleProject;
  /** Of the project as a whole: only for what has no narrower scope. */
  readonly projectRoles: readonly `roles/${string}`[];
  readonly dependsOn: readonly ITerraformDependable[];
}

export class MachineIdentity extends Construct {
  readonly email: string;
  /** As a member of IAM policies. */
  readonly member: string;

  constructor(scope: Construct, id: string, props: Props) {
    super(scope, id);
    const account = new ServiceAccount(this, 'account', {
      accountId: props.accountId,
      displayName: props.accountId,
      description: props.description,
      dependsOn: [...props.dependsOn],
    });
    this.email = account.email;
    this.member = account.member;
    for (const role of props.projectRoles)
      new ProjectIamMember(this, role.replace(/^roles\//, '').replaceAll('.', '-'), {
        project: props.project.projectId,
        role,
        member: account.member,
      });
  }
}
