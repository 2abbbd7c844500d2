import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqsQueue } from '@cdktf/provider-aws/lib/sqs-queue/index.js';
import { PublicIp } from '@cdktf/provider-azurerm/lib/public-ip/index.js';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { App } from 'cdktf';
import { isInputError } from '../../../fleet/errors.ts';
import { tagAzureResources } from '../../../stacks/azure-tags.ts';
import { fleetStacks } from '../../../stacks/fleet-stacks.ts';
import { FleetStack } from '../../../stacks/fleet-stack.ts';
import { exceptions } from '../../../stacks/policy/exceptions.ts';
import { factsOf } from '../../../stacks/policy/facts-of.ts';
import { judge, refuseUnsafe } from '../../../stacks/policy/refuse-unsafe.ts';
import { rules } from '../../../stacks/policy/rules.ts';
import type { Body } from '../../../stacks/policy/stack-facts.ts';
import { awsProvider, azureProvider } from '../../../stacks/providers.ts';
import { production } from '../../support/fleets.ts';
import { factsWith } from '../../support/policy-facts.ts';

class QueueStack extends FleetStack {
  constructor(app: App, config: ConstructorParameters<typeof SqsQueue>[2]) {
    super(app, 'queues', production, { cloud: 'aws' });
    awsProvider(this, 'eu-west-3');
    new SqsQueue(this, 'jobs', config);
  }
}

class AddressStack extends FleetStack {
  constructor(app: App, isTagged: boolean) {
    super(app, 'addresses', production, { cloud: 'azure' });
    azureProvider(this);
    new PublicIp(this, 'address', {
      name: 'a',
      resourceGroupName: 'g',
      location: 'westeurope',
      allocationMethod: 'Static',
    });
    if (isTagged) tagAzureResources(this);
  }
}

let outdir = '';
beforeEach(() => {
  outdir = mkdtempSync(join(tmpdir(), 'policy-'));
});
afterEach(() => rmSync(outdir, { recursive: true }));

function refusal(make: (app: App) => FleetStack): string {
  const app = new App({ outdir });
  const stack = make(app);
  app.synth();
  try {
    refuseUnsafe([stack], outdir);
    return '';
  } catch (error) {
    if (!isInputError(error)) throw error;
    return `${error.code}: ${error.message}`;
  }
}

describe('an environment', () => {
  test('that breaks no rule is let through', () =>
    expect(refusal((app) => new QueueStack(app, { sqsManagedSseEnabled: true }))).toBe(''));

  test('that breaks one is refused with the place, the rule and the remedy', () => {
    const message = refusal((app) => new QueueStack(app, {}));
    expect(message).toMatch(/^policy: 1 violations/);
    expect(message).toContain('queues/jobs (aws_sqs_queue) is not encrypted [encrypted-at-rest]');
    expect(message).toContain('Name the key of the region');
  });

  test('is judged by what will be applied, with the tags that aspects add at the end', () => {
    expect(refusal((app) => new AddressStack(app, true))).toBe('');
    expect(refusal((app) => new AddressStack(app, false))).toContain(
      'addresses/address (azurerm_public_ip) has no project, environment, owner among its tags',
    );
  });

  test('hears of every violation at once', () => {
    const open = { ip_protocol: 'tcp', from_port: 5432, to_port: 5432, cidr_ipv4: '0.0.0.0/0' };
    const facts = factsWith({
      aws_vpc_security_group_ingress_rule: { one: open, two: open },
      aws_iam_user: { three: {} },
    });
    expect(judge([facts], []).violations.map(({ resource }) => resource.name)).toEqual([
      'one',
      'two',
      'three',
    ]);
  });
});

test('one stack may rely on another of its environment', () => {
  const trail = (isWhole: boolean) => ({
    aws_cloudtrail: {
      trail: {
        kms_key_id: 'k',
        enable_log_file_validation: true,
        is_multi_region_trail: isWhole,
        include_global_service_events: isWhole,
      },
    },
  });
  expect(judge([factsWith(trail(false))], []).violations).toHaveLength(1);
  expect(judge([factsWith(trail(false)), factsWith(trail(true))], []).violations).toEqual([]);
});

describe('an exception', () => {
  const user = factsWith({ aws_iam_user: { mail: {} } });
  const bucket = factsWith({ aws_s3_bucket_acl: { mail: { acl: 'private' } } });
  const exception = {
    rule: 'no-long-lived-keys',
    paths: /\/mail$/,
    reason: 'Sending mail by SMTP knows passwords only',
  } as const;

  test('excuses its rule, at its place', () => {
    const { violations, excused } = judge([user], [exception]);
    expect(violations).toEqual([]);
    expect(excused).toEqual([expect.objectContaining({ exception })]);
  });

  test('excuses no other rule and no other place', () => {
    expect(judge([user], [{ ...exception, rule: 'tags' }]).violations).toHaveLength(1);
    expect(judge([user], [{ ...exception, paths: /\/letters$/ }]).violations).toHaveLength(1);
  });

  test('that excuses nothing any more is itself refused', () =>
    expect(judge([bucket], [exception]).stale).toEqual([exception]));

  test('about something that this fleet does not have may stay', () =>
    expect(judge([factsWith({})], [exception]).stale).toEqual([]));
});

test('every rule has an id of its own and says what, why and what to do', () => {
  expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
  for (const { what, why, remedy } of rules)
    for (const sentence of [what, why, remedy]) expect(sentence).toMatch(/^["A-Z].{10,}[^.]$/);
});

test('every exception excuses something in production', () => {
  const app = new App({ outdir });
  const stacks = fleetStacks(app, production);
  app.synth();
  const facts = stacks.map((stack) => factsOf(stack, stack.toTerraform() as Body));
  const used = new Set(judge(facts, exceptions).excused.map(({ exception }) => exception));
  expect(exceptions.filter((exception) => !used.has(exception))).toEqual([]);
});

test('every exception gives a reason and names no region', () => {
  const places = [...production.regions, ...production.vantages].flatMap(({ id, location }) => [
    id,
    location,
  ]);
  for (const { reason, paths } of exceptions) {
    expect(reason.length).toBeGreaterThan(40);
    expect(places.filter((place) => paths.source.includes(place))).toEqual([]);
  }
});
