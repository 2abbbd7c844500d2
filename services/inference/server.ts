// The service as a process: settings from the environment, a drain on SIGTERM or SIGINT, exit code 1 when it came too late.
import { isInputError } from '../../fleet/errors.ts';
import { settingsFrom } from '../settings.ts';
import { serve } from './serve.ts';

try {
  const starting = serve(settingsFrom(process.env));
  const end = async () => {
    const service = await starting;
    process.exit((await service.drain()) === 'drained' ? 0 : 1);
  };
  // Before anything listens: an instance may be told to go while it is still coming.
  process.once('SIGTERM', () => void end());
  process.once('SIGINT', () => void end());
  await starting;
} catch (error) {
  if (!isInputError(error)) throw error;
  console.error(error.message);
  process.exit(2);
}
