// Spark on AWS: what may be asked for, what is started for it, and what the role that starts it may do.
import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { primaryOf } from '../../fleet/fleet.ts';
import { PipelinesStack } from '../../stacks/pipelines.ts';
import { actionsOf, rightsOf, unquoted } from '../support/aws-rights.ts';
import { production } from '../support/fleets.ts';
import { theOnly, valueAt } from '../support/resources.ts';
import { walk } from '../support/state-machine.ts';
import type { StateMachine } from '../support/state-machine.ts';
import { resourcesOf, synthesizedStack } from '../support/synthesized.ts';

const json = synthesizedStack((app) => new PipelinesStack(app, production, primaryOf(production)));
const resource = theOnly(json, 'aws_sfn_state_machine');
const machine = JSON.parse(unquoted(String(resource['definition']))) as StateMachine;
const rights = rightsOf(json, 'ek-prod-spark-submission');
const right = (sid: string) => rights.find(({ Sid }) => Sid === sid);

const models = 's3://${var.aws_paris_models_bucket}';
const asked = {
  program: 'evaluate',
  model: 'chest-pneumonia',
  manifest: 'evaluation/manifest.csv',
  root: 'evaluation',
};

const argumentsFor = (program: string) =>
  valueAt(
    walk(machine, { ...asked, program }).args,
    'JobDriver',
    'SparkSubmit',
    'EntryPointArguments',
  ) as readonly string[];

