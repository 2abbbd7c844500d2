import { expect, test } from '@jest/globals';
import { parseManifest } from '../../../../models/data/manifest.ts';
import { chestPneumonia } from '../../../../models/train/recipes/chest-pneumonia.ts';

test('no film of the authors\u2019 test set, nor of a patient in it, is learned from or chosen with', () => {
  const rows = parseManifest(
    [
      'file,task,label,patient_id,split,original_split',
      'a,cxr-pneumonia,1,P1,train,train',
      'b,cxr-pneumonia,1,P2,train,test',
      'c,cxr-pneumonia,1,P2,train,train',
      'd,cxr-pneumonia,0,P3,val,train',
      'e,cxr-pneumonia,0,P4,val,test',
      'f,cxr-pneumonia,0,P5,test,train',
    ].join('\n'),
    { task: 'cxr-pneumonia', source: 'm.csv' },
  );
  const { train, validation } = chestPneumonia.select(rows);
  expect(train.map((row) => row.file)).toEqual(['a']);
  expect(validation.map((row) => row.file)).toEqual(['d']);
});

test('the headline is the authors\u2019 own test set', () => {
  expect(chestPneumonia.tests[0].split).toBe('official');
});
