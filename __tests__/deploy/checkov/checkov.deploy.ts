// An outside judge of production's stacks: checkov's rules, each failure of which needs a written reason. EVENKEEL_RECORD=1 writes docs/measurements/checkov.json.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { fleetFor } from '../../../fleet/environments.ts';
import { synthesizedFleet } from '../../support/synthesized-fleet.ts';
import { checkovExceptions } from './exceptions.ts';
import type { CheckovException } from './exceptions.ts';
import { checkovArguments, hasCheckov, scanned } from './scan.ts';
import type { Finding, Scan } from './scan.ts';

const scanMsMax = 300_000;
const recordFile = join(__dirname, '..', '..', '..', 'docs', 'measurements', 'checkov.json');

const isHere = hasCheckov();
if (!isHere) console.warn('Skipped: checkov is not on the PATH (pip install checkov).');
const describeWithCheckov = isHere ? describe : describe.skip;

const excuses = ({ checks, paths }: CheckovException, { check, path }: Finding) =>
  checks.includes(check) && paths.test(path);

interface Measurement {
  readonly date: string;
  readonly version: string;
  readonly command: string;
  readonly stacks: number;
  readonly passed: number;
  readonly failedWithoutReason: number;
  readonly failedWithReason: number;
  readonly exceptions: readonly {
    readonly checks: readonly string[];
    readonly reason: string;
    readonly places: readonly string[];
  }[];
}

const measurementOf = ({ version, passed, findings }: Scan, stacks: number): Measurement => ({
  date: new Date().toISOString().slice(0, 10),
  version,
  command: `checkov --directory cdktf.out/production/stacks ${checkovArguments.join(' ')}`,
  stacks,
  passed,
  failedWithoutReason: withoutReason(findings).length,
  failedWithReason: findings.length - withoutReason(findings).length,
  exceptions: checkovExceptions.map((exception) => ({
    checks: exception.checks,
    reason: exception.reason,
    places: [
      ...new Set(findings.filter((one) => excuses(exception, one)).map(({ path }) => path)),
    ].sort(),
  })),
});

const withoutReason = (findings: readonly Finding[]) =>
  findings.filter((finding) => !checkovExceptions.some((one) => excuses(one, finding)));

describeWithCheckov("checkov on production's stacks", () => {
  let scan: Scan = { version: '', passed: 0, findings: [] };
  const { stacks } = synthesizedFleet(fleetFor('production'));

  beforeAll(() => {
    scan = scanned(stacks);
    if (process.env['EVENKEEL_RECORD'] !== '1') return;
    writeFileSync(recordFile, `${JSON.stringify(measurementOf(scan, stacks.length), null, 2)}\n`);
  }, scanMsMax);

  test('really looks at them', () => expect(scan.passed).toBeGreaterThan(1_000));

  test('finds nothing for which there is no written reason', () =>
    expect(withoutReason(scan.findings)).toEqual([]));

  test('still finds everything for which there is one', () =>
    expect(
      checkovExceptions
        .filter(({ isByChance }) => isByChance !== true)
        .flatMap((exception) =>
          exception.checks
            .filter(
              (check) =>
                !scan.findings.some((one) => one.check === check && excuses(exception, one)),
            )
            .map((check) => `${check} at ${exception.paths.source}`),
        ),
    ).toEqual([]));

  test('was measured as docs/measurements/checkov.json says', () => {
    const recorded = JSON.parse(readFileSync(recordFile, 'utf8')) as Measurement;
    expect(recorded.failedWithoutReason).toBe(0);
    const reasons = (exceptions: readonly { readonly reason: string }[]) =>
      exceptions.map(({ reason }) => reason);
    expect(reasons(recorded.exceptions)).toEqual(reasons(checkovExceptions));
  });
});
