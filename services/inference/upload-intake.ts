// Takes in uploads, from the API and from the pages alike, no more at once than memory allows.
import type { FastifyRequest } from 'fastify';
import { TransientError } from '../../fleet/errors.ts';
import { readUploadForm } from './upload-form.ts';
import type { UploadForm } from './upload-form.ts';

export interface IntakeLimits {
  readonly fileBytesMax: number;
  /** Each is held in memory from its first byte until it is read: uploadsMax * fileBytesMax bounds them all. */
  readonly uploadsMax: number;
}

/** Hands the uploaded form to `use`. `TransientError` 'queue-full' when too many are under way. */
export type UploadIntake = <T>(
  request: FastifyRequest,
  use: (form: UploadForm) => Promise<T>,
) => Promise<T>;

export function uploadIntake({ fileBytesMax, uploadsMax }: IntakeLimits): UploadIntake {
  let uploads = 0;
  return async (request, use) => {
    if (uploads >= uploadsMax) throw tooManyUploads(uploadsMax);
    uploads += 1;
    try {
      return await use(await readUploadForm(request, { fileBytesMax }));
    } finally {
      uploads -= 1;
    }
  };
}

const tooManyUploads = (uploadsMax: number) =>
  new TransientError('queue-full', {
    found: `${uploadsMax} uploads are already under way`,
    why: 'Each is held in memory until it is read',
    remedy: 'Send it again after the seconds in Retry-After',
  });
