// Container images of one region: a tag never changes its meaning, each is scanned, old ones go.
import { EcrLifecyclePolicy } from '@cdktf/provider-aws/lib/ecr-lifecycle-policy/index.js';
import { EcrRepository } from '@cdktf/provider-aws/lib/ecr-repository/index.js';
import { Construct } from 'constructs';
import type { Fleet, Region } from '../../../fleet/fleet.ts';
import { nameOf } from '../../names.ts';

interface Props {
  readonly fleet: Fleet;
  readonly region: Region;
  readonly keyArn: string;
}

/** One for each Dockerfile of release/images. */
const images = ['front', 'batch', 'spark', 'training'] as const;
const imagesKept = 20;

export class ImageRepositories extends Construct {
  /** By image. */
  readonly urls: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, { fleet, region, keyArn }: Props) {
    super(scope, id);
    this.urls = Object.fromEntries(
      images.map((image) => {
        const repository = new EcrRepository(this, image, {
          name: nameOf.aws(fleet, region.id, image),
          imageTagMutability: 'IMMUTABLE',
          imageScanningConfiguration: { scanOnPush: true },
          encryptionConfiguration: [{ encryptionType: 'KMS', kmsKey: keyArn }],
          forceDelete: !fleet.estate.protectsData,
        });
        new EcrLifecyclePolicy(this, `${image}-lifecycle`, {
          repository: repository.name,
          policy: JSON.stringify({
            rules: [
              {
                rulePriority: 1,
                description: 'keep the newest',
                selection: {
                  tagStatus: 'any',
                  countType: 'imageCountMoreThan',
                  countNumber: imagesKept,
                },
                action: { type: 'expire' },
              },
            ],
          }),
        });
        return [image, repository.repositoryUrl];
      }),
    );
  }
}
