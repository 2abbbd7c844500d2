// What we say when a port we were told to use is somebody else's.

import { InputError } from '../../fleet/errors.ts';

export const portTaken = (what: string, host: string, port: number, cause: unknown): InputError =>
  new InputError(
    'port-taken',
    {
      found: `${what} port ${port} on ${host} is in use`,
      why: 'Two servers cannot listen on one port, and guessing another would surprise whoever was told this one',
      remedy: 'Stop the other process, choose another port, or give 0 for any free one',
    },
    { cause },
  );
