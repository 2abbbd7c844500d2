// `npm run train:native [-- --python FILE]`: makes trainings use TensorFlow. Exit code 2 where something is missing.
import { Command } from 'commander';
import { isInputError } from '../../../fleet/errors.ts';
import { addonParts, buildAddon } from './addon.ts';

const program = new Command('train:native')
  .description('builds the native addon of TensorFlow.js against an installed TensorFlow wheel')
  .option('--python <file>', 'interpreter whose environment holds the wheel', 'python3')
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2));

program.parse();
const { python } = program.opts<{ readonly python: string }>();
try {
  const parts = await addonParts(python);
  console.error(`against ${parts.tensorflow}`);
  console.log(await buildAddon(parts));
} catch (error) {
  if (!isInputError(error)) throw error;
  console.error(`train:native: ${error.message}`);
  process.exitCode = 2;
}
