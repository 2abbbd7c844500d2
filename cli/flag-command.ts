// `evenkeel flag raise | lower | list`: leaves a region by the data plane alone, with every controller and every API gone.
import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { httpsProber } from '../failover/adapters/https-prober.ts';
import { systemClock as clock } from '../failover/adapters/system-clock.ts';
import { builtFleet, readDeployment } from '../failover/deployment-file.ts';
import { parseDurationMs } from '../fleet/duration.ts';
import { fleetFor } from '../fleet/environments.ts';
import { InputError } from '../fleet/errors.ts';
import type { FlagNote } from '../fleet/flag.ts';
import { filePole, flagDirectory, flagsStanding, lowerFlag, raiseFlag } from '../local/flags.ts';
import type { FlagDesk, FlagPole } from '../local/flags.ts';
import { flagBucketOf } from '../stacks/flag-bucket.ts';
import { bucketPole } from './bucket-pole.ts';
import { findFleetBy } from './fleet-commands.ts';
import { table } from './table.ts';

const noteMsMax = 24 * 3_600_000;
/** Route 53 asks every 10 s and wants three answers in a row; resolvers then keep the old answer for its TTL. */
const effectText = 'Route 53 leads users away in about 30 s, and resolvers follow within a minute';

interface Place {
  readonly port?: string;
  readonly env: string;
  readonly deployment?: string;
}

interface RaiseOptions extends Place {
  readonly reason: string;
  readonly for: string;
}

export function addFlagCommand(program: Command): void {
  const flag = program
    .command('flag')
    .description('leave a region by the data plane alone: no controller and no DNS API is needed');
  placed(flag.command('raise <region>'))
    .description('lead a region’s users elsewhere until the flag is lowered')
    .requiredOption('--reason <text>', 'why, for whoever is on call next; anybody may read it')
    .option('--for <duration>', 'a note of how long it is meant to stand; it ends nothing', '1h')
    .action((region: string, options: RaiseOptions) =>
      withDesk(options, async (desk) => {
        const nowMs = Date.now();
        const { isNew, note } = await raiseFlag(desk, {
          region,
          reason: options.reason,
          actor: userInfo().username,
          raisedAt: new Date(nowMs).toISOString(),
          until: new Date(nowMs + parseDurationMs(options.for, noteMsMax)).toISOString(),
        });
        console.log(
          isNew
            ? `The flag of ${region} is raised. ${effectText}.\nIt stands until: evenkeel flag lower ${region}`
            : `The flag of ${region} was raised already: ${noteText(note)}. It stays as it is.`,
        );
      }),
    );
  placed(flag.command('lower <region>'))
    .description('take the flag down; users come back as the checks and the controllers see fit')
    .action((region: string, options: Place) =>
      withDesk(options, async (desk) => {
        const note = await lowerFlag(desk, region);
        console.log(
          note === null
            ? `No flag is raised over ${region}; nothing was done.`
            : `The flag of ${region} is lowered (it was ${noteText(note)}).`,
        );
      }),
    );
  placed(flag.command('list'))
    .description('which flags stand, since when and why')
    .action((options: Place) =>
      withDesk(options, async (desk) => {
        const rows = (await flagsStanding(desk)).map(({ region, note }) => [
          region,
          note === null ? 'lowered' : noteText(note),
        ]);
        console.log(table([['region', 'flag'], ...rows]));
      }),
    );
}

const placed = (command: Command): Command =>
  command
    .option('--env <name>', 'local, qa, preproduction or production', 'local')
    .option('--deployment <file>', 'failover.json of the built fleet (not for local)')
    .option('--port <port>', 'which local fleet');

const noteText = ({ actor, raisedAt, until, reason }: FlagNote) =>
  `raised ${raisedAt || 'at an unknown time'} by ${actor}: ${reason}${until === '' ? '' : `; meant to stand until ${until}`}`;

/** What a command works with; closed when it is done. */
async function withDesk(place: Place, work: (desk: FlagDesk) => Promise<void>): Promise<void> {
  const fleet = fleetFor(place.env);
  const { pole, deploymentFile, close } =
    fleet.environment === 'local' ? localPole(place) : deployedPole(place);
  const built = builtFleet(fleet, deploymentFile, readDeployment(deploymentFile));
  const prober = httpsProber({ fleet, ...built, golden: null, clock });
  try {
    await work({
      fleet,
      pole,
      answers: async (id) => {
        const region = fleet.regions.find((one) => one.id === id);
        return region !== undefined && (await prober.probe(region)).result.ok;
      },
    });
  } finally {
    await prober.close();
    close();
  }
}

interface OpenPole {
  readonly pole: FlagPole;
  readonly deploymentFile: string;
  readonly close: () => void;
}

function localPole({ port }: Place): OpenPole {
  const { directory, deploymentFile } = findFleetBy(port === undefined ? {} : { port });
  return { pole: filePole(flagDirectory(directory)), deploymentFile, close: () => undefined };
}

function deployedPole({ env, deployment }: Place): OpenPole {
  const { name, location } = flagBucketOf(fleetFor(env));
  if (deployment === undefined)
    throw new InputError('no-deployment', {
      found: '--deployment is missing',
      why: 'A flag is only raised while another region is seen to answer, and that file says where',
      remedy: `Name the failover.json of ${env}; in need, without any check: aws s3 cp /dev/null s3://${name}/flags/<region> --region ${location}`,
    });
  const pole = bucketPole({ name, location });
  return { pole, deploymentFile: deployment, close: () => pole.close() };
}
