// The fleet becomes Terraform: `npm run synth` for all environments, `npm run synth -- --env qa` for one; cdktf runs this too.
import { isInputError } from './fleet/errors.ts';
import { fleetFor } from './fleet/environments.ts';
import { costLine } from './stacks/cost/budget.ts';
import { synthesisFrom } from './stacks/synthesis-settings.ts';
import { synthesize } from './stacks/synthesize.ts';

// cdktf takes a stack trace for each of some thousand references; mapping them back to TypeScript takes a quarter of the time.
process.setSourceMapsEnabled(false);

try {
  for (const { environment, outdir } of synthesisFrom(process.argv.slice(2), process.env)) {
    const fleet = fleetFor(environment);
    const { stacks } = synthesize(fleet, outdir);
    console.log(`${environment}: ${stacks.length} stacks in ${outdir}; ${costLine(fleet)}`);
  }
} catch (error) {
  if (!isInputError(error)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
