// Errors keep their kind and code on the way between processes.
import { expect, test } from '@jest/globals';
import { InputError, TransientError } from '../../../../fleet/errors.ts';
import { packError, unpackError } from '../../../../services/inference/pool/messages.ts';

const parts = { found: 'A', why: 'B', remedy: 'C' };

test.each([new InputError('damaged-image', parts), new TransientError('busy', parts)])(
  '%s arrives as it left',
  (error) => {
    const arrived = unpackError(structuredClone(packError(error)));
    expect(arrived).toMatchObject({ name: error.name, code: error.code, parts });
    expect(arrived.message).toBe('A. B. C.');
  },
);

test('a bug keeps its message and stack, whatever was thrown', () => {
  const bug = new TypeError('x is undefined');
  expect(unpackError(packError(bug))).toMatchObject({
    message: 'x is undefined',
    stack: bug.stack,
  });
  expect(unpackError(packError('a string')).message).toBe('a string');
  expect(unpackError(packError({ message: 'an object' })).message).toBe('an object');
});
