// Images by digest, never by tag, and which services of AWS may fetch those that no role of ours fetches.
import { EcrRepositoryPolicy } from '@cdktf/provider-aws/lib/ecr-repository-policy/index.js';
import { TerraformLocal } from 'cdktf';
import { Construct } from 'constructs';
import type { FleetStack } from '../../fleet-stack.ts';
import { repositoryOf } from './pipeline-place.ts';
import type { Image, PipelinePlace } from './pipeline-place.ts';

/** `<repository>@sha256:...`; the digest is a parameter of the stack, so that the same plan always means the same program. */
export function imageUri(stack: FleetStack, { region }: PipelinePlace, image: Image): string {
  const repository = stack.receiveMember(
    region.id,
    'repository_urls',
    image,
    'Where container images are pushed',
  );
  const name = `${image}_image_digest`;
  const digest = stack.parameter(name, {
    type: 'string',
    description: `Digest of the image "${image}" to run, as \`docker push\` prints it`,
    validation: {
      condition: `can(regex("^sha256:[0-9a-f]{64}$", var.${name}))`,
      errorMessage: `${name} must look like sha256: and 64 hexadecimal digits.`,
    },
  });
  // A name for it, because the quotation marks of the expression would break the JSON that it is put into.
  return new TerraformLocal(stack, `${image}-image-uri`, `${repository}@${digest.stringValue}`)
    .asString;
}

const readImages = [
  'ecr:BatchGetImage',
  'ecr:GetDownloadUrlForLayer',
  'ecr:BatchCheckLayerAvailability',
] as const;

/** Lambda and EMR fetch images as themselves; the account's own roles need no such policy. */
export class ImageAccess extends Construct {
  readonly policy: EcrRepositoryPolicy;

  constructor(
    scope: Construct,
    id: string,
    props: { readonly place: PipelinePlace; readonly image: Image; readonly service: string },
  ) {
    super(scope, id);
    const { place, image, service } = props;
    this.policy = new EcrRepositoryPolicy(this, 'policy', {
      repository: repositoryOf(place, image),
      policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'FetchTheImage',
            Effect: 'Allow',
            Principal: { Service: service },
            Action: readImages,
            Condition: { StringEquals: { 'aws:SourceAccount': place.accountId } },
          },
        ],
      }),
    });
  }
}
