import { describe, expect, test } from '@jest/globals';
import { deposits, splitOf } from '../../../models/data/deposits.ts';

const chest = deposits['chest-pneumonia'].facts;
const knee = deposits['knee-osteoarthritis'].facts;

describe('paths in the chest archive', () => {
  test.each([
    ['chest_xray/train/NORMAL/IM-0115-0001.jpeg', 0, 'normal', 'N-0115', 'train'],
    ['chest_xray/test/NORMAL/NORMAL2-IM-0035-0001.jpeg', 0, 'normal', 'N2-0035', 'test'],
    ['chest_xray/test/PNEUMONIA/person1_virus_11.jpeg', 1, 'virus', 'P1', 'test'],
    ['x/chest_xray/val/PNEUMONIA/person1946_bacteria_4874.jpeg', 1, 'bacteria', 'P1946', 'val'],
    ['chest_xray/train/PNEUMONIA/unheard-of.jpeg', 1, 'pneumonia', 'unheard-of', 'train'],
  ])('%s', (entry, ...facts) => {
    const { label, sublabel, patient, originalSplit } = chest(entry)!;
    expect([label, sublabel, patient, originalSplit]).toEqual(facts);
  });

  test.each([
    '__MACOSX/chest_xray/train/NORMAL/._IM-0115-0001.jpeg',
    'chest_xray/train/.DS_Store',
    'chest_xray/train/NORMAL/a.png',
    'OCT2017/train/NORMAL/NORMAL-1-1.jpeg',
  ])('%s is not wanted', (entry) => {
    expect(chest(entry)).toBeNull();
  });
});

describe('paths in the knee archive', () => {
  test('grade 2 and more is osteoarthritis, and the subject number appears nowhere', () => {
    const left = knee('KneeXrayData/ClsKLData/kneeKL224/train/2/9001695L.png');
    const right = knee('ClsKLData/kneeKL224/train/1/9001695R.png');
    expect(left).toMatchObject({ label: 1, sublabel: 'KL2', originalSplit: 'train' });
    expect(right).toMatchObject({ label: 0, sublabel: 'KL1' });
    expect(left?.patient).toBe(right?.patient);
    expect(left?.file).toMatch(/^knee\/[0-9a-f]{12}L\.png$/);
    expect(JSON.stringify([left, right])).not.toContain('9001695');
  });

  test.each(['ClsKLData/kneeKL299/train/2/1L.png', 'ClsKLData/kneeKL224/auto_test/2/1L.png'])(
    '%s is not wanted',
    (entry) => {
      expect(knee(entry)).toBeNull();
    },
  );
});

const image = (patient: string, originalSplit: string) => ({
  file: 'f',
  label: 0 as const,
  sublabel: '',
  patient,
  originalSplit,
});

describe('splits of a fetched set', () => {
  test('whoever is in the authors\u2019 test set is in test with everything they have', () => {
    const sets = { testPatients: new Set(['P1']), keepValidation: false };
    expect(splitOf(image('P1', 'test'), sets)).toBe('test');
    expect(splitOf(image('P1', 'train'), sets)).toBe('test');
  });

  test('about 15 % of the other patients are set apart, always the same ones', () => {
    const sets = { testPatients: new Set<string>(), keepValidation: false };
    const patients = Array.from({ length: 4_000 }, (_, i) => image(`P${i}`, 'train'));
    const val = patients.filter((patient) => splitOf(patient, sets) === 'val').length;
    expect(val / 4_000).toBeGreaterThan(0.13);
    expect(val / 4_000).toBeLessThan(0.17);
    expect(splitOf(image('P7', 'train'), sets)).toBe(splitOf(image('P7', 'val'), sets));
  });

  test('an authors\u2019 validation set that is kept decides by itself', () => {
    const sets = { testPatients: new Set<string>(), keepValidation: true };
    expect(splitOf(image('P1', 'val'), sets)).toBe('val');
    expect(splitOf(image('P1', 'train'), sets)).toBe('train');
  });
});
