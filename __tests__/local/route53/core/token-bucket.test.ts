// The account's allowance.
import { expect, test } from '@jest/globals';

import { fullBucket, takeToken } from '../../../../local/route53/core/token-bucket.ts';

test('five requests pass at once, the sixth waits for a fifth of a second', () => {
  let bucket = fullBucket(5, 0);
  for (let i = 0; i < 5; i += 1) bucket = takeToken(bucket, 5, 0)!;
  expect(takeToken(bucket, 5, 0)).toBeNull();
  expect(takeToken(bucket, 5, 199)).toBeNull();
  expect(takeToken(bucket, 5, 200)).not.toBeNull();
});

test('a quiet hour saves up no more than one second of requests', () => {
  let bucket = fullBucket(5, 0);
  const later = 3_600_000;
  for (let i = 0; i < 5; i += 1) bucket = takeToken(bucket, 5, later)!;
  expect(takeToken(bucket, 5, later)).toBeNull();
});
