// Errors say what was found, why it matters and what to do, and are told apart by name, across realms.
import { expect, test } from '@jest/globals';
import { InputError, isInputError, isTransientError, TransientError } from '../../fleet/errors.ts';

const parts = { found: 'A weight of 300', why: 'Route 53 takes 0..255', remedy: 'Choose less' };

test('an error reads as three sentences and keeps its code, parts and cause', () => {
  const cause = new Error('below');
  const error = new InputError('weight', parts, { cause });
  expect(error.message).toBe('A weight of 300. Route 53 takes 0..255. Choose less.');
  expect(error).toMatchObject({ code: 'weight', parts, cause });
});

test('what someone can mend and what time may mend are two kinds', () => {
  const input = new InputError('a', parts);
  const transient = new TransientError('b', parts);
  expect([isInputError(input), isTransientError(input)]).toEqual([true, false]);
  expect([isInputError(transient), isTransientError(transient)]).toEqual([false, true]);
});

test.each([null, undefined, 'InputError', new Error('x'), { name: 'Error' }])(
  'anything else is neither: %p',
  (thing) => {
    expect([isInputError(thing), isTransientError(thing)]).toEqual([false, false]);
  },
);

test('an error that crossed a process as plain data is still told by its name', () => {
  expect(isInputError({ name: 'InputError', code: 'x', parts })).toBe(true);
});
