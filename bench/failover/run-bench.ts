// Runs a bench from its command line to its end, and closes what it opened, however it ends.
import { isInputError } from '../../fleet/errors.ts';

const interrupted = 130;
const refused = 2;

export async function runBench(
  measure: (args: readonly string[]) => void | Promise<void>,
  closeAll: () => Promise<unknown> = () => Promise.resolve(),
): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void closeAll().finally(() => process.exit(interrupted)));
  try {
    await measure(process.argv.slice(2));
  } catch (error) {
    if (!isInputError(error)) throw error;
    console.error(error.message);
    process.exitCode = refused;
  } finally {
    await closeAll();
  }
}
