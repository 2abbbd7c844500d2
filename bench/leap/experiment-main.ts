// `npm run experiment -- --backend lab|sim --out DIR`: kills a region before real caches and clients, or before simulated ones.
import { isInputError } from '../../fleet/errors.ts';
import { experimentArguments } from './experiment-arguments.ts';
import { closeLab, runLab } from './lab/run-lab.ts';
import { runSimulation } from './run-simulation.ts';

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void closeLab().finally(() => process.exit(130)));

try {
  const args = process.argv.slice(2);
  const asked = experimentArguments(args);
  const command = `npm run experiment -- ${args.join(' ')}`;
  console.log(
    asked.backend === 'lab'
      ? await runLab(asked.settings, asked.out, command)
      : runSimulation(asked.settings, asked.out, command),
  );
} catch (error) {
  if (!isInputError(error)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
