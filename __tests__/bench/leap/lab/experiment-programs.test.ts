// Who stands where in the experiment, and behind which cache.
import { describe, expect, test } from '@jest/globals';
import { placedCaches } from '../../../../bench/leap/lab/caches.ts';
import { experimentFleet } from '../../../../bench/leap/lab/experiment-fleet.ts';
import {
  addressesOf,
  browserCaches,
  clientsPlan,
  nodesOf,
} from '../../../../bench/leap/lab/experiment-programs.ts';
import { resolverProfiles } from '../../../../failover/lab/resolvers/resolver-profile.ts';
import { primaryOf } from '../../../../fleet/fleet.ts';

const fleet = experimentFleet({ kind: 'multi', standbyAddresses: 2 }, 10);
const profiles = resolverProfiles.filter(({ software }) => software === 'pdns');
const caches = placedCaches({ profiles, copies: 4, upstream: '198.18.53.2', directory: '/here' });
const site = { fleet, directory: '/here', address: () => '198.18.53.2' };

test('no two caches share an address or a folder, and more than a network holds are refused', () => {
  expect(new Set(caches.map((c) => c.site.address)).size).toBe(caches.length);
  expect(new Set(caches.map((c) => c.site.directory)).size).toBe(caches.length);
  const tooMany = { profiles: resolverProfiles, copies: 13, upstream: '', directory: '' };
  expect(() => placedCaches(tooMany)).toThrow(RangeError);
});

test('the struck region has one address, so that single means single; each standby has two', () => {
  const addresses = addressesOf(fleet);
  const { id, standby } = primaryOf(fleet);
  expect(addresses[id]).toHaveLength(1);
  for (const other of standby) expect(addresses[other]).toHaveLength(2);
  const all = nodesOf(fleet, caches).flatMap((node) => node.addresses);
  expect(new Set(all).size).toBe(all.length);
});

describe('behind each profile', () => {
  const clients = ['first', 'curl', 'chromium', 'quiet-first', 'quiet-node-http'] as const;
  const behind = clientsPlan(site, caches, { clients, spreadMs: 10_000 }).caches.slice(0, 4);

  test('each quiet clinic has a copy to itself, curl is behind one, and the others are behind all the rest', () => {
    expect(behind.map((cache) => cache.clients)).toEqual([
      ['first', 'curl'],
      ['first'],
      ['quiet-node-http'],
      ['quiet-first'],
    ]);
  });

  test('without quiet clinics every copy is busy', () => {
    const plan = clientsPlan(site, caches, { clients: ['first'], spreadMs: 10_000 });
    expect(plan.caches.every((cache) => cache.clients.join() === 'first')).toBe(true);
  });

  test('the users ask for the name of the struck region, which leads to it', () => {
    const { target } = clientsPlan(site, caches, { clients, spreadMs: 10_000 });
    expect(target.name).toBe('aws-paris.api.evenkeel.lab');
  });
});

test('browsers stand behind the first copy of each program as it comes', () => {
  const all = placedCaches({ profiles: resolverProfiles, copies: 2, upstream: '', directory: '' });
  expect(browserCaches(all).map(({ name }) => name)).toEqual([
    'unbound#1',
    'bind#1',
    'knot#1',
    'pdns#1',
    'dnsmasq#1',
  ]);
});
