// The source map.
import { expect, test } from '@jest/globals';

import { placeFinder } from '../../../../local/route53/dns/places.ts';

const find = placeFinder([
  { network: '198.51.0.0/16', place: { continent: 'EU' } },
  { network: '198.51.100.0/24', place: { country: 'DE' } },
  { network: '2001:db8::/32', place: { country: 'US' } },
]);

test('the longest network decides, an unknown address is nowhere', () => {
  expect(find('198.51.100.7')).toEqual({ country: 'DE' });
  expect(find('198.51.101.7')).toEqual({ continent: 'EU' });
  expect(find('2001:db8::1')).toEqual({ country: 'US' });
  expect(find('203.0.113.1')).toEqual({});
  expect(find('not an address')).toEqual({});
});

test.each(['198.51.100.0', '198.51.100.0/33', 'clinic.test/8', '::/129', '10.0.0.0/x'])(
  '%s is refused as a network',
  (network) => {
    expect(() => placeFinder([{ network, place: {} }])).toThrow(
      expect.objectContaining({ code: 'network' }),
    );
  },
);
