// `evenkeel strategy show | set`: what a fleet's users are told besides their region's own addresses, and another way of it.
import type { Command } from 'commander';
import { strickenStages } from '../failover/leap/stricken.ts';
import { aliveFirstShare } from '../failover/leap/published.ts';
import { fleetFor } from '../fleet/environments.ts';
import { InputError, TransientError } from '../fleet/errors.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { parseStrategyOf, strategyText } from '../fleet/strategy-text.ts';
import { askControl } from '../local/control.ts';
import { vantageStatuses } from '../local/vantage-client.ts';
import { findFleetBy } from './fleet-commands.ts';
import type { FleetOption } from './fleet-commands.ts';
import { table } from './table.ts';

interface StrategyOptions extends FleetOption {
  readonly env?: string;
}

export function addStrategyCommand(program: Command): void {
  const strategy = program
    .command('strategy')
    .description('what users are told besides their region’s own addresses');
  const verb = (usage: string, description: string) =>
    strategy
      .command(usage)
      .description(description)
      .option('--env <name>', 'the fleet of an environment, instead of one that runs here')
      .option('--port <port>', 'which of the fleets that run here');
  verb('show', 'the strategy, and what it publishes for each region').action(
    async (options: StrategyOptions) => console.log(shownText(await shownFleet(options))),
  );
  verb('set <strategy>', 'another one for a fleet that runs here, for example hedge:1:1').action(
    async (text: string, { env, ...running }: StrategyOptions) => {
      const wanted = parseStrategyOf(fleetFor(env ?? 'local'), text);
      if (env !== undefined) throw notHere(env, text);
      await askControl(findFleetBy(running), 'POST', '/strategy', { strategy: text });
      console.log(
        `Every vantage has been started anew with ${strategyText(wanted)}; the zone follows when it has been quiet for a step. evenkeel strategy show tells what stands.`,
      );
    },
  );
}

const notHere = (env: string, text: string) =>
  new InputError('not-here', {
    found: `The strategy of ${fleetFor(env).environment} is not set from here`,
    why: 'Terraform and three controllers plan the same records from the fleet: one of them alone would be undone by the others',
    remedy: `See what it would mean (evenkeel predict --env ${env} --strategy ${text} --region <id>), change \`strategy\` in fleet/environments.ts, and deploy`,
  });

async function shownFleet({ env, ...running }: StrategyOptions): Promise<Fleet> {
  if (env !== undefined) return fleetFor(env);
  const statuses = await vantageStatuses(findFleetBy(running));
  const told = statuses.flatMap(({ vantage, status }) =>
    status === null ? [] : [{ vantage, strategy: status.strategy }],
  );
  const [first] = told;
  if (first === undefined)
    throw new TransientError('no-vantage', {
      found: 'No vantage answers',
      why: 'The strategy of a running fleet is that of its controllers',
      remedy: 'Try again in a few seconds, or name an environment with --env',
    });
  const others = told.filter((t) => strategyText(t.strategy) !== strategyText(first.strategy));
  for (const { vantage, strategy } of others)
    console.log(`${vantage} still has ${strategyText(strategy)}.`);
  return { ...fleetFor('local'), strategy: first.strategy };
}

function shownText(fleet: Fleet): string {
  const rows = fleet.regions.map((region) => {
    const [peace] = strickenStages(fleet, region, { rewrittenAtMs: null });
    const share = aliveFirstShare(peace);
    return [
      region.id,
      String(region.addressCount),
      region.standby[0] ?? '-',
      `${region.answerTtlSeconds} s`,
      `${(100 * share).toFixed(1)} %`,
    ];
  });
  return [
    `${fleet.zone} (${fleet.environment}): strategy ${strategyText(fleet.strategy)}`,
    '',
    table([['region', 'addresses', 'standby', 'TTL', 'begins with the standby'], ...rows]),
    '',
    'That share of a region’s traffic crosses regions in peace, and that share of its users need no rewrite when it dies.',
  ].join('\n');
}
