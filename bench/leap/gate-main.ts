// `npm run experiment:gate -- DIR [OTHER]`: the simulator, or another run of the lab, must say what the run in DIR has measured. Ends
// with 1 where it does not: the model is wrong, or the measurement cannot be repeated.
import { InputError } from '../../fleet/errors.ts';
import { runBench } from '../failover/run-bench.ts';
import { comparedRun, runAgainstRun } from './compared-run.ts';
import type { Comparison } from './gate.ts';

const lineOf =
  (against: string) =>
  ({ key, measured, simulated, passes }: Comparison): string =>
    [
      passes ? 'agrees ' : 'DIFFERS',
      `${key}: lab ${measured.meanSeconds.toFixed(2)} s`,
      `(standard error ${measured.standardErrorSeconds.toFixed(2)}, ${measured.users} users),`,
      `${against} ${simulated === null ? 'nothing' : `${simulated.meanSeconds.toFixed(2)} s`}`,
    ].join(' ');

function main([folder, other, ...more]: readonly string[]): void {
  if (folder === undefined || more.length > 0)
    throw new InputError('wrong-arguments', {
      found: folder === undefined ? 'No folder is named' : `"${more.join(' ')}" is too much`,
      why: 'The rows of one run are compared with what is simulated for it, or with those of another',
      remedy: 'Give the folder of a run, or of two: npm run experiment:gate -- DIR [OTHER]',
    });
  const comparisons = other === undefined ? comparedRun(folder) : runAgainstRun(folder, other);
  const against = other === undefined ? 'simulator' : 'other run';
  for (const line of comparisons.map(lineOf(against))) console.log(line);
  const differing = comparisons.filter(({ passes }) => !passes).length;
  console.log(`${comparisons.length - differing} agree, ${differing} differ`);
  if (differing > 0 || comparisons.length === 0) process.exitCode = 1;
}

await runBench(main);
