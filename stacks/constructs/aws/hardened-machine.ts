// What every launch template of ours says: metadata for the machine itself only, no key pair, an encrypted disk, our tags.
import type { LaunchTemplateConfig } from '@cdktf/provider-aws/lib/launch-template/index.js';

interface Machine {
  readonly name: string;
  readonly diskGiB: number;
  /** Null: under EBS's own key, which a group may use without a grant. */
  readonly diskKeyArn: string | null;
  readonly tags: Readonly<Record<string, string>>;
}

export const hardenedMachine = ({
  name,
  diskGiB,
  diskKeyArn,
  tags,
}: Machine): LaunchTemplateConfig => ({
  name,
  updateDefaultVersion: true,
  ebsOptimized: 'true',
  // A hop limit of 1: what a container or a forwarded request asks for does not come back.
  metadataOptions: {
    httpEndpoint: 'enabled',
    httpTokens: 'required',
    httpPutResponseHopLimit: 1,
  },
  blockDeviceMappings: [
    {
      deviceName: '/dev/xvda',
      ebs: {
        volumeSize: diskGiB,
        volumeType: 'gp3',
        encrypted: 'true',
        ...(diskKeyArn === null ? {} : { kmsKeyId: diskKeyArn }),
        deleteOnTermination: 'true',
      },
    },
  ],
  monitoring: { enabled: true },
  // Default tags of the provider do not reach what a template makes later.
  tagSpecifications: ['instance', 'volume'].map((resourceType) => ({
    resourceType,
    tags: { ...tags, Name: name },
  })),
});
