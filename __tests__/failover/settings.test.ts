// The environment is read once, and what is wrong with it is said before anything starts.
import { expect, test } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { settingsFrom } from '../../failover/settings.ts';
import { deploymentOf, production } from '../support/fleets.ts';
import { withFolder } from '../support/folder.ts';

type Env = Record<string, string | undefined>;

const withDeployment = <T>(
  content: unknown,
  work: (env: Env, folder: string) => T | Promise<T>,
): Promise<T> =>
  withFolder(async (folder) => {
    const file = join(folder, 'deployment.json');
    await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
    await writeFile(join(folder, 'ca.pem'), 'CA');
    await writeFile(join(folder, 'golden.png'), 'PNG');
    const env = {
      EVENKEEL_ENV: 'production',
      EVENKEEL_VANTAGE: 'vantage-dublin',
      EVENKEEL_DEPLOYMENT: file,
      EVENKEEL_STATE_DIR: join(folder, 'state'),
    };
    return work(env, folder);
  });

const golden = { model: 'm', imageFile: 'golden.png', label: 'pneumonia', probability: 0.9 };
const built = deploymentOf(production);

test('what is needed suffices: loopback, any port, AWS itself, the trust of the system', () =>
  withDeployment(built, (env, folder) => {
    expect(settingsFrom(env)).toEqual({
      fleet: production,
      deployment: expect.objectContaining(built),
      vantage: 'vantage-dublin',
      peers: [],
      stateDir: join(folder, 'state'),
      host: '127.0.0.1',
      port: 0,
      route53Endpoint: null,
      ca: null,
      golden: null,
      ports: {},
    });
  }));

test('files that the deployment names are found beside it', () =>
  withDeployment(
    {
      ...built,
      caFile: 'ca.pem',
      golden,
      ports: { 'aws-paris': 8443 },
      route53Endpoint: 'http://127.0.0.1:5400',
    },
    (env) => {
      expect(settingsFrom(env)).toMatchObject({
        ca: 'CA',
        golden: { ...golden, image: Buffer.from('PNG') },
        ports: { 'aws-paris': 8443 },
        route53Endpoint: 'http://127.0.0.1:5400',
      });
    },
  ));

test('peers are vantages with their URLs', () =>
  withDeployment(built, (env) => {
    const EVENKEEL_PEERS = 'vantage-finland=http://127.0.0.1:5501, vantage-amsterdam=https://x:1';
    expect(settingsFrom({ ...env, EVENKEEL_PEERS }).peers).toEqual([
      { vantage: 'vantage-finland', url: 'http://127.0.0.1:5501' },
      { vantage: 'vantage-amsterdam', url: 'https://x:1' },
    ]);
  }));

test.each([
  ['no environment', { EVENKEEL_ENV: undefined }, /EVENKEEL_ENV is not set/],
  ['an empty vantage', { EVENKEEL_VANTAGE: '' }, /EVENKEEL_VANTAGE is not set/],
  ['an unknown environment', { EVENKEEL_ENV: 'test' }, /no environment "test"/],
  ['an unknown vantage', { EVENKEEL_VANTAGE: 'mars' }, /"mars".*vantage-finland/],
  ['a peer without URL', { EVENKEEL_PEERS: 'vantage-finland' }, /entry "vantage-finland"/],
  ['a peer that is no URL', { EVENKEEL_PEERS: 'vantage-finland=ftp://x' }, /vantage=url/],
  [
    'an unknown peer',
    { EVENKEEL_PEERS: 'mars=http://x' },
    /EVENKEEL_PEERS names the vantage "mars"/,
  ],
  ['a port too large', { EVENKEEL_PORT: '65536' }, /EVENKEEL_PORT is "65536"/],
  ['a port in words', { EVENKEEL_PORT: '80a' }, /EVENKEEL_PORT is "80a"/],
  ['a negative port', { EVENKEEL_PORT: '-1' }, /EVENKEEL_PORT is "-1"/],
  [
    'a missing file',
    { EVENKEEL_DEPLOYMENT: '/no/such.json' },
    /such.json cannot be read \(ENOENT\)/,
  ],
])('%s is refused with what to do', (_, change, words) =>
  withDeployment(built, (env) => {
    expect(() => settingsFrom({ ...env, ...change })).toThrow(words);
  }),
);

test('the last port is a port', () =>
  withDeployment(built, (env) => {
    expect(settingsFrom({ ...env, EVENKEEL_PORT: '65535' }).port).toBe(65_535);
  }));

test.each([
  ['that is no JSON', '{', /is not JSON/],
  ['that is null', 'null', /aws-paris has 0 addresses/],
  ['that is empty', {}, /aws-paris has 0 addresses/],
  ['without a zone', { ...built, hostedZoneId: undefined }, /no hosted zone/],
  ['without a certificate it names', { ...built, caFile: 'none.pem' }, /none.pem cannot be read/],
  [
    'without the picture it names',
    { ...built, golden: { ...golden, imageFile: 'none.png' } },
    /none.png cannot be read/,
  ],
  [
    'that is only planned',
    { ...built, hostedZoneId: { stack: 'zone', output: 'hosted_zone_id' } },
    /plan of a deployment.*npm run deploy/,
  ],
])('a deployment %s is refused', (_, content, words) =>
  withDeployment(content, (env) => {
    expect(() => settingsFrom(env)).toThrow(words);
  }),
);
