// Points one synthesized stack at the emulator through an override file beside it: the stack's own JSON stays as it is.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface StackJson {
  readonly provider?: { readonly aws?: readonly { readonly alias?: string }[] };
  readonly terraform: { readonly backend: { readonly s3: Readonly<Record<string, unknown>> } };
}

/** Buckets are folders of one host here, not host names, and there is no account to verify keys with. */
const provider = {
  s3_use_path_style: true,
  skip_credentials_validation: true,
  skip_metadata_api_check: 'true',
};
const backend = {
  use_path_style: true,
  skip_credentials_validation: true,
  skip_metadata_api_check: true,
};

/**
 * Terraform merges an override's provider blocks by alias and replaces a backend as a whole
 * (https://developer.hashicorp.com/terraform/language/files/override), so the state goes to the emulator's S3: its bucket,
 * its lock and its migration are the ones that are deployed.
 */
export function emulate(stackFolder: string): void {
  const text = readFileSync(join(stackFolder, 'cdk.tf.json'), 'utf8');
  const json = JSON.parse(text) as StackJson;
  const override = {
    provider: {
      aws: (json.provider?.aws ?? []).map(({ alias }) => ({
        ...(alias === undefined ? {} : { alias }),
        ...provider,
      })),
    },
    terraform: { backend: { s3: { ...json.terraform.backend.s3, ...backend } } },
  };
  const file = join(stackFolder, 'emulator_override.tf.json');
  writeFileSync(file, JSON.stringify(override, null, 2));
}
