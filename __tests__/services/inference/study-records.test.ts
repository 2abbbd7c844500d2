// Content addresses and stored studies.
import { describe, expect, test } from '@jest/globals';
import type { StudyReading } from '../../../fleet/study.ts';
import {
  decodeRecord,
  encodeRecord,
  labelSlug,
  studyAddress,
  studyKey,
} from '../../../services/inference/study-records.ts';

const image = Uint8Array.of(1, 2, 3);

describe('the address of a study', () => {
  test('is the SHA-256 over model, version and image bytes', () => {
    // printf 'm\n1.0.0\n\001\002\003' | sha256sum
    expect(studyAddress('m', '1.0.0', image)).toBe(
      '2510a35581a92e0e4ce172461d0372966f8a2c2ebf52f811082cc0e02aee9c68',
    );
  });

  test('changes with each of the three', () => {
    const addresses = [
      studyAddress('m', '1.0.0', image),
      studyAddress('n', '1.0.0', image),
      studyAddress('m', '1.0.1', image),
      studyAddress('m', '1.0.0', Uint8Array.of(1, 2, 4)),
      studyAddress('m1', '.0.0', image),
    ];
    expect(new Set(addresses).size).toBe(addresses.length);
  });

  test('is the only thing that names an object', () => {
    expect(studyKey('a'.repeat(64))).toBe(`studies/${'a'.repeat(64)}.json`);
    for (const wrong of ['', 'a'.repeat(63), 'a'.repeat(65), 'A'.repeat(64), '../x'])
      expect(studyKey(wrong)).toBeNull();
  });
});

test('a label becomes one segment of a URL', () => {
  expect(labelSlug('pneumonia')).toBe('pneumonia');
  expect(labelSlug('Knee Osteoarthritis (KL ≥ 2)')).toBe('knee-osteoarthritis-kl-2');
});

describe('a stored study', () => {
  const study = studyAddress('m', '1.0.0', image);
  const reading: StudyReading = {
    study,
    region: 'r',
    model: 'm',
    version: '1.0.0',
    findings: [{ label: 'f', probability: 0.25, decision: 'normal', heatmap: '/h' }],
    disclaimer: 'd',
  };
  const stored = encodeRecord({ reading, overlays: new Map([['f', image]]) });

  test('comes back as it went', () => {
    const record = decodeRecord(stored, study);
    expect(record?.reading).toEqual(reading);
    expect(record?.overlays.get('f')).toEqual(image);
    expect(record?.overlays.get('constructor')).toBeUndefined();
  });

  test.each([
    ['damaged', stored.subarray(0, stored.length - 5)],
    ['empty', new Uint8Array()],
    ['null', new TextEncoder().encode('null')],
    ['of another format', new TextEncoder().encode('{"formatVersion":2}')],
  ])('that is %s is none', (_what, bytes) => {
    expect(decodeRecord(bytes, study)).toBeNull();
  });

  test('of another study is none', () => {
    expect(decodeRecord(stored, studyAddress('m', '1.0.0', Uint8Array.of(9)))).toBeNull();
  });
});
