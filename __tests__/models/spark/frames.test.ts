import { describe, expect, test } from '@jest/globals';
import { InputError } from '../../../fleet/errors.ts';
import {
  answerFrame,
  pictureBytesMax,
  refusalPayload,
  requestsFrom,
  scoredPayload,
} from '../../../models/spark/frames.ts';

function request(row: number, bytes: string): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32LE(row, 0);
  header.writeUInt32LE(bytes.length, 4);
  return Buffer.concat([header, Buffer.from(bytes)]);
}

/** The stream in portions of so many bytes, as a pipe may deliver it. */
async function* inPortions(stream: Buffer, bytes: number) {
  for (let at = 0; at < stream.length; at += bytes) yield stream.subarray(at, at + bytes);
}

async function read(stream: AsyncIterable<Uint8Array>) {
  const found: (readonly [number, string | null])[] = [];
  for await (const { row, picture } of requestsFrom(stream))
    found.push([row, picture === null ? null : Buffer.from(picture).toString()]);
  return found;
}

describe('requests', () => {
  const stream = Buffer.concat([request(7, 'abc'), request(2, ''), request(4_000_000_000, 'xyz')]);

  test.each([1, 3, 8, 1_000])('are the same in portions of %i bytes', async (bytes) => {
    expect(await read(inPortions(stream, bytes))).toEqual([
      [7, 'abc'],
      [2, ''],
      [4_000_000_000, 'xyz'],
    ]);
  });

  test.each([3, 10])(
    'a stream that ends after %i bytes is not taken for a whole one',
    async (bytes) => {
      await expect(read(inPortions(stream.subarray(0, bytes), 4))).rejects.toThrow('ended within');
    },
  );

  test('a picture of too many bytes is read past, and the next is read', async () => {
    async function* large() {
      const header = Buffer.alloc(8);
      header.writeUInt32LE(1, 0);
      header.writeUInt32LE(pictureBytesMax + 1, 4);
      yield header;
      const mebibyte = Buffer.alloc(2 ** 20);
      for (let sent = 0; sent < pictureBytesMax; sent += mebibyte.length) yield mebibyte;
      yield Buffer.concat([Buffer.alloc(1), request(2, 'ok')]);
    }
    expect(await read(large())).toEqual([
      [1, null],
      [2, 'ok'],
    ]);
  });
});

describe('answers', () => {
  test('carry the row, the kind and the length in front', () => {
    const frame = Buffer.from(answerFrame(9, 'refused', Buffer.from('no')));
    expect(frame.readUInt32LE(0)).toBe(9);
    expect(frame.readUInt8(4)).toBe(1);
    expect(frame.readUInt32LE(5)).toBe(2);
    expect(frame.subarray(9).toString()).toBe('no');
  });

  test('an answer keeps all bits of the logit, and the features where they are asked for', () => {
    const answer = {
      logit: 0.1 + 0.2,
      isKnown: true,
      isFamiliar: true,
      grades: [1, Math.fround(0.3)],
      picture: null,
    };
    const payload = Buffer.from(scoredPayload(answer, Float32Array.of(1.5, -2)));
    const end = 4 + payload.readUInt32LE(0);
    expect(JSON.parse(payload.subarray(4, end).toString())).toEqual(answer);
    expect([payload.readFloatLE(end), payload.readFloatLE(end + 4)]).toEqual([1.5, -2]);
    expect(scoredPayload(answer, null)).toHaveLength(end);
  });

  test('a refusal is bounded, and a bug is not made one', () => {
    const long = { found: 'x'.repeat(100_000), why: 'It is long', remedy: 'Shorten it' };
    const payload = refusalPayload(new InputError('long', long));
    expect(payload.length).toBeLessThan(4_096);
    expect(JSON.parse(Buffer.from(payload).toString())).toMatchObject({
      code: 'long',
      why: 'It is long',
    });
    expect(() => refusalPayload(new Error('a bug'))).toThrow('a bug');
  });
});
