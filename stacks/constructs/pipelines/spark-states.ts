// What a run on Spark does on AWS: its input is checked, one program runs as a job, and a job that fails is reported.
import { sparkFolders } from './spark-application.ts';

export interface SparkStateNames {
  readonly applicationId: string;
  /** The role that jobs run with. */
  readonly jobRoleArn: string;
  readonly jobLog: string;
  readonly modelsBucket: string;
  readonly failuresUrl: string;
}

/** Longest run by far; the job is cancelled then. */
const runMinutesMax = 4 * 60;
/** For an application that has to start first, or is full. */
const queueMinutesMax = 30;

/** Where the image `spark` has the release (release/images). */
const release = '/opt/evenkeel';

const inputFolder = `(${sparkFolders.inputs.join('|')})`;
/** No part of a path begins with a dot, so that none leads out of its folder, and none is empty. */
const below = '(/[0-9A-Za-z_-][0-9A-Za-z_.-]*)';
const inputFolders = sparkFolders.inputs.map((folder) => `${folder}/`).join(' or ');

/** What a run chooses, and nothing else: keys rather than addresses, so that each lies in the bucket where it may. */
const fields = {
  model: {
    form: /^[a-z0-9-]{1,64}$/,
    wanted: 'the name of a model in the release, e.g. chest-pneumonia',
  },
  manifest: {
    form: new RegExp(`^${inputFolder}${below}+$`),
    wanted: `the key of a CSV file below ${inputFolders} of the models bucket`,
  },
  root: {
    form: new RegExp(`^${inputFolder}${below}*$`),
    wanted: `the folder of the pictures: ${sparkFolders.inputs.join(', ')} or one below, without a slash at its end`,
  },
} as const satisfies Readonly<Record<string, { readonly form: RegExp; readonly wanted: string }>>;

const programs = ['evaluate', 'refit'] as const;
const known = ['program', ...Object.keys(fields)];

/** JSONata, in words that mean the same in JavaScript: so the tests can run it. */
const expression = (text: string) => `{% ${text} %}`;
const input = (field: string) => `$states.input.${field}`;
const hasForm = (field: string, form: RegExp) =>
  `$exists($match($string(${input(field)}), ${String(form)}))`;
const joined = (start: string, end: string) => expression(`$join(["${start}", ${end}])`);
const run = '$states.context.Execution.Name';

export const sparkStates = (names: SparkStateNames): object => ({
  Comment: 'Runs one program on Spark',
  QueryLanguage: 'JSONata',
  StartAt: 'check',
  States: {
    check: {
      Type: 'Choice',
      Choices: [
        ...Object.entries(fields).map(([field, { form }]) => ({
          Condition: expression(`$not(${hasForm(field, form)})`),
          Next: `refuse ${field}`,
        })),
        {
          Condition: expression(`$count($keys($states.input)) > ${known.length}`),
          Next: 'refuse others',
        },
        ...programs.map((program) => ({
          Condition: expression(hasForm('program', new RegExp(`^${program}$`))),
          Next: program,
        })),
      ],
      Default: 'refuse program',
    },
    'refuse program': refusal(`"program" must be ${programs.join(' or ')}`),
    'refuse others': refusal(`Nothing may be given but ${known.join(', ')}`),
    ...Object.fromEntries(
      Object.entries(fields).map(([field, { wanted }]) => [
        `refuse ${field}`,
        refusal(`"${field}" must be ${wanted}`),
      ]),
    ),
    ...Object.fromEntries(programs.map((program) => [program, job(names, program)])),
    report: {
      Type: 'Task',
      Resource: 'arn:aws:states:::sqs:sendMessage',
      Arguments: {
        QueueUrl: names.failuresUrl,
        // Not the cause: it repeats the arguments, which are for those who may look into the run.
        MessageBody: {
          execution: expression('$states.context.Execution.Id'),
          error: expression(input('Error')),
        },
      },
      Output: expression('$states.input'),
      Next: 'failed',
    },
    failed: {
      Type: 'Fail',
      Error: expression(input('Error')),
      Cause: `What the job said is in the log group ${names.jobLog}, in streams that begin with the name of this run`,
    },
  },
});

const refusal = (cause: string) => ({ Type: 'Fail', Error: 'wrong-input', Cause: cause });

function job(names: SparkStateNames, program: (typeof programs)[number]): object {
  const { modelsBucket } = names;
  const models = `s3://${modelsBucket}/`;
  const code = `${models}${sparkFolders.programs}`;
  const results = joined(`${models}${sparkFolders.results}/`, run);
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::emr-serverless:startJobRun.sync',
    Arguments: {
      ApplicationId: names.applicationId,
      ExecutionRoleArn: names.jobRoleArn,
      Name: expression(run),
      ExecutionTimeoutMinutes: runMinutesMax,
      JobDriver: {
        SparkSubmit: {
          EntryPoint: `${code}/${program}.py`,
          EntryPointArguments: Object.entries({
            '--model': expression(`$string(${input('model')})`),
            '--manifest': joined(models, input('manifest')),
            '--root': joined(models, input('root')),
            '--output': results,
            '--release': release,
            // Beside what executors write: the job may write nowhere else.
            ...(program === 'refit' ? { '--candidates': results } : {}),
          }).flat(),
          SparkSubmitParameters: `--py-files ${code}/evenkeel_spark.zip --conf spark.sql.files.openCostInBytes=524288`,
        },
      },
      ConfigurationOverrides: { MonitoringConfiguration: logging(names.jobLog) },
    },
    TimeoutSeconds: (runMinutesMax + queueMinutesMax) * 60,
    // Nothing has started then; whatever else went wrong would go wrong again, for hours.
    Retry: [
      {
        ErrorEquals: ['EMRServerless.ThrottlingException'],
        IntervalSeconds: 5,
        BackoffRate: 2,
        MaxAttempts: 4,
        JitterStrategy: 'FULL',
      },
    ],
    Catch: [
      { ErrorEquals: ['States.ALL'], Output: expression('$states.errorOutput'), Next: 'report' },
    ],
    End: true,
  };
}

/** In our log alone: the service's own copy would be under a key that is not ours, and refusals can name a patient. */
const logging = (jobLog: string) => ({
  CloudWatchLoggingConfiguration: {
    Enabled: true,
    LogGroupName: jobLog,
    LogStreamNamePrefix: expression(run),
  },
  ManagedPersistenceMonitoringConfiguration: { Enabled: false },
});
