// What a person is told when the operating system refuses an address or a port.
import { InputError } from '../fleet/errors.ts';

/** Turns the operating system's refusal to listen into what was found, why it matters, and what to do. */
export function cannotListen(error: NodeJS.ErrnoException, host: string, port: number): Error {
  if (error.code === 'EADDRINUSE')
    return new InputError('port-taken', {
      found: `Port ${port} on ${host} is in use by another program`,
      why: 'The fleet needs it to listen on',
      remedy: `Stop that program, or choose another port with --port (npm start -- --port ${port + 1})`,
    });
  if (error.code === 'EACCES')
    return new InputError('port-forbidden', {
      found: `Port ${port} on ${host} may not be used by this account`,
      why: 'Ports below 1024 belong to the administrator',
      remedy: 'Choose a port above 1023 with --port',
    });
  if (error.code === 'EADDRNOTAVAIL')
    return new InputError('no-loopback-address', {
      found: `This machine has no loopback address ${host}`,
      why: 'Each local region answers on an address of its own, so that DNS can tell them apart',
      remedy: `Add it (macOS: sudo ifconfig lo0 alias ${host}), or run Evenkeel on Linux, where all of 127.0.0.0/8 is there`,
    });
  return error;
}
