// Prometheus's own tool reads the rules, and each alert is shown once to fire and once to stay quiet.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { rulesFile } from '../../stacks/constructs/observability/alert.ts';
import type { Alert } from '../../stacks/constructs/observability/alert.ts';
import { alertRules } from '../../stacks/constructs/observability/alert-rules.ts';
import { alertCases } from '../support/alert-cases.ts';
import type { AlertCase } from '../support/alert-case.ts';
import { production } from '../support/fleets.ts';
import { withFolder } from '../support/folder.ts';

const minutesByTheMinuteMax = 1_000;
const rules = alertRules(production);
const alerts = new Map(
  Object.values(rules)
    .flat()
    .map((alert) => [alert.name, alert] as const),
);

const hasPromtool = spawnSync('promtool', ['--version']).status === 0;
const testWithPromtool = hasPromtool ? test : test.skip;
if (!hasPromtool)
  console.warn('The alert rules are not tried: promtool is missing (apt package prometheus).');

function promtool(...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync('promtool', args, { encoding: 'utf8' });
  return status === 0 ? 'SUCCESS' : `${stdout}\n${stderr}`;
}

const labelled = (text: string, labels: Readonly<Record<string, string>>) =>
  text.replaceAll(/\{\{ \$labels\.(\w+) \}\}/g, (_, name: string) => labels[name] ?? '');

function unitTest({ alert, series, at, fires }: AlertCase, { severity, summary, remedy }: Alert) {
  const expected = fires && {
    exp_labels: { severity, ...fires },
    exp_annotations: { summary: labelled(summary, fires), remedy: labelled(remedy, fires) },
  };
  return {
    interval: '1m',
    input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
    alert_rule_test: [
      { eval_time: at, alertname: alert, exp_alerts: expected === null ? [] : [expected] },
    ],
  };
}

/** Each case beside its own alert only: three days of all of them take promtool minutes. */
const tried = (cases: readonly AlertCase[]) =>
  withFolder(async (folder) => {
    const files = cases.map((one, i) => {
      const rule = alerts.get(one.alert);
      if (rule === undefined) throw new Error(`There is no alert ${one.alert}`);
      writeFileSync(join(folder, `${i}.rules.yml`), rulesFile({ [one.alert]: [rule] }));
      const file = join(folder, `${i}.yml`);
      const document = {
        rule_files: [`${i}.rules.yml`],
        // Three days by the minute take promtool half a minute, and show no more.
        evaluation_interval: Number.parseInt(one.at, 10) > minutesByTheMinuteMax ? '20m' : '1m',
        tests: [unitTest(one, rule)],
      };
      writeFileSync(file, JSON.stringify(document, null, 1));
      return file;
    });
    expect(promtool('test', 'rules', ...files)).toBe('SUCCESS');
  });

test('every alert has a case in which it fires and one in which it stays quiet', () => {
  const shown = (isFiring: boolean) =>
    new Set(alertCases.filter(({ fires }) => (fires !== null) === isFiring).map((c) => c.alert));
  const names = [...alerts.keys()].sort();
  expect([...shown(true)].sort()).toEqual(names);
  expect([...shown(false)].sort()).toEqual(names);
});

testWithPromtool('Prometheus accepts the rules', () =>
  withFolder(async (folder) => {
    const file = join(folder, 'rules.yml');
    writeFileSync(file, rulesFile(rules));
    expect(promtool('check', 'rules', file)).toBe('SUCCESS');
  }),
);

testWithPromtool('each alert fires when it must', () =>
  tried(alertCases.filter(({ fires }) => fires !== null)),
);

testWithPromtool('each alert stays quiet when it must', () =>
  tried(alertCases.filter(({ fires }) => fires === null)),
);
