// What an operator reads on the page: verdicts, weights, answers, the strategy, what stands, and what is wrong.
import { expect, test } from '@jest/globals';
import type { FleetView } from '../../../local/fleet-view.ts';
import { opsHtml } from '../../../local/ops/ops-page.ts';
import type { OpsPage } from '../../../local/ops/ops-page.ts';
import { peaceView } from '../../support/ops.ts';

const page = (change: Partial<FleetView> = {}, parts: Partial<OpsPage> = {}) =>
  opsHtml({
    view: { ...peaceView, ...change },
    seenAt: new Date('2026-11-21T12:00:00Z'),
    form: null,
    outcome: { kind: 'none' },
    ...parts,
  });

test('in peace it says so, with the strategy, each weight, and each answer', () => {
  const html = page();
  expect(html).toContain('Nothing is degraded.');
  expect(html).toContain('Strategy: <strong>multi:1</strong>, term 7');
  expect(html).toMatch(/<td>aws-paris<\/td><td>HEALTHY<\/td><td>none<\/td><td class="number">80</);
  expect(html).toContain('vantage-dublin up, vantage-finland up');
  expect(html).toContain('127.77.0.10 127.77.0.20');
  expect(html).toContain('No order and no flag stands.');
  expect(html).toContain('not a medical device');
});

test('what is wrong stands first, in words', () => {
  const html = page({
    strategy: null,
    degraded: ['vantage-dublin does not answer'],
    vantages: [{ id: 'vantage-dublin', answers: false }],
    answers: peaceView.answers.map((a) => ({ ...a, answered: [], agrees: false })),
    flags: [
      {
        region: 'aws-paris' as FleetView['flags'][number]['region'],
        reason: 'storage <errors>',
        actor: 'jane',
        raisedAt: '2026-11-21T11:00:00Z',
        until: '',
      },
    ],
  });
  expect(html.indexOf('vantage-dublin does not answer')).toBeLessThan(html.indexOf('<h2>'));
  expect(html).toContain('unknown: no vantage answers');
  expect(html).toContain('vantage-dublin DOES NOT ANSWER');
  expect(html).toMatch(/<td>nothing<\/td><td>DIFFERS<\/td>/);
  expect(html).toContain('storage &#60;errors&#62;, jane');
});

test('the form begins with what stands, and keeps what was asked', () => {
  expect(page()).toContain('name="strategy" value="multi:1"');
  const form = {
    region: 'aws-paris',
    strategy: 'hedge:1:1',
    ttl: '30',
    requestsPerSecond: '',
    kilobytes: '',
  };
  const html = page({}, { form });
  expect(html).toContain('<option selected>aws-paris</option>');
  expect(html).toContain('name="strategy" value="hedge:1:1"');
  expect(html).toContain('name="ttl" min="1" max="3600" value="30"');
});

test('it can be read by ear: a language, one heading, tables with captions, labelled fields', () => {
  const html = page();
  expect(html).toContain('<html lang="en">');
  expect(html.match(/<h1>/g)).toHaveLength(1);
  expect(html.match(/<table>/g)?.length).toBe(html.match(/<caption>/g)?.length);
  const fields = html.match(/<(input|select)\b/g)?.length;
  expect(html.match(/<label>[^<]+<(input|select)\b/g)?.length).toBe(fields);
  expect(html.match(/<label>/g)?.length).toBe(fields);
});
