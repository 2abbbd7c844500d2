// `npm run experiment:gate -- DIR`: the simulator must say what the lab has measured. Ends with 1 where it does not: the model is wrong.
import { InputError, isInputError } from '../../fleet/errors.ts';
import { comparedRun } from './compared-run.ts';
import type { Comparison } from './gate.ts';

const lineOf = (found: Comparison): string =>
  [
    found.isWithin ? 'agrees ' : 'DIFFERS',
    `${found.arm} at TTL ${found.ttlSeconds}, ${found.client}:`,
    `lab ${found.labSeconds.toFixed(2)} s (standard error ${found.standardErrorSeconds.toFixed(2)}, ${found.users} users),`,
    `simulator ${found.simulatedSeconds.toFixed(2)} s`,
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
  const differing = comparisons.filter(({ isWithin }) => !isWithin).length;
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
