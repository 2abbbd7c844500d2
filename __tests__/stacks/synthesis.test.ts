import { homedir, tmpdir } from 'node:os';
import { describe, expect, test } from '@jest/globals';
import { fleetFor } from '../../fleet/environments.ts';
import { regionId } from '../../fleet/fleet.ts';
import type { Fleet, Region } from '../../fleet/fleet.ts';
import { toolsFor } from '../../stacks/constructs/observability/monitoring-tools.ts';
import { environmentDifferences } from '../support/environment-differences.ts';
import { production } from '../support/fleets.ts';
import { nameLimits } from '../support/name-limits.ts';
import { suspicionsIn } from '../support/secret-scan.ts';
import { synthesizedFleet } from '../support/synthesized-fleet.ts';
import { resourcesOf } from '../support/synthesized.ts';

const environments = ['qa', 'preproduction', 'production'] as const;
const built = Object.fromEntries(
  environments.map((name) => [name, synthesizedFleet(fleetFor(name))]),
) as Record<(typeof environments)[number], ReturnType<typeof synthesizedFleet>>;

const everyFile = environments.flatMap((environment) =>
  [...built[environment].files].map(([file, text]) => ({ file: `${environment}/${file}`, text })),
);

/** Random to look at, and published with the tools they belong to. */
const publicValues = new Set(
  (['x64', 'arm64'] as const).flatMap((architecture) =>
    toolsFor(architecture).map(({ sha256 }) => sha256),
  ),
);

describe('what synthesis writes', () => {
  test('is the same byte for byte, wherever it is written', () => {
    const { files } = synthesizedFleet(production);
    expect([...files.keys()]).toEqual([...built.production.files.keys()]);
    for (const [file, text] of files)
      expect({ file, isSame: text === built.production.files.get(file) }).toEqual({
        file,
        isSame: true,
      });
  });

  test('knows nothing of the machine it was written on', () => {
    const places = [process.cwd(), tmpdir(), homedir()].filter((place) => place.length > 4);
    const found = everyFile.flatMap(({ file, text }) =>
      [...places, 'node_modules']
        .filter((place) => text.includes(place))
        .map((place) => ({ file, place })),
    );
    expect(found).toEqual([]);
  });

  test('keeps no secret', () => {
    const found = everyFile.flatMap(({ file, text }) =>
      suspicionsIn(text, publicValues).map((suspicion) => ({ file, ...suspicion })),
    );
    expect(found).toEqual([]);
  });
});

describe('the scan for secrets', () => {
  const random = 'kR8vQz3LmX1pW7tYb5NcJd2HgF9sAe4U';

  test.each([
    ['an access key of AWS', '{"key": "AKIAIOSFODNN7EXAMPLE"}'],
    ['a private key', '-----BEGIN RSA PRIVATE KEY-----'],
    ['a password', '"admin_password": "correct-horse"'],
    ['a password in an address', 'postgres://reader:hunter2@db.internal/studies'],
    ['a random text', `"value": "${random}"`],
    ['a digest', '"value": "9f86d081884c7d659a2feaa0c55ad015"'],
    [
      'a signed token',
      'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P',
    ],
    [
      'any of these behind base64',
      Buffer.from('DB_PASSWORD=correct-horse-battery').toString('base64'),
    ],
  ])('finds %s', (_, text) => expect(suspicionsIn(text)).not.toEqual([]));

  test.each([
    ['a reference', '"secret": "${aws_secretsmanager_secret.sign-in.arn}"'],
    ['the name of a secret', '"secret_arn": "arn:aws:secretsmanager:eu-west-3:1:secret:sign-in"'],
    ['a setting about tokens', '"http_tokens": "required", "http_token": "required"'],
    ['a path', '/opt/evenkeel/releases/current/services/inference/server.js'],
    ["a resource's name", 'aws_route_table_association.network_private-0-routes_2A4F0C11'],
    ['words behind base64', Buffer.from('EVENKEEL_REGION=aws-paris with words').toString('base64')],
    ['a managed policy of CloudFront', '67f7725c-6f97-4210-82d7-5512b31e9d03'],
  ])('does not mistake %s', (_, text) => expect(suspicionsIn(text)).toEqual([]));

  test('lets a value pass that is public, in full only', () => {
    expect(suspicionsIn(random, new Set([random]))).toEqual([]);
    expect(suspicionsIn(`${random}x`, new Set([random]))).toHaveLength(1);
  });
});

test.each(['qa', 'preproduction'] as const)(
  '%s differs from production in nothing but this',
  (name) =>
    expect(environmentDifferences(built.production, built[name]).join('\n')).toMatchSnapshot(),
);

describe('a new region', () => {
  /** What more regions cost is not the question here. */
  const estate = { ...production.estate, monthlyBudgetUsd: 90_000 };
  const before = new Map(
    synthesizedFleet({ ...production, estate }).stacks.map(({ name, json }) => [
      name,
      JSON.stringify(json),
    ]),
  );

  /** The stacks that are others now, and those that there were none of. */
  function changedBy(region: Partial<Region>, like: string): readonly string[] {
    const model = production.regions.find(({ id }) => id === like)!;
    const regions: Fleet['regions'] = [
      ...production.regions,
      { ...model, role: 'secondary', ...region },
    ];
    return synthesizedFleet({ ...production, estate, regions })
      .stacks.filter(({ name, json }) => before.get(name) !== JSON.stringify(json))
      .map(({ name }) => name);
  }

  const everywhere = [
    'dns',
    'observability',
    'peers',
    'vantage-amsterdam',
    'vantage-dublin',
    'vantage-finland',
  ];

  test.each([
    ['gcp-madrid', 'gcp-belgium', 'europe-southwest1', []],
    ['azure-oslo', 'azure-frankfurt', 'norwayeast', []],
    // The two regions keep each other's copies.
    ['aws-milan', 'aws-paris', 'eu-south-1', ['aws-paris']],
  ])('%s leaves the other regions as they are', (id, like, location, also) => {
    const changed = changedBy({ id: regionId(id), location, network: '10.96.0.0/16' }, like);
    expect(changed).toContain(id);
    expect(changed.filter((name) => ![id, ...everywhere, ...also].includes(name))).toEqual([]);
    expect(changed).toContain('dns');
  });
});

test('every name is one that its cloud allows, in every environment', () => {
  const wrong = environments.flatMap((environment) =>
    built[environment].stacks.flatMap(({ name: stack, json }) =>
      Object.entries(nameLimits).flatMap(([type, { attribute, pattern }]) =>
        resourcesOf(json, type)
          .map((resource) => resource[attribute])
          .filter((name) => typeof name === 'string' && !name.includes('${') && !pattern.test(name))
          .map((name) => ({ environment, stack, type, name })),
      ),
    ),
  );
  expect(wrong).toEqual([]);
});
