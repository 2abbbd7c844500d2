// How machines of ours are made on AWS: an encrypted disk, no key pair, metadata for itself only, and a program to run.
import { Fn } from 'cdktf';
import { DataAwsSsmParameter } from '@cdktf/provider-aws/lib/data-aws-ssm-parameter/index.js';
import { LaunchTemplate } from '@cdktf/provider-aws/lib/launch-template/index.js';
import { Construct } from 'constructs';
import type { Architecture } from '../instance-program.ts';
import { hardenedMachine } from './hardened-machine.ts';

interface Props {
  readonly name: string;
  readonly machine: string;
  readonly architecture: Architecture;
  readonly profileArn: string;
  readonly keyArn: string;
  readonly securityGroupIds: readonly string[];
  readonly userData: string;
  readonly tags: Readonly<Record<string, string>>;
}

const diskGiB = 40;
/** By AWS's names for the two architectures. */
const imageArchitectures: Readonly<Record<Architecture, string>> = {
  x64: 'x86_64',
  arm64: 'arm64',
};

export class MachineTemplate extends Construct {
  readonly template: LaunchTemplate;

  constructor(scope: Construct, id: string, props: Props) {
    super(scope, id);
    // The newest patched image of its kind; it brings the agent of Session Manager along.
    const image = new DataAwsSsmParameter(this, 'image', {
      name: `/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-${imageArchitectures[props.architecture]}`,
    });
    this.template = new LaunchTemplate(this, 'template', {
      ...hardenedMachine({
        name: props.name,
        diskGiB,
        diskKeyArn: props.keyArn,
        tags: props.tags,
      }),
      imageId: image.insecureValue,
      instanceType: props.machine,
      iamInstanceProfile: { arn: props.profileArn },
      vpcSecurityGroupIds: [...props.securityGroupIds],
      userData: Fn.base64encode(props.userData),
    });
  }
}
