// Who Spark's machines are on Google Cloud: workers of Dataproc, whose object rights end at their own bucket.
import type { DataGoogleProject } from '@cdktf/provider-google/lib/data-google-project/index.js';
import { ProjectIamMember } from '@cdktf/provider-google/lib/project-iam-member/index.js';
import { ServiceAccount } from '@cdktf/provider-google/lib/service-account/index.js';
import { StorageBucketIamMember } from '@cdktf/provider-google/lib/storage-bucket-iam-member/index.js';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';

interface Props {
  readonly accountId: string;
  readonly project: DataGoogleProject;
  readonly stagingBucket: string;
  readonly modelsBucket: string;
  readonly dependsOn: readonly ITerraformDependable[];
}

export class SparkIdentity extends Construct {
  readonly email: string;
  /** A cluster whose account may not work yet fails to start. */
  readonly grants: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: Props) {
    super(scope, id);
    const account = new ServiceAccount(this, 'account', {
      accountId: props.accountId,
      displayName: props.accountId,
      description: 'Machines of the clusters that evaluate models',
      dependsOn: [...props.dependsOn],
    });
    this.email = account.email;
    this.grants = [
      new ProjectIamMember(this, 'worker', {
        project: props.project.projectId,
        role: 'roles/dataproc.worker',
        member: account.member,
        condition: {
          title: 'objects of the staging bucket only',
          description: 'The role would read and write every object of the project, radiographs too',
          expression: onlyObjectsOf(props.stagingBucket),
        },
      }),
      new StorageBucketIamMember(this, 'models', {
        bucket: props.modelsBucket,
        role: 'roles/storage.objectViewer',
        member: account.member,
      }),
    ];
  }
}

const onlyObjectsOf = (bucket: string) =>
  [
    '(resource.type != "storage.googleapis.com/Bucket" && resource.type != "storage.googleapis.com/Object")',
    `resource.name == "projects/_/buckets/${bucket}"`,
    `resource.name.startsWith("projects/_/buckets/${bucket}/")`,
  ].join(' || ');
