// The XML reader and writer.
import { describe, expect, test } from '@jest/globals';

import {
  elements,
  listOf,
  parseXml,
  renderXml,
  textOf,
} from '../../../../local/route53/api/xml.ts';

describe('what comes in', () => {
  test('is read with its text as written, numbers included', () => {
    const root = parseXml(
      '<?xml version="1.0"?><R xmlns="urn:x"><A>007</A><L><I><V>&quot;1&quot; &amp; 2</V></I></L></R>',
      'R',
    );
    expect(textOf(root, 'A')).toBe('007');
    expect(listOf(root, 'L', 'I')).toEqual([{ V: '"1" & 2' }]);
    expect(listOf(root, 'M', 'I')).toBeUndefined();
  });

  test.each([
    ['what is not XML', 'hello'],
    ['a torn document', '<R><A>'],
    ['another root', '<S/>'],
    ['nothing', ''],
    ['a DOCTYPE', '<!DOCTYPE R [<!ENTITY a "aaaa">]><R>&a;</R>'],
  ])('is refused when it is %s', (_, text) => {
    expect(() => parseXml(text, 'R')).toThrow(expect.objectContaining({ code: 'MalformedInput' }));
  });

  test('holds each element once', () => {
    const root = parseXml('<R><A>1</A><A>2</A><B><C/></B></R>', 'R');
    expect(() => textOf(root, 'A')).toThrow('occurs more than once');
    expect(() => textOf(root, 'B')).toThrow('holds elements');
  });

  test('cannot reach into the prototype', () => {
    const text = '<R><__proto__><polluted>1</polluted></__proto__></R>';
    try {
      parseXml(text, 'R');
    } catch {
      // Refusing it is as good as ignoring it.
    }
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });
});

test('what goes out is escaped and names the namespace', () => {
  expect(renderXml('R', elements({ A: '"<&>"', B: undefined, L: { I: [] } }))).toBe(
    '<?xml version="1.0" encoding="UTF-8"?>\n<R xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><A>&quot;&lt;&amp;&gt;&quot;</A><L></L></R>',
  );
});
