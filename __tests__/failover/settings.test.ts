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
      EVENKEEL_TLS_CERT_FILE: '/tls/cert.pem',
      EVENKEEL_TLS_KEY_FILE: '/tls/key.pem',
      EVENKEEL_TLS_AUTHORITY_FILE: '/tls/authority.pem',
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
      livenessPort: null,
      credentials: {
        certFile: '/tls/cert.pem',
        keyFile: '/tls/key.pem',
        authorityFile: '/tls/authority.pem',
      },
      route53Endpoint: null,
      ca: null,
      flagsUrl: null,
      golden: null,
      ports: {},
      resolvers: [],
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
    const EVENKEEL_PEERS = 'vantage-finland=https://127.0.0.1:5501, vantage-amsterdam=https://x:1';
    expect(settingsFrom({ ...env, EVENKEEL_PEERS }).peers).toEqual([
      { vantage: 'vantage-finland', url: 'https://127.0.0.1:5501' },
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
  ['a peer without TLS', { EVENKEEL_PEERS: 'vantage-finland=http://x' }, /vantage=url/],
  ['no certificate', { EVENKEEL_TLS_CERT_FILE: undefined }, /EVENKEEL_TLS_CERT_FILE is not set/],
  ['no authority', { EVENKEEL_TLS_AUTHORITY_FILE: '' }, /EVENKEEL_TLS_AUTHORITY_FILE is not set/],
  ['a wrong liveness port', { EVENKEEL_LIVENESS_PORT: 'x' }, /EVENKEEL_LIVENESS_PORT is "x"/],
  [
    'an unknown peer',
    { EVENKEEL_PEERS: 'mars=https://x' },
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

test('canaries are the fleet’s own unless others are named where the controller starts', () =>
  withDeployment(built, (env) => {
    const targets = (given: Env) => settingsFrom({ ...env, ...given }).fleet.probe.canary.targets;
    expect(targets({})).toEqual(production.probe.canary.targets);
    expect(targets({ EVENKEEL_CANARIES: '127.0.0.1:53, [::1]:5500,' })).toEqual([
      '127.0.0.1:53',
      '[::1]:5500',
    ]);
    expect(() => targets({ EVENKEEL_CANARIES: '127.0.0.1:53' })).toThrow(/canar/);
    expect(() => targets({ EVENKEEL_CANARIES: 'a:53,b' })).toThrow(/"b" is not host:port/);
  }));

test('a strategy that somebody has set stands instead of the fleet’s own; one that is none stops it', () =>
  withDeployment(built, async (env, folder) => {
    const file = join(folder, 'strategy');
    const settings = () => settingsFrom({ ...env, EVENKEEL_STRATEGY_FILE: file });
    expect(settings().fleet.strategy).toEqual(production.strategy);
    await writeFile(file, 'hedge:1:2\n');
    expect(settings().fleet.strategy).toEqual({ kind: 'hedge', own: 1, standby: 2 });
    await writeFile(file, 'literal:2\n');
    expect(settings).toThrow('Duplicate Resource Record');
    await writeFile(file, 'multi:3\n');
    expect(settings).toThrow('whose standby gcp-belgium has 2');
  }));
