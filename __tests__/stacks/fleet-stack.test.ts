// What every stack shares: where its state is, and how values cross from one stack to another.
import { App } from 'cdktf';
import { expect, test } from '@jest/globals';
import { fleetFor } from '../../fleet/environments.ts';
import { FleetStack } from '../../stacks/fleet-stack.ts';
import { synthesizedStack } from '../support/synthesized.ts';

const fleet = fleetFor('production');

class Example extends FleetStack {
  readonly addresses = this.receiveList('aws-paris', 'addresses', 2, 'Where the region answers');
  readonly again = this.receiveList('aws-paris', 'addresses', 2, 'Where the region answers');
  readonly check = this.receiveMember('dns', 'health_check_ids', 'aws-paris', 'Its check');
  readonly peers = this.receiveLate('peers', 'addresses', {
    type: 'list(string)',
    description: 'Known after the second pass',
    default: [],
  });
  readonly release = this.parameter('release_version', {
    type: 'string',
    description: 'What to run',
    validation: { condition: 'length(var.release_version) > 0', errorMessage: 'Name a release.' },
  });

  constructor(app: App) {
    super(app, 'example', fleet, { cloud: 'aws' });
    this.publish('addresses', this.addresses, 'The same again');
  }
}

test('state is kept in a bucket of its own location, encrypted and locked, one object per stack', () => {
  expect(synthesizedStack((app) => new Example(app)).terraform?.['backend']).toEqual({
    s3: {
      bucket: 'evenkeel-example-state',
      key: 'example.tfstate',
      region: fleet.estate.stateLocations[0],
      encrypt: true,
      use_lockfile: true,
    },
  });
});

test('another stack’s values are variables: no stack reads the state of another', () => {
  const json = synthesizedStack((app) => new Example(app));
  expect(Object.keys(json.variable ?? {}).sort()).toEqual([
    'aws_paris_addresses',
    'dns_health_check_ids',
    'peers_addresses',
    'release_version',
  ]);
  expect(json.data).toBeUndefined();
  expect(json.output?.['addresses']?.['value']).toEqual([
    '${var.aws_paris_addresses[0]}',
    '${var.aws_paris_addresses[1]}',
  ]);
});

test('a stack lists what it is given, each value once, and which of it comes late', () => {
  const stack = new Example(new App());
  expect(stack.handoffs).toEqual([
    { variable: 'aws_paris_addresses', from: 'aws-paris', output: 'addresses', isLate: false },
    { variable: 'dns_health_check_ids', from: 'dns', output: 'health_check_ids', isLate: false },
    { variable: 'peers_addresses', from: 'peers', output: 'addresses', isLate: true },
  ]);
  expect(stack.parameters).toEqual(['release_version']);
});

test('a parameter is judged by an expression of Terraform', () =>
  expect(synthesizedStack((app) => new Example(app)).variable?.['release_version']).toMatchObject({
    validation: [{ condition: '${length(var.release_version) > 0}' }],
  }));

test('a member of a map may stand within JSON: its reference has no quotes', () => {
  const json = synthesizedStack((app) => {
    const stack = new Example(app);
    stack.publish('policy', JSON.stringify({ check: stack.check }), 'Text with a reference');
    return stack;
  });
  expect(json.output?.['policy']?.['value']).toMatch(/^\{"check":"\$\{local\.[\w-]+\}"\}$/);
});
