// The scorer's wire format: frames of a row's number, a length and bytes, so that any program can stream pictures through a pipe.
import { InputError, isInputError } from '../../fleet/errors.ts';
import type { RowAnswer } from '../evaluate/read-rows.ts';

/** A picture of the largest size that is decoded at all (40 megapixels), stored with 16 bits and not compressed. */
export const pictureBytesMax = 128 * 2 ** 20;
/** With the window of the other side, answers in flight stay below the 64 KiB that a pipe holds. */
const refusalBytesMax = 4 * 2 ** 10;

const requestHeaderBytes = 8;
const answerHeaderBytes = 9;

/** What an answer's payload is: an answer and features; a refusal as JSON; the greeting as JSON. */
const answerKinds = { scored: 0, refused: 1, ready: 2 } as const;

export interface Request {
  readonly row: number;
  /** Null where the picture is too large: its bytes have been read past. */
  readonly picture: Uint8Array | null;
}

/** Requests as they arrive: uint32 row, uint32 length, bytes, all little-endian. Ends where the stream ends between two of them. */
export async function* requestsFrom(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Request> {
  const source = new ByteSource(stream);
  for (;;) {
    const header = await source.take(requestHeaderBytes);
    if (header === null) return;
    const row = header.readUInt32LE(0);
    const length = header.readUInt32LE(4);
    const isTooLarge = length > pictureBytesMax;
    const picture = isTooLarge ? await source.skip(length) : await source.take(length);
    if (picture === null && !isTooLarge) throw cutShort(length);
    yield { row, picture };
  }
}

/** uint32 row, uint8 kind, uint32 length, payload. */
export function answerFrame(
  row: number,
  kind: keyof typeof answerKinds,
  payload: Uint8Array,
): Uint8Array {
  const header = Buffer.alloc(answerHeaderBytes);
  header.writeUInt32LE(row, 0);
  header.writeUInt8(answerKinds[kind], 4);
  header.writeUInt32LE(payload.length, 5);
  return Buffer.concat([header, payload]);
}

/** uint32 length, the answer as JSON, float32 features. */
export function scoredPayload(answer: RowAnswer, features: Float32Array | null): Uint8Array {
  const json = Buffer.from(JSON.stringify(answer));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.length);
  const values = Buffer.alloc(4 * (features?.length ?? 0));
  for (const [index, value] of (features ?? []).entries()) values.writeFloatLE(value, 4 * index);
  return Buffer.concat([length, json, values]);
}

/** Throws what is not an `InputError`: a bug is no property of the picture. */
export function refusalPayload(error: unknown): Uint8Array {
  if (!isInputError(error)) throw error;
  const { code, parts } = error;
  const whole = Buffer.from(JSON.stringify({ code, ...parts }));
  return whole.length <= refusalBytesMax
    ? whole
    : Buffer.from(JSON.stringify({ code, ...parts, found: parts.found.slice(0, 200) }));
}

export const tooLarge = () =>
  new InputError('image-too-large', {
    found: `The file has more than ${pictureBytesMax} bytes`,
    why: 'It would take the memory that other pictures need',
    remedy: 'Export the radiograph again, as PNG or JPEG',
  });

const cutShort = (wanted: number) =>
  new Error(`the stream ended within a picture of ${wanted} bytes`);

/** Bytes of a stream in the portions that are asked for. */
class ByteSource {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #held: Buffer[] = [];
  #heldBytes = 0;

  constructor(stream: AsyncIterable<Uint8Array>) {
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  /** Null at the end of the stream; throws when it ends within the portion. */
  async take(bytes: number): Promise<Buffer | null> {
    while (this.#heldBytes < bytes) {
      if (await this.#pull()) continue;
      if (this.#heldBytes === 0) return null;
      throw cutShort(bytes);
    }
    const all = Buffer.concat(this.#held);
    this.#hold([all.subarray(bytes)]);
    return all.subarray(0, bytes);
  }

  async skip(bytes: number): Promise<null> {
    let left = bytes;
    for (;;) {
      const all = Buffer.concat(this.#held);
      this.#hold([all.subarray(left)]);
      left -= Math.min(left, all.length);
      if (left === 0) return null;
      if (!(await this.#pull())) throw cutShort(bytes);
    }
  }

  async #pull(): Promise<boolean> {
    const { done, value } = await this.#chunks.next();
    if (done === true) return false;
    this.#hold([...this.#held, Buffer.from(value.buffer, value.byteOffset, value.byteLength)]);
    return true;
  }

  #hold(chunks: Buffer[]): void {
    this.#held = chunks.filter(({ length }) => length > 0);
    this.#heldBytes = this.#held.reduce((sum, { length }) => sum + length, 0);
  }
}
