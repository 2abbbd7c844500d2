// What a machine or a container may do to the one it runs on, and what may be slipped under it.
import { all, forTypes, rule, unless } from '../rule.ts';
import type { Judge } from '../rule.ts';
import { isAll, isBody, isSet, valuesAt } from '../stack-facts.ts';
import type { Body } from '../stack-facts.ts';

export const instanceMetadataRule = rule({
  id: 'instance-metadata',
  what: 'The credentials of a machine are given to programs on it that ask with a session token, and to nothing one hop further',
  why: 'A service that can be talked into fetching an address would otherwise hand out the credentials of its machine (IMDSv1)',
  remedy: 'Set http_tokens to "required" and http_put_response_hop_limit to 1',
  judges: forTypes(
    ['aws_launch_template', 'aws_instance'],
    all(
      unless('gives credentials without a session token', ({ body }) =>
        isAll(body, 'metadata_options.http_tokens', 'required'),
      ),
      unless('gives credentials further than to itself', ({ body }) =>
        isAll(body, 'metadata_options.http_put_response_hop_limit', 1),
      ),
    ),
  ),
});

const startsVerified = (...paths: readonly string[]): Judge =>
  unless('starts without checking what it starts', ({ body }) =>
    paths.every((path) => isAll(body, path, true)),
  );

export const verifiedBootRule = rule({
  id: 'verified-boot',
  what: 'Machines start only what is signed, and can prove it',
  why: 'What has got below the system survives every other measure',
  remedy: 'Turn on secure boot and the virtual TPM (shielded VM, trusted launch)',
  judges: {
    ...forTypes(
      [
        'google_compute_instance_template',
        'google_compute_region_instance_template',
        'google_compute_instance',
      ],
      startsVerified(
        'shielded_instance_config.enable_secure_boot',
        'shielded_instance_config.enable_vtpm',
        'shielded_instance_config.enable_integrity_monitoring',
      ),
    ),
    ...forTypes(
      ['azurerm_linux_virtual_machine', 'azurerm_linux_virtual_machine_scale_set'],
      startsVerified('secure_boot_enabled', 'vtpm_enabled'),
    ),
  },
});

function containersOf({ container_definitions: text }: Body): readonly Body[] {
  // Numbers are sometimes references, which stand unquoted in what is otherwise JSON.
  const json: unknown = JSON.parse(String(text).replaceAll(/(?<!["\w/:.-])\$\{[^}]*\}/g, '0'));
  return [json].flat().filter(isBody);
}

export const confinedContainerRule = rule({
  id: 'confined-container',
  what: 'Containers cannot change their own programs and have no rights over their host',
  why: 'Whoever takes over the program in one must find nothing to build on',
  remedy:
    'Set readonlyRootFilesystem, give it volumes for what it writes, and leave privileged out',
  judges: {
    aws_ecs_task_definition: ({ body }) =>
      containersOf(body).flatMap((container) => [
        ...(container['readonlyRootFilesystem'] === true
          ? []
          : [`has a container "${String(container['name'])}" that can overwrite its programs`]),
        ...(container['privileged'] === true
          ? [`has a container "${String(container['name'])}" with rights over its host`]
          : []),
      ]),
    aws_ecr_repository: all(
      unless('lets a tag be moved to another image', ({ body }) =>
        isAll(body, 'image_tag_mutability', 'IMMUTABLE'),
      ),
      unless('does not look for known weaknesses in what is pushed', ({ body }) =>
        isAll(body, 'image_scanning_configuration.scan_on_push', true),
      ),
    ),
    aws_lambda_function: unless('keeps secrets in its settings', ({ body }) =>
      valuesAt(body, 'environment.variables')
        .filter(isBody)
        .every((variables) => !Object.keys(variables).some((name) => isSecret(name, variables))),
    ),
  },
});

/** A name that says secret and a value that is no address of one. */
const isSecret = (name: string, variables: Body) =>
  /(SECRET|PASSWORD|TOKEN|PRIVATE_KEY)$/.test(name) &&
  isSet(variables, name) &&
  !/arn:|\$\{/.test(String(variables[name]));
