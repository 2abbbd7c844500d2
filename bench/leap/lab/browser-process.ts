// One clinic with Chromium, as a process: a page that asks the service once a second, over the browser's host cache and connections.
import { chromium } from 'playwright-core';
import { onTold, say } from '../../../failover/lab/say.ts';
import { Clinic } from './clients/clinic.ts';
import type { ClientsOrder } from './clients-process.ts';

const everyMs = 1_000;
const patienceMs = 5_000;
const url = process.env['EVENKEEL_LEAP_URL'] ?? '';

const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  // Whoever is root in a user namespace may not make the sandbox's own.
  chromiumSandbox: false,
  args: ['--disable-gpu', '--disable-component-update', '--disable-sync', '--no-first-run'],
});
const page = await browser.newPage();

/** Any answer will do: without CORS a page learns that there was one, and no more. */
async function send(): Promise<void> {
  await page.evaluate(
    ([address, ms]) =>
      fetch(address, { mode: 'no-cors', cache: 'no-store', signal: AbortSignal.timeout(ms) }),
    [url, patienceMs] as const,
  );
}

const clinic = new Clinic(send, everyMs, false);

function obey(order: ClientsOrder): void {
  if (order.order === 'report')
    say({ event: 'report', sent: clinic.sentSince(order.fromMs), version: browser.version() });
}

onTold((line) => obey(JSON.parse(line) as ClientsOrder));
clinic.start(Math.random() * everyMs);
say({ ready: true });
