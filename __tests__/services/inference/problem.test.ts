// Problem details: stable codes, right statuses, and nothing of the inside.
import { describe, expect, test } from '@jest/globals';
import { InputError, TransientError } from '../../../fleet/errors.ts';
import { problem, problemOf } from '../../../services/inference/problem.ts';

const parts = { found: 'It is so', why: 'That is bad', remedy: 'Do this' };

test('what someone can mend says what was found, why, and what to do', () => {
  expect(problemOf(new InputError('damaged-image', parts))).toEqual({
    type: 'urn:problem-type:evenkeel:damaged-image',
    title: 'The picture is damaged',
    status: 422,
    detail: 'It is so. That is bad. Do this.',
    code: 'damaged-image',
  });
});

describe('a code that is not listed', () => {
  test('is 400 when someone can mend it, 503 when time may', () => {
    expect(problemOf(new InputError('new-code', parts)).status).toBe(400);
    expect(problemOf(new TransientError('new-code', parts)).status).toBe(503);
  });
});

test.each([
  new Error('password=hunter2'),
  Object.assign(new Error('password=hunter2'), { statusCode: 500 }),
  'password=hunter2',
  null,
  undefined,
])('a bug (%s) says nothing about itself', (bug) => {
  const answer = problemOf(bug);
  expect(answer).toMatchObject({ status: 500, code: 'internal' });
  expect(JSON.stringify(answer)).not.toContain('hunter2');
});

const refusal = (code: string, statusCode: number) =>
  problemOf(Object.assign(new Error(`${code} /JANE-DOE`), { code, statusCode }));

test("the framework's refusals are put in our words", () => {
  expect(refusal('FST_REQ_FILE_TOO_LARGE', 413)).toMatchObject({
    status: 413,
    code: 'body-too-large',
  });
  expect(refusal('FST_ERR_BAD_URL', 400)).toMatchObject({ status: 400, code: 'bad-url' });
  expect(refusal('FST_ERR_MAX_PARAM_LENGTH', 414)).toMatchObject({
    status: 414,
    code: 'url-too-long',
  });
  const unknown = refusal('FST_NEW', 418);
  expect(unknown).toMatchObject({ status: 400, code: 'wrong-request' });
  expect(unknown.detail).not.toContain('JANE');
});

test('a code has one status, wherever it is used', () => {
  expect(problem('queue-full', 'x', 400).status).toBe(503);
});
