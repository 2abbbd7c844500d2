// `npm run experiment:gate -- DIR`: the simulator must say what the lab has measured. Ends with 1 where it does not: the model is wrong.
import { InputError, isInputError } from '../../fleet/errors.ts';
import { comparedRun } from './compared-run.ts';
import type { Comparison } from './gate.ts';

const lineOf = ({ key, measured, simulated, passes }: Comparison): string =>
  [
    passes ? 'agrees ' : 'DIFFERS',
    `${key}: lab ${measured.meanSeconds.toFixed(2)} s`,
    `(standard error ${measured.standardErrorSeconds.toFixed(2)}, ${measured.users} users),`,
    `simulator ${simulated === null ? 'nothing' : `${simulated.meanSeconds.toFixed(2)} s`}`,
  ].join(' ');

function main([folder, ...more]: readonly string[]): void {
  if (folder === undefined || more.length > 0)
    throw new InputError('wrong-arguments', {
      found: folder === undefined ? 'No folder is named' : `"${more.join(' ')}" is too much`,
      why: 'The rows of one run are compared with what is simulated for it',
      remedy: 'Give the folder of a run: npm run experiment:gate -- DIR',
    });
  const comparisons = comparedRun(folder);
  for (const found of comparisons) console.log(lineOf(found));
  const differing = comparisons.filter(({ passes }) => !passes).length;
  console.log(`${comparisons.length - differing} agree, ${differing} differ`);
  if (differing > 0) process.exitCode = 1;
}

try {
  main(process.argv.slice(2));
} catch (error) {
  if (!isInputError(error)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
