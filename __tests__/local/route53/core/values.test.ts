// Record values by type.
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';

import { recordTypes, type RecordType } from '../../../../local/route53/core/record-set.ts';
import { rdataText } from '../../../../local/route53/core/rdata-text.ts';
import { readValue } from '../../../../local/route53/core/values.ts';

const text = (type: RecordType, value: string) => {
  const reading = readValue(type, value);
  return reading.ok ? rdataText(reading.rdata) : reading.problem;
};

describe('record values', () => {
  test.each<[RecordType, string, string]>([
    ['A', '192.0.2.1', '192.0.2.1'],
    ['AAAA', '2001:db8::1', '2001:db8::1'],
    ['CNAME', 'Other.Clinic.Test', 'other.clinic.test.'],
    ['NS', 'ns-1.route53.test.', 'ns-1.route53.test.'],
    ['PTR', 'host.clinic.test', 'host.clinic.test.'],
    ['MX', '10 mail.clinic.test', '10 mail.clinic.test.'],
    ['MX', '0 .', '0 .'],
    ['SRV', '1 2 443 api.clinic.test', '1 2 443 api.clinic.test.'],
    [
      'SOA',
      'ns.test. host.test. 1 7200 900 1209600 86400',
      'ns.test. host.test. 1 7200 900 1209600 86400',
    ],
    ['CAA', '0 issue "ca.example"', '0 issue "ca.example"'],
    ['TXT', '"one" "two"', '"one" "two"'],
    ['TXT', '"say \\"hi\\" \\134 \\101"', '"say \\"hi\\" \\\\ A"'],
    ['TXT', '""', '""'],
  ])('%s %j is taken', (type, value, expected) => {
    expect(text(type, value)).toBe(expected);
  });

  test.each<[RecordType, string, string]>([
    ['A', '192.0.2.256', 'ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address)'],
    ['A', 'clinic.test', 'ARRDATAIllegalIPv4Address'],
    ['AAAA', '192.0.2.1', 'AAAARRDATAIllegalIPv6Address'],
    ['AAAA', 'fe80::1%eth0', 'AAAARRDATAIllegalIPv6Address'],
    ['CNAME', 'a..b', 'DomainLabelEmpty'],
    ['TXT', 'bare', 'InvalidCharacterString (Value should be enclosed in quotation marks)'],
    ['TXT', '"open', 'InvalidCharacterString'],
    ['TXT', '"a""b"', 'InvalidCharacterString'],
    ['TXT', '', 'InvalidCharacterString'],
    ['TXT', '"grüße"', 'UnsupportedCharacter'],
    ['MX', 'mail.clinic.test', 'MXRRDATANotTwoFields'],
    ['MX', '65536 mail.clinic.test', 'MXRRDATANotTwoFields'],
    ['SRV', '1 2 api.clinic.test', 'SRVRRDATANotFourFields'],
    ['SRV', '1 2 65536 api.clinic.test', 'SRVRRDATANotFourFields'],
    ['SOA', 'ns.test. host.test. 1 7200 900 1209600', 'SOARRDATANotSevenFields'],
    ['CAA', '256 issue "ca.example"', 'CAARRDATAInvalid'],
    ['CAA', '0 issue ca.example', 'CAARRDATAInvalid'],
  ])('%s %j is refused as %s', (type, value, problem) => {
    expect(text(type, value)).toContain(problem);
  });

  test('a TXT string may have 255 characters and no more', () => {
    expect(text('TXT', `"${'a'.repeat(255)}"`)).not.toContain('FATAL');
    expect(text('TXT', `"${'a'.repeat(256)}"`)).toContain('CharacterStringTooLong');
  });

  test('no text makes a reader throw', () => {
    fc.assert(
      fc.property(fc.constantFrom(...recordTypes), fc.string(), (type, value) => {
        expect(typeof readValue(type, value).ok).toBe('boolean');
      }),
    );
  });
});
