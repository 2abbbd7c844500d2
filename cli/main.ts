// `evenkeel <verb>`: the composition root for people. Exit codes: 0 done, 1 failed or degraded, 2 mend the input.
import { Command } from 'commander';
import { isInputError, isTransientError } from '../fleet/errors.ts';
import { addAuthorityCommand } from './authority-command.ts';
import { addDrillCommand } from './drill-command.ts';
import { addFlagCommand } from './flag-command.ts';
import { addFleetCommands } from './fleet-commands.ts';
import { addGateCommands } from './gate-commands.ts';
import { addJournalCommands } from './journal-commands.ts';
import { addLearnCommand } from './learn-command.ts';
import { addModelCommands } from './model-commands.ts';
import { addOrderCommands } from './order-commands.ts';
import { addPredictCommand } from './predict-command.ts';
import { addRegistryCommands } from './registry-commands.ts';
import { addStrategyCommand } from './strategy-command.ts';
import { addUpCommand } from './up-command.ts';

const program = new Command('evenkeel')
  .description('Keeps a radiograph-reading service answering while whole cloud regions fail.')
  .showHelpAfterError('(evenkeel --help lists the verbs)')
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2));

addUpCommand(program);
addPredictCommand(program);
addStrategyCommand(program);
addFleetCommands(program);
addOrderCommands(program);
addJournalCommands(program);
addDrillCommand(program);
addFlagCommand(program);
addAuthorityCommand(program);
addModelCommands(program);
addRegistryCommands(program);
addGateCommands(program);
addLearnCommand(program);

// Who reads our output may stop early, as `| head` does. What was asked for is done all the same.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

try {
  await program.parseAsync();
} catch (error) {
  if (isInputError(error)) {
    console.error(`evenkeel: ${error.message}`);
    process.exitCode = 2;
  } else if (isTransientError(error)) {
    console.error(`evenkeel: ${error.message}`);
    process.exitCode = 1;
  } else {
    console.error('evenkeel: this is a bug, please report it with the lines below.');
    console.error(error);
    process.exitCode = 1;
  }
}
