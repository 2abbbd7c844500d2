// Answers each picture of a stream as an evaluation on one machine would, or with the reason why it cannot be read.
import type { BundleManifest, ImageInput } from '../bundle/manifest.ts';
import { InputError } from '../../fleet/errors.ts';
import { readRow } from '../evaluate/read-rows.ts';
import { pictureSample } from '../evaluate/samples.ts';
import type { Reader } from '../reader.ts';
import type { Request } from './frames.ts';
import { answerFrame, refusalPayload, requestsFrom, scoredPayload, tooLarge } from './frames.ts';

interface ScoreSettings {
  readonly reader: Reader;
  /** Send the features too, which a head is fitted on. */
  readonly withFeatures: boolean;
}

/** One answer a request, in their order. What is wrong with a picture is its answer; anything else is thrown. */
export async function* scoreStream(
  stream: AsyncIterable<Uint8Array>,
  settings: ScoreSettings,
): AsyncGenerator<Uint8Array> {
  const input = pictureInput(settings.reader.manifest);
  for await (const request of requestsFrom(stream)) yield answerTo(request, input, settings);
}

async function answerTo(
  { row, picture }: Request,
  input: ImageInput,
  { reader, withFeatures }: ScoreSettings,
): Promise<Uint8Array> {
  try {
    if (picture === null) throw tooLarge();
    const { answer, features } = await readRow(reader, await pictureSample(picture, input));
    return answerFrame(row, 'scored', scoredPayload(answer, withFeatures ? features : null));
  } catch (error) {
    return answerFrame(row, 'refused', refusalPayload(error));
  }
}

export function pictureInput({ input, name }: BundleManifest): ImageInput {
  if (input.kind === 'image') return input;
  throw new InputError('table-model', {
    found: `${name} reads rows of ${input.columns.length} measurements`,
    why: 'Only pictures are streamed: a table of any size fits one machine',
    remedy: 'Use `evenkeel evaluate`',
  });
}
