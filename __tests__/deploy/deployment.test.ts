// Destroying, and the stack whose bucket holds the state of all, its own included.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { built, onSite, runOn as run, unprotected } from '../support/deploy-site.ts';

const missingBucket = 'Error: S3 bucket "clinic-state" does not exist.';

test('the bucket of all states is made with its own state on disk, which then moves in', () =>
  onSite(async (site) => {
    site.terraform.failures.set('init state', missingBucket);
    await run(site, { stacks: ['state'] });
    expect(site.terraform.steps).toEqual([
      'init state',
      'init state -reconfigure',
      'plan state',
      'apply state',
      'init state -migrate-state',
    ]);
    site.terraform.calls.length = 0;
    await run(site, { stacks: ['state'] });
    expect(site.terraform.steps).toEqual(['init state', 'plan state']);
  }));

test('before that bucket is destroyed its own state moves out, and the plan is made anew from there', () =>
  onSite(async (site) => {
    await run(site, { stacks: ['state'] });
    site.terraform.calls.length = 0;
    await run(site, { verb: 'destroy', stacks: ['state'] }, unprotected(site));
    expect(site.terraform.steps).toEqual([
      'init state',
      'plan state -destroy',
      'init state -migrate-state',
      'plan state -destroy',
      'apply state',
    ]);
    const left = readdirSync(join(site.surroundings.outdir, 'stacks', 'state'));
    expect(left.filter((name) => name.includes('override'))).toEqual([]);
  }));

test('no plan is left on disk: it holds every value in the clear', () =>
  onSite(async (site, folder) => {
    const plans = () =>
      readdirSync(site.surroundings.outdir, { recursive: true }).filter((name) =>
        String(name).endsWith('terraform.plan'),
      );
    await built(site, folder);
    expect(plans()).toEqual([]);
    await run(site, { verb: 'plan' });
    expect(plans()).toEqual([]);
  }));

test('a stack on which others stand is not destroyed alone', () =>
  onSite(async (site, folder) => {
    await built(site, folder);
    await expect(
      run(site, { verb: 'destroy', stacks: ['zone'] }, unprotected(site)),
    ).rejects.toMatchObject({ code: 'still-needed' });
    expect(site.terraform.done).toEqual([]);
  }));

test('destroying goes backwards and forgets each stack, the bucket of states last', () =>
  onSite(async (site, folder) => {
    await built(site, folder);
    expect(await run(site, { verb: 'destroy' }, unprotected(site))).toBe('done');
    expect(site.terraform.done).toEqual([
      'destroy peers',
      'destroy vantage-dublin',
      'destroy dns',
      'destroy azure-frankfurt',
      'destroy gcp-belgium',
      'destroy aws-paris',
      'destroy zone',
      'destroy state',
    ]);
    expect(site.record().stacks).toEqual({});
    expect(site.terraform.built.size).toBe(0);
  }));

test('protected data stops a destruction before its first step', () =>
  onSite(async (site, folder) => {
    await built(site, folder);
    await expect(run(site, { verb: 'destroy' })).rejects.toMatchObject({ code: 'protected-data' });
    expect(site.terraform.done).toEqual([]);
  }));

test('what was never built is not destroyed', () =>
  onSite(async (site) => {
    expect(await run(site, { verb: 'destroy' }, unprotected(site))).toBe('done');
    expect(site.said).toContain('dns: was never built, by the record');
    expect(site.terraform.done).toEqual([]);
  }));
