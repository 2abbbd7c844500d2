// Which environments are synthesized and where to.
import { expect, test } from '@jest/globals';
import { synthesisFrom } from '../../stacks/synthesis-settings.ts';

test('all deployable environments, unless one is named', () => {
  expect(synthesisFrom([], {})).toEqual(
    ['qa', 'preproduction', 'production'].map((environment) => ({
      environment,
      outdir: `cdktf.out/${environment}`,
    })),
  );
  expect(synthesisFrom(['--env', 'qa'], {})).toEqual([
    { environment: 'qa', outdir: 'cdktf.out/qa' },
  ]);
  expect(synthesisFrom([], { EVENKEEL_ENV: 'qa' })).toHaveLength(1);
});

test('under the cdktf CLI one environment goes where the CLI looks', () =>
  expect(synthesisFrom([], { EVENKEEL_ENV: 'production', CDKTF_OUTDIR: 'cdktf.out' })).toEqual([
    { environment: 'production', outdir: 'cdktf.out' },
  ]));

test('the cdktf CLI without an environment is refused: it could be anyone’s', () =>
  expect(() => synthesisFrom([], { CDKTF_OUTDIR: 'cdktf.out' })).toThrow(
    /No environment is named.*EVENKEEL_ENV/,
  ));

test.each([
  [['--env', 'staging'], /no environment "staging" to deploy.*qa, preproduction, production/],
  [['--env', 'local'], /no environment "local" to deploy/],
  [['--environment', 'qa'], /Unknown option '--environment'.*--env/],
])('%j is refused', (args, words) => expect(() => synthesisFrom(args, {})).toThrow(words));
