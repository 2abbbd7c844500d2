// `npm run experiment -- --backend lab|sim --out DIR`: kills a region before real caches and clients, or before simulated ones.
import { runBench } from '../failover/run-bench.ts';
import { experimentArguments } from './experiment-arguments.ts';
import { closeLab, runLab } from './lab/run-lab.ts';
import { runSimulation } from './run-simulation.ts';

async function main(args: readonly string[]): Promise<void> {
  const asked = experimentArguments(args);
  const command = `npm run experiment -- ${args.join(' ')}`;
  console.log(
    asked.backend === 'lab'
      ? await runLab(asked.settings, asked.out, command)
      : runSimulation(asked.settings, asked.out, command),
  );
}

await runBench(main, closeLab);
