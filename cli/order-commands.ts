// `evenkeel drain | restore | freeze | unfreeze | gate`: the orders people give. Each says why, and ends by itself.
import type { Command } from 'commander';
import type { Command as Ordered } from '../failover/core/command.ts';
import { parseDurationMs } from '../fleet/duration.ts';
import { InputError } from '../fleet/errors.ts';
import { giveOrder } from '../local/vantage-client.ts';
import { findFleetBy } from './fleet-commands.ts';
import type { FleetOption } from './fleet-commands.ts';

const orderMsMax = 30 * 60_000;

interface OrderOptions extends FleetOption {
  readonly reason: string;
  readonly for: string;
}

type EndingOptions = Omit<OrderOptions, 'for'>;

export function addOrderCommands(program: Command): void {
  const verb = (usage: string, description: string) =>
    program.command(usage).description(description).option('--port <port>', 'which fleet');
  const lasting = (usage: string, description: string) =>
    verb(usage, description)
      .requiredOption('--reason <text>', 'why, for whoever is on call next')
      .option('--for <duration>', 'when it ends by itself', '30m');
  const ending = (usage: string, description: string) =>
    verb(usage, description).option('--reason <text>', 'why', 'ended by hand');

  lasting('drain <region>', 'send a region’s users elsewhere for a while').action(
    async (region: string, options: OrderOptions) => {
      await order(options, { kind: 'drain', region });
      console.log(
        `${region} is being drained for ${options.for}; evenkeel restore ${region} ends it sooner.`,
      );
    },
  );
  ending('restore <region>', 'end a drain; the region returns in stages').action(
    async (region: string, options: EndingOptions) => {
      await order(options, { kind: 'restore', region });
      console.log(`${region} returns in stages; evenkeel status shows them.`);
    },
  );
  lasting('freeze', 'keep the zone as it is; only dead regions are left').action(
    async (options: OrderOptions) => {
      await order(options, { kind: 'freeze' });
      console.log(`The zone is frozen for ${options.for}; evenkeel unfreeze ends it sooner.`);
    },
  );
  ending('unfreeze', 'end a freeze').action(async (options: EndingOptions) => {
    await order(options, { kind: 'unfreeze' });
    console.log('The zone may be changed again.');
  });
  lasting('gate <name> <on|off>', 'switch a gate of the safety rules for a while').action(
    async (gate: string, position: string, options: OrderOptions) => {
      await order(options, { kind: kindOf(position), gate });
      console.log(`Gate ${gate} is ${position} for ${options.for}.`);
    },
  );
}

/** An order that ends another has no duration of its own. */
function order(options: EndingOptions & { readonly for?: string }, command: Ordered<string>) {
  const forMs = options.for === undefined ? 0 : parseDurationMs(options.for, orderMsMax);
  return giveOrder(findFleetBy(options), { ...command, reason: options.reason, forMs });
}

function kindOf(position: string): 'gate-on' | 'gate-off' {
  if (position === 'on' || position === 'off') return `gate-${position}`;
  throw new InputError('wrong-position', {
    found: `A gate cannot be "${position}"`,
    why: 'It is a switch',
    remedy: 'Write on or off, for example: evenkeel gate returns off --reason "release"',
  });
}
