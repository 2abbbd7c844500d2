// The fleet becomes Terraform: `npm run synth` for all environments, `npm run synth -- --env qa` for one; cdktf runs this too.
import { isInputError } from './fleet/errors.ts';
import { fleetFor } from './fleet/environments.ts';
import { costLine } from './stacks/cost/budget.ts';
import { synthesisFrom } from './stacks/synthesis-settings.ts';
import { synthesize } from './stacks/synthesize.ts';

// cdktf writes out a stack trace for each of some thousand references, and nobody reads one of them.
Error.prepareStackTrace = () => '';

try {
  for (const { environment, outdir } of synthesisFrom(process.argv.slice(2), process.env)) {
    const fleet = fleetFor(environment);
    const { stacks } = synthesize(fleet, outdir);
    console.log(`${environment}: ${stacks.length} stacks in ${outdir}; ${costLine(fleet)}`);
  }
} catch (error) {
  // A trace is written out when it is first read, so an error's own is whole.
  Reflect.deleteProperty(Error, 'prepareStackTrace');
  if (!isInputError(error)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
