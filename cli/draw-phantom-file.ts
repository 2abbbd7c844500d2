// Draws a phantom radiograph as a file: PNG, JPEG or DICOM.
import { encodeJpeg, encodePng } from '../models/imaging/encode.ts';
import type { GreyImage } from '../models/imaging/grey-image.ts';
import { drawChest } from '../models/phantoms/chest.ts';
import { encodeDicom } from '../models/phantoms/dicom.ts';
import { drawKnee } from '../models/phantoms/knee.ts';
import type { PhantomRequest } from './phantom-file.ts';

const encoders: Readonly<
  Record<
    PhantomRequest['format'],
    (image: GreyImage, request: PhantomRequest) => Promise<Uint8Array>
  >
> = {
  png: (image) => encodePng(image),
  jpeg: (image) => encodeJpeg(image),
  dicom: (image, { kind }) =>
    Promise.resolve(encodeDicom(image, { modality: 'DX', bodyPart: kind.toUpperCase() })),
};

export const drawPhantomFile = (request: PhantomRequest): Promise<Uint8Array> =>
  encoders[request.format](draw(request), request);

function draw({ kind, seed, finding }: PhantomRequest): GreyImage {
  return kind === 'chest' ? drawChest(seed, { finding }) : drawKnee(seed, { finding });
}
