// `evenkeel authority init | issue`: the private authority by which the vantages of a deployed fleet know each other and operators.
import type { Command } from 'commander';
import { parseDurationMs } from '../fleet/duration.ts';
import { fleetFor } from '../fleet/environments.ts';
import { InputError } from '../fleet/errors.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { initAuthority, issueFrom } from '../local/authority-folder.ts';
import type { Issue } from '../local/authority-folder.ts';
import { vantageName } from '../stacks/vantage-name.ts';

const hourMs = 3_600_000;
const validityMsMax = 90 * 24 * hourMs;

interface AuthorityOptions {
  readonly env: string;
  readonly dir: string;
}

interface IssueOptions extends AuthorityOptions {
  readonly vantages?: true;
  readonly operator?: string;
  readonly monitor?: string;
  readonly for: string;
}

export function addAuthorityCommand(program: Command): void {
  const authority = program
    .command('authority')
    .description('the private authority of a deployed fleet (the local one makes its own)');
  placed(authority.command('init'))
    .description('make it; its key belongs where nobody can reach it, and on no machine')
    .action(async ({ env, dir }: AuthorityOptions) => {
      const file = await initAuthority(dir, fleetFor(env), Date.now());
      console.log(`${file} is the authority of ${env}. Keep its key offline.`);
    });
  placed(authority.command('issue'))
    .description('certificates for every vantage, for one operator or for the monitoring host')
    .option('--vantages', 'one for each vantage of the fleet')
    .option('--operator <name>', 'who will stand in the journal as having given an order')
    .option('--monitor <name>', 'may read metrics and nothing else')
    .option('--for <duration>', 'how long they hold, up to 2160h', '720h')
    .action(async (options: IssueOptions) => {
      const fleet = fleetFor(options.env);
      const forMs = parseDurationMs(options.for, validityMsMax);
      for (const wanted of wantedBy(fleet, options)) {
        const issue = { ...wanted, forMs };
        const { bundleFile, endsAt } = await issueFrom(options.dir, fleet, issue, Date.now());
        console.log(`${bundleFile}   ${issue.identity.role} until ${endsAt}`);
      }
    });
}

const placed = (command: Command): Command =>
  command
    .requiredOption('--env <name>', 'qa, preproduction or production')
    .requiredOption('--dir <folder>', 'where the authority is kept');

function wantedBy(
  fleet: Fleet,
  { vantages, operator, monitor }: IssueOptions,
): readonly Omit<Issue, 'forMs'>[] {
  const wanted = [
    ...(vantages === true ? fleet.vantages : []).map(({ id }) => ({
      identity: { role: 'vantage', name: id } as const,
      names: [vantageName(fleet, id)],
    })),
    ...(operator === undefined
      ? []
      : [{ identity: { role: 'operator', name: operator } as const, names: [] }]),
    ...(monitor === undefined
      ? []
      : [{ identity: { role: 'monitor', name: monitor } as const, names: [] }]),
  ];
  if (wanted.length > 0) return wanted;
  throw new InputError('nobody-named', {
    found: 'Nobody is named',
    why: 'A certificate says who somebody is',
    remedy: 'Add --vantages, --operator NAME or --monitor NAME',
  });
}
