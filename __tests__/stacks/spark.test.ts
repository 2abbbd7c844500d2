// The Spark twin on Google Cloud, as Terraform will read it.
import { App } from 'cdktf';
import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SparkStack } from '../../stacks/spark.ts';
import { belgium, production } from '../support/fleets.ts';
import '../support/provider-schema/to-match-provider-schema.ts';
import { theOnly, valueAt } from '../support/resources.ts';
import { resourcesOf, synthesizedStack } from '../support/synthesized.ts';

/** The place in the job's arguments that a parameter sets. */
const argumentAt = (parameter: unknown) =>
  Number(/args\[(\d+)\]$/.exec(String(valueAt(parameter, 'fields', 0)))?.[1]);

const region = production.regions.find(({ id }) => id === belgium)!;
const stack = synthesizedStack((app) => new SparkStack(app, production, region));
const cluster = valueAt(
  theOnly(stack, 'google_dataproc_workflow_template'),
  'placement',
  'managed_cluster',
  'config',
);

test('it has the structure the provider asks for', () => {
  expect(stack).toMatchProviderSchema();
});

test('it takes its network and its models from the region, by values carried over', () => {
  const { handoffs, id } = new SparkStack(new App(), production, region);
  expect(id).toBe('spark-gcp-belgium');
  expect(handoffs.map(({ from, output }) => `${from} ${output}`)).toEqual([
    'gcp-belgium network_name',
    'gcp-belgium subnetwork_name',
    'gcp-belgium models_bucket',
  ]);
});

test('a cluster has private addresses only, boots what is signed, and is encrypted with our key', () => {
  expect(valueAt(cluster, 'gce_cluster_config')).toMatchObject({
    internal_ip_only: true,
    shielded_instance_config: { enable_secure_boot: true },
  });
  expect(valueAt(cluster, 'encryption_config', 'gce_pd_kms_key_name')).toMatch(/kms_crypto_key/);
  expect(valueAt(cluster, 'endpoint_config', 'enable_http_port_access')).toBe(false);
});

test('it grows on spot machines, up to a limit, and a run that never ends is ended', () => {
  const growth = theOnly(stack, 'google_dataproc_autoscaling_policy');
  expect(valueAt(growth, 'secondary_worker_config')).toEqual({
    min_instances: 0,
    max_instances: region.instances.max,
  });
  expect(valueAt(cluster, 'secondary_worker_config', 'preemptibility')).toBe('SPOT');
  expect(theOnly(stack, 'google_dataproc_workflow_template')['dag_timeout']).toBe('14400s');
});

test('its machines touch objects of their own bucket, read models, and reach no radiographs', () => {
  const worker = theOnly(stack, 'google_project_iam_member');
  expect(worker['role']).toBe('roles/dataproc.worker');
  expect(valueAt(worker, 'condition', 'expression')).toMatch(
    /^\(resource\.type != "storage\.googleapis\.com\/Bucket" && resource\.type != "storage\.googleapis\.com\/Object"\) \|\| resource\.name == "projects\/_\/buckets\/\$\{google_storage_bucket\.staging\S+name\}" \|\| /,
  );
  expect(
    resourcesOf(stack, 'google_storage_bucket_iam_member').map(({ bucket, role }) => [
      bucket,
      role,
    ]),
  ).toEqual([['${var.gcp_belgium_models_bucket}', 'roles/storage.objectViewer']]);
});

test('machines of a cluster speak with each other and with nobody else', () => {
  const rule = theOnly(stack, 'google_compute_firewall');
  expect(rule['source_service_accounts']).toEqual(rule['target_service_accounts']);
  expect(rule).not.toHaveProperty('source_ranges');
});

test('a run chooses its program, data and result, each within a bucket where it may be', () => {
  const template = theOnly(stack, 'google_dataproc_workflow_template');
  const parameters = template['parameters'] as readonly unknown[];
  expect(
    parameters.map((one) => [
      valueAt(one, 'name'),
      String(valueAt(one, 'validation', 'regex', 'regexes', 0))
        .split('/', 3)
        .join('/'),
    ]),
  ).toEqual([
    ['PROGRAM', 'gs://${var.gcp_belgium_models_bucket}'],
    ['MODEL', '[a-z0-9-]{1,64}'],
    ['MANIFEST', 'gs://${var.gcp_belgium_models_bucket}'],
    ['INPUT', 'gs://${var.gcp_belgium_models_bucket}'],
    ['OUTPUT', expect.stringMatching(/^gs:\/\/\$\{google_storage_bucket\.staging/)],
  ]);
  // Each field it may set is the value of an option that the program has.
  const args = valueAt(template, 'jobs', 0, 'pyspark_job', 'args') as readonly string[];
  const options = args.filter((arg) => arg.startsWith('--'));
  expect(parameters.slice(1).map((one) => args[argumentAt(one) - 1])).toEqual(options.slice(0, 4));
  const program = ['evaluate.py', 'evenkeel_spark/program.py']
    .map((file) => readFileSync(join(__dirname, '../../models/spark', file), 'utf8'))
    .join('');
  for (const option of options) expect(program).toContain(`"${option}"`);
});