describe('a run', () => {
  test('starts the program that it names, with data and results below folders of the models bucket', () => {
    const { name, state, args } = walk(machine, asked);
    expect([name, state.Resource]).toEqual([
      'evaluate',
      'arn:aws:states:::emr-serverless:startJobRun.sync',
    ]);
    expect(valueAt(args, 'JobDriver', 'SparkSubmit')).toEqual({
      EntryPoint: `${models}/spark/evaluate.py`,
      EntryPointArguments: Object.entries({
        '--model': 'chest-pneumonia',
        '--manifest': `${models}/evaluation/manifest.csv`,
        '--root': `${models}/evaluation`,
        '--output': `${models}/evaluation-results/run-1`,
        '--release': '/opt/evenkeel',
      }).flat(),
      SparkSubmitParameters: expect.stringContaining(
        `--py-files ${models}/spark/evenkeel_spark.zip`,
      ),
    });
  });

  test('of a refit leaves its candidate where the job may write', () => {
    const { args } = walk(machine, { ...asked, program: 'refit', root: 'datasets/knees' });
    expect(valueAt(args, 'JobDriver', 'SparkSubmit', 'EntryPoint')).toBe(
      `${models}/spark/refit.py`,
    );
    const given = argumentsFor('refit');
    expect(given[given.indexOf('--candidates') + 1]).toBe(`${models}/evaluation-results/run-1`);
  });

  test.each(['evaluate', 'refit'])('of %s gives only options that the program has', (program) => {
    const source = [`${program}.py`, 'evenkeel_spark/program.py']
      .map((file) => readFileSync(join(__dirname, '../../models/spark', file), 'utf8'))
      .join('');
    const [known, required] = [/add_argument\("(--[a-z-]+)"/g, /"(--[a-z-]+)", required=True/g].map(
      (pattern) => [...source.matchAll(pattern)].map(([, option]) => option),
    );
    const given = argumentsFor(program).filter((_, at) => at % 2 === 0);
    expect(known).toEqual(expect.arrayContaining(given));
    expect(given).toEqual(expect.arrayContaining(required!));
  });

  test('is written into our log alone, and ended after four hours', () => {
    expect(walk(machine, asked).args).toMatchObject({
      ExecutionTimeoutMinutes: 240,
      ConfigurationOverrides: {
        MonitoringConfiguration: {
          CloudWatchLoggingConfiguration: { Enabled: true, LogStreamNamePrefix: 'run-1' },
          ManagedPersistenceMonitoringConfiguration: { Enabled: false },
        },
      },
    });
  });

  test('is tried again only where nothing has started', () => {
    const tasks = Object.values(machine.States).filter((state) => 'Retry' in state);
    expect(tasks).toHaveLength(2);
    for (const task of tasks)
      expect(task).toMatchObject({
        Retry: [{ ErrorEquals: ['EMRServerless.ThrottlingException'], MaxAttempts: 4 }],
      });
  });

  test.each(['evaluate', 'refit'])(
    'of %s that fails is reported without its arguments',
    (program) => {
      const [{ Next } = { Next: '' }] = walk(machine, { ...asked, program }).state.Catch ?? [];
      const failure = { Error: 'States.TaskFailed', Cause: '{"manifest":"evaluation/secret.csv"}' };
      const { args, state } = walk(machine, failure, Next);
      expect(args).toEqual({
        QueueUrl: expect.stringMatching(/aws_sqs_queue\.failures_\w+\.url/),
        MessageBody: { execution: expect.stringContaining('run-1'), error: 'States.TaskFailed' },
      });
      expect(walk(machine, failure, state.Next).state.Type).toBe('Fail');
    },
  );
});

describe('refused with a word on what to mend', () => {
  test.each([
    ['a program that does not exist', { program: 'train' }, '"program" must be evaluate or refit'],
    ['a program with more after its name', { program: 'refit.py' }, '"program" must be'],
    ['no program', { program: undefined }, '"program" must be'],
    ['a model by its path', { model: '/opt/other' }, '"model" must be'],
    ['no model', { model: undefined }, '"model" must be'],
    ['a whole address', { manifest: 's3://elsewhere/manifest.csv' }, '"manifest" must be'],
    ['a folder as the manifest', { manifest: 'evaluation' }, '"manifest" must be'],
    ['a manifest among the programs', { manifest: 'spark/evaluate.py' }, '"manifest" must be'],
    ['a way out of a folder', { root: 'evaluation/../spark' }, '"root" must be'],
    ['the whole bucket', { root: '' }, '"root" must be'],
    ['a folder that only begins alike', { root: 'evaluation-results/run-1' }, '"root" must be'],
    ['a list of folders', { root: ['datasets', 'evaluation'] }, '"root" must be'],
    ['an option that would be lost in silence', { split: 'val' }, 'Nothing may be given but'],
  ])('%s', (_what, change, cause) => {
    const { state } = walk(machine, { ...asked, ...change });
    expect(state).toMatchObject({ Type: 'Fail', Error: 'wrong-input' });
    expect(state.Cause).toContain(cause);
  });

  test('an empty input, and one that is no object', () => {
    for (const input of [{}, 'evaluate'])
      expect(walk(machine, input).state).toMatchObject({
        Type: 'Fail',
        Error: 'wrong-input',
      });
  });
});

test('executions are noted under our key and traced, without what they were given', () => {
  expect(resource).toMatchObject({
    logging_configuration: { level: 'ALL', include_execution_data: false },
    tracing_configuration: { enabled: true },
  });
  const log = resourcesOf(json, 'aws_cloudwatch_log_group').find(
    ({ name }) => name === '/aws/vendedlogs/states/ek-prod-spark-submission',
  );
  expect(log?.['kms_key_id']).toBe('${var.aws_paris_kms_key_arn}');
});

describe('its role', () => {
  test('is for Step Functions in this account alone', () => {
    const role = resourcesOf(json, 'aws_iam_role').find(
      ({ name }) => name === 'ek-prod-spark-submission',
    );
    expect(JSON.parse(unquoted(String(role?.['assume_role_policy'])))).toMatchObject({
      Statement: [
        {
          Principal: { Service: 'states.amazonaws.com' },
          Condition: {
            StringEquals: { 'aws:SourceAccount': expect.stringContaining('account_id') },
          },
        },
      ],
    });
  });

  test('may start jobs of one application, follow them, give them one role, and no more', () => {
    expect(
      actionsOf(rights)
        .filter((action) => !/^(logs|xray|kms):/.test(action))
        .sort(),
    ).toEqual([
      'emr-serverless:CancelJobRun',
      'emr-serverless:GetJobRun',
      'emr-serverless:StartJobRun',
      'events:DescribeRule',
      'events:PutRule',
      'events:PutTargets',
      'iam:PassRole',
      'sqs:SendMessage',
    ]);
    const application = String(right('StartJobs')?.Resource);
    expect(application).toMatch(/^\$\{aws_emrserverless_application\.spark_\w+\.arn\}$/);
    expect(right('FollowThem')?.Resource).toBe(`${application}/jobruns/*`);
    expect(right('GiveThemTheirRole')).toMatchObject({
      Resource: expect.stringMatching(/^\$\{aws_iam_role\.spark_role_\w+\.arn\}$/),
      Condition: { StringEquals: { 'iam:PassedToService': 'emr-serverless.amazonaws.com' } },
    });
    expect(right('HearHowTheyEnd')?.Resource).toMatch(
      /^arn:aws:events:eu-west-3:[^:]+:rule\/StepFunctionsGetEventsForEMRServerlessJobRule$/,
    );
  });

  test('may do nothing everywhere but what knows no resource: traces, and the delivery of logs', () => {
    const everywhere = rights.filter(({ Resource }) => [Resource].flat().includes('*'));
    expect(actionsOf(everywhere).every((action) => /^(xray|logs):/.test(action))).toBe(true);
    expect(actionsOf(everywhere).filter((action) => /^logs:(Put|Create)/.test(action))).toEqual([
      'logs:CreateLogDelivery',
      'logs:PutResourcePolicy',
    ]);
  });
});

test('the job may find the log that it is told to write into', () => {
  const job = rightsOf(json, 'ek-prod-spark');
  const group = String(
    valueAt(
      walk(machine, asked).args,
      'ConfigurationOverrides',
      'MonitoringConfiguration',
      'CloudWatchLoggingConfiguration',
      'LogGroupName',
    ),
  );
  expect(group).toMatch(/^\$\{aws_cloudwatch_log_group\.spark_log_\w+\.name\}$/);
  const arn = group.replace('.name}', '.arn}');
  expect(job.find(({ Sid }) => Sid === 'WriteTheLog')?.Resource).toEqual([arn, `${arn}:*`]);
  expect(job.find(({ Sid }) => Sid === 'FindTheLog')?.Action).toBe('logs:DescribeLogGroups');
});
