import { expect, test } from '@jest/globals';
import { severedPlaces } from '../../local/severed-places.ts';

const places = {
  api: ['api:1'],
  regions: ['paris:443', 'belgium:443'],
  vantages: { dublin: 'dublin:1', finland: 'finland:1', amsterdam: 'amsterdam:1' },
};
const severed = (...faults: readonly (readonly [string, string])[]) =>
  severedPlaces(
    faults.map(([target, fault]) => ({ target, fault })),
    places,
  );

test('without a fault nobody lacks anything', () => {
  expect(severed()).toEqual({ dublin: [], finland: [], amsterdam: [] });
});

test('a partition has two sides', () => {
  expect(severed(['dublin', 'cut-peers'])).toEqual({
    dublin: ['finland:1', 'amsterdam:1'],
    finland: ['dublin:1'],
    amsterdam: ['dublin:1'],
  });
});

test('several cuts of one vantage add up, and are its own', () => {
  expect(severed(['dublin', 'cut-api'], ['dublin', 'cut-regions'])).toEqual({
    dublin: ['api:1', 'paris:443', 'belgium:443'],
    finland: [],
    amsterdam: [],
  });
});

test('a fault of another kind severs nothing', () => {
  expect(severed(['dublin', 'freeze'])).toEqual(severed());
});
