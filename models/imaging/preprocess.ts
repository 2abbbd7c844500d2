// From a grey picture to the tensor a model reads: squash, standardise, copy to each channel.
import { InputError } from '../../fleet/errors.ts';
import type { ImageInput } from '../bundle/manifest.ts';
import type { GreyImage } from './grey-image.ts';
import { resizeKernel, squash } from './resize.ts';

/** [channels * height * width] of one sample; `InputError` 'unknown-kernel' when the model was trained with another resize. */
export function preprocess(image: GreyImage, input: ImageInput): Float32Array {
  if (input.resize.kernel !== resizeKernel)
    throw new InputError('unknown-kernel', {
      found: `The bundle was trained on pictures resized with "${input.resize.kernel}"`,
      why: `Only "${resizeKernel}" is known here, and another kernel shifts the logits`,
      remedy: 'Use the Evenkeel version that trained the bundle, or train it again',
    });
  const { pixels } = squash(image, input.width, input.height);
  const tensor = new Float32Array(input.channels * pixels.length);
  pixels.forEach((grey, i) => {
    tensor[i] = (grey - input.mean) / input.deviation;
  });
  for (let channel = 1; channel < input.channels; channel++)
    tensor.copyWithin(channel * pixels.length, 0, pixels.length);
  return tensor;
}
