import { expect, test } from '@jest/globals';
import { assert, constantFrom, json as anyJson, property } from 'fast-check';
import { strictJson } from '../../../services/pipelines/strict-json.ts';

test.each([
  ['the same key twice', '{"id":"a","id":"b"}'],
  ['the same key spelt with an escape', String.raw`{"id":1,"\u0069d":2}`],
  ['a key repeated deep inside', '{"a":[{"b":{"c":1,"d":[],"c":2}}]}'],
  ['a key repeated after an object in between', '{"a":{"b":1},"b":2,"a":3}'],
  ['empty keys', '{"":1,"":2}'],
])('refuses %s', (_what, text) => {
  expect(() => strictJson(text)).toThrow(expect.objectContaining({ code: 'duplicate-key' }));
});

test.each([
  ['keys of the same name in different objects', '{"id":{"id":[{"id":1},{"id":2}]}}'],
  ['keys among the values', '{"a":"id","b":"id","id":"a"}'],
  ['marks inside strings', String.raw`{"a":"{\"a\":1,","b":"}:\\","c":"\\\""}`],
  ['lists of strings', '["id","id"]'],
])('reads %s', (_what, text) => {
  expect(strictJson(text)).toEqual(JSON.parse(text));
});

test('reads whatever JSON can say once, with any spaces', () => {
  assert(
    property(anyJson(), constantFrom(0, 1, 4), (json, indent) => {
      const text = JSON.stringify(JSON.parse(json), null, indent);
      expect(strictJson(text)).toEqual(JSON.parse(json));
    }),
  );
});

test.each(['', '{', "{'a':1}", 'undefined', '{"a":1,}'])('refuses %j, which is no JSON', (text) => {
  expect(() => strictJson(text)).toThrow(expect.objectContaining({ code: 'not-json' }));
});
