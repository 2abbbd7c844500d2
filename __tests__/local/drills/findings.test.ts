import { expect, test } from '@jest/globals';
import { findingsOf } from '../../../local/drills/findings.ts';
import { killedAndBack, upload } from '../../support/drills.ts';

test('detection, DNS, return and changes are read from what was seen', () => {
  expect(findingsOf(killedAndBack)).toMatchObject({
    detectionSeconds: 3.1,
    dnsSeconds: 5.6,
    returnSeconds: 30,
    returnWeights: [8, 32, 56, 80],
    changes: 5,
    regionsLeft: ['aws-paris'],
  });
});

test('downtime runs from the first failed upload to the first success after the last one, in the order they were sent', () => {
  expect(findingsOf(killedAndBack).clients).toMatchObject([
    { policy: 'every', sent: 3, failed: 0, downtimeSeconds: 0, recoverySeconds: 0 },
    { policy: 'first', sent: 4, failed: 2, downtimeSeconds: 7, recoverySeconds: 7.5 },
  ]);
});

test('a client that is not served again has no end of its downtime', () => {
  const clients = [{ policy: 'first', samples: [upload(1, true), upload(2, false)] }] as const;
  expect(findingsOf({ ...killedAndBack, clients }).clients).toMatchObject([
    { downtimeSeconds: null, recoverySeconds: null },
  ]);
});

test('what was seen before the fault is no detection of it', () => {
  const span = { fromMs: 3_200, untilMs: 20_000 };
  // Dublin's verdict was 100 ms too early; Finland's counts, 0.1 s after the fault.
  expect(findingsOf({ ...killedAndBack, span }).detectionSeconds).toBe(0.1);
});

test('of a weighted answer one look without the region is no proof that it has been left', () => {
  const answers = [false, true, false, false, false].map((own, i) => ({ atMs: i * 1_000, own }));
  expect(findingsOf({ ...killedAndBack, answers, quietLooks: 3 }).dnsSeconds).toBe(2);
  expect(findingsOf({ ...killedAndBack, answers, quietLooks: 4 }).dnsSeconds).toBeNull();
});

test('of a drill that spares the regions nothing is left and nothing returns', () => {
  const zone = killedAndBack.zone.slice(0, 1);
  expect(findingsOf({ ...killedAndBack, span: null, zone })).toMatchObject({
    dnsSeconds: null,
    returnSeconds: null,
    returnWeights: [],
    changes: 0,
    regionsLeft: [],
  });
});
