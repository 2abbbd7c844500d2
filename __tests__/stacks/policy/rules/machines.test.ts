import { expect, test } from '@jest/globals';
import {
  confinedContainerRule,
  instanceMetadataRule,
  verifiedBootRule,
} from '../../../../stacks/policy/rules/machines.ts';
import { findings } from '../../../support/policy-facts.ts';

const template = (options: object) => ({
  aws_launch_template: { a: { metadata_options: options } },
});

test('credentials of a machine need a session token and stay on it', () => {
  expect(
    findings(
      instanceMetadataRule,
      template({ http_tokens: 'required', http_put_response_hop_limit: 1 }),
    ),
  ).toEqual([]);
  expect(
    findings(
      instanceMetadataRule,
      template({ http_tokens: 'optional', http_put_response_hop_limit: 1 }),
    ),
  ).toEqual(['a: gives credentials without a session token']);
  expect(
    findings(
      instanceMetadataRule,
      template({ http_tokens: 'required', http_put_response_hop_limit: 2 }),
    ),
  ).toEqual(['a: gives credentials further than to itself']);
  expect(findings(instanceMetadataRule, { aws_instance: { a: {} } })).toHaveLength(2);
});

test('machines check what they start', () => {
  const shielded = {
    enable_secure_boot: true,
    enable_vtpm: true,
    enable_integrity_monitoring: true,
  };
  expect(
    findings(verifiedBootRule, {
      google_compute_instance_template: { a: { shielded_instance_config: shielded } },
      azurerm_linux_virtual_machine_scale_set: {
        a: { secure_boot_enabled: true, vtpm_enabled: true },
      },
    }),
  ).toEqual([]);
  expect(
    findings(verifiedBootRule, {
      google_compute_instance: {
        a: { shielded_instance_config: { ...shielded, enable_secure_boot: false } },
      },
      azurerm_linux_virtual_machine: { b: { secure_boot_enabled: true } },
    }),
  ).toEqual([
    'a: starts without checking what it starts',
    'b: starts without checking what it starts',
  ]);
});

test('containers cannot change themselves or their host', () => {
  const task = (container: object) => ({
    aws_ecs_task_definition: {
      a: { container_definitions: JSON.stringify([{ name: 'batch', ...container }]) },
    },
  });
  expect(
    findings(confinedContainerRule, task({ readonlyRootFilesystem: true, image: '${x}:1' })),
  ).toEqual([]);
  expect(findings(confinedContainerRule, task({}))).toEqual([
    'a: has a container "batch" that can overwrite its programs',
  ]);
  expect(
    findings(confinedContainerRule, task({ readonlyRootFilesystem: true, privileged: true })),
  ).toEqual(['a: has a container "batch" with rights over its host']);
});

test('images are fixed to their tags and looked through', () => {
  const scanned = {
    image_tag_mutability: 'IMMUTABLE',
    image_scanning_configuration: { scan_on_push: true },
  };
  expect(findings(confinedContainerRule, { aws_ecr_repository: { a: scanned } })).toEqual([]);
  expect(findings(confinedContainerRule, { aws_ecr_repository: { a: {} } })).toHaveLength(2);
});

test('a function has no secret among its settings, only where to find it', () => {
  const withVariables = (variables: object) => ({
    aws_lambda_function: { a: { environment: [{ variables }] } },
  });
  expect(
    findings(confinedContainerRule, withVariables({ API_TOKEN: 'arn:aws:secretsmanager:x' })),
  ).toEqual([]);
  expect(findings(confinedContainerRule, withVariables({ API_TOKEN: 'hunter2' }))).toHaveLength(1);
});
