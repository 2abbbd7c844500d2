// What a deployer may ask for, and what is said to one who asks for something else.
import { expect, test } from '@jest/globals';
import { deployRequest } from '../../deploy/arguments.ts';

test('a verb and an environment are enough: all stacks of all clouds, asking before each', () => {
  expect(deployRequest(['plan', '--env', 'qa'])).toEqual({
    verb: 'plan',
    environment: 'qa',
    stacks: [],
    clouds: ['aws', 'gcp', 'azure'],
    releaseFile: null,
    variables: {},
    isAgreed: false,
    parallelism: 10,
  });
});

test('stacks are named one after another or one by one', () => {
  const base = ['deploy', '--env', 'qa'];
  expect(deployRequest([...base, '--stack', 'dns', 'peers']).stacks).toEqual(['dns', 'peers']);
  expect(deployRequest([...base, '--stack', 'dns', '--stack', 'peers']).stacks).toEqual([
    'dns',
    'peers',
  ]);
});

test('a parameter may hold any text, equals signs and line ends included', () => {
  const { variables } = deployRequest(['deploy', '--env', 'qa', '--var', 'secret=a=b\nc']);
  expect(variables).toEqual({ secret: 'a=b\nc' });
});

test.each([
  [['--env', 'qa'], 'wrong-arguments', 'No verb'],
  [['apply', '--env', 'qa'], 'wrong-arguments', '"apply"'],
  [['plan', 'dns', '--env', 'qa'], 'wrong-arguments', '"dns" stands alone'],
  [['plan', '--env', 'qa', '--stak', 'dns'], 'wrong-arguments', '--stak'],
  [['plan', '--env', 'qa', '--clouds', 'aws,ibm'], 'wrong-arguments', '"ibm"'],
  [['plan', '--env', 'qa', '--parallelism', '0'], 'wrong-arguments', '"0"'],
  [['plan', '--env', 'qa', '--parallelism', '101'], 'wrong-arguments', '"101"'],
  [['plan'], 'unknown-environment', 'No environment'],
  [['plan', '--env', 'local'], 'unknown-environment', '"local"'],
])('%j is refused as %s', (args, code, words) => {
  expect(() => deployRequest(args)).toThrow(
    expect.objectContaining({ code, message: expect.stringContaining(words) }),
  );
});

test('a parameter without a value is refused, and what may be a secret is not repeated', () => {
  const refusal = () => deployRequest(['plan', '--env', 'qa', '--var', 'Secret-Name=hunter2']);
  expect(refusal).toThrow(expect.objectContaining({ code: 'wrong-arguments' }));
  expect(refusal).not.toThrow(/hunter2/);
});
