// The clinic's page in a real browser: with and without scripts, before, during and after the loss of a region.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { encodePng } from '../../models/imaging/encode.ts';
import { drawChest } from '../../models/phantoms/chest.ts';
import { begin, RunningFleet, until } from '../support/running-fleet.ts';

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
/** Pictures for people to look at, of phantoms only; not kept in the repository. */
const picturesDir = join(__dirname, '..', '..', '.evenkeel', 'pictures');
const startMsMax = 120_000;
const drillMsMax = 180_000;
const there = existsSync(executablePath);
if (!there)
  console.warn(`No browser at ${executablePath} (set CHROMIUM): these tests are skipped.`);
const inBrowser = there ? test : test.skip;

let fleet: RunningFleet;
let browser: Browser;
let film: { readonly name: string; readonly mimeType: string; readonly buffer: Buffer };
const complaints: string[] = [];

beforeAll(async () => {
  if (!there) return;
  mkdirSync(picturesDir, { recursive: true });
  const png = await encodePng(drawChest(5, { finding: true }));
  film = { name: 'phantom.png', mimeType: 'image/png', buffer: Buffer.from(png) };
  browser = await chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  });
  fleet = await RunningFleet.start();
  await fleet.peacetime();
}, startMsMax);

afterAll(async () => {
  if (!there) return;
  await browser.close();
  await fleet.destroy();
});

async function open(options: BrowserContextOptions = {}): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 1000 }, ...options });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (/Content Security Policy|Uncaught/.test(message.text())) complaints.push(message.text());
  });
  await page.goto(fleet.ready.urls.clinic);
  return page;
}

async function read(page: Page, file = film): Promise<void> {
  await page.getByRole('radio', { name: /Chest pneumonia/ }).check();
  await page.getByLabel('Radiograph', { exact: true }).setInputFiles(file);
  await page.getByRole('button', { name: 'Read the film' }).click();
  await page.locator('.reading, .problem').first().waitFor();
}

const picture = (page: Page, name: string) =>
  page.screenshot({ path: join(picturesDir, `${name}.png`) });
const answering = (page: Page) => page.locator('.answers-now strong').textContent();

inBrowser('without scripts a film gets its reading, its heat map and the warning', async () => {
  const page = await open({ javaScriptEnabled: false, colorScheme: 'dark' });
  await read(page);
  await picture(page, 'no-scripts');
  expect(await page.getByRole('heading', { level: 2 }).first().textContent()).toMatch(
    /NORMAL|ABNORMAL|UNSURE/,
  );
  expect(await page.getByRole('note').textContent()).toMatch(/not for diagnosis/);
  const shown = await page
    .locator('.film-heat')
    .evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth);
  expect(shown).toBeGreaterThan(0);
  await page.getByRole('radio', { name: 'Off' }).check();
  expect(await page.locator('.film-heat').evaluate(opacity)).toBe('0');
});

/** Runs in the browser. */
const opacity = (element: unknown) =>
  (
    globalThis as unknown as { getComputedStyle: (e: unknown) => { opacity: string } }
  ).getComputedStyle(element).opacity;

inBrowser('the key h hides and shows the heat map, and the slider follows', async () => {
  const page = await open({ viewport: { width: 390, height: 800 } });
  await read(page);
  await page.locator('.reading').press('h');
  expect(await page.locator('.film-heat').evaluate(opacity)).toBe('0');
  await page.locator('.reading').press('h');
  expect(await page.locator('.film-heat').evaluate(opacity)).toBe('0.5');
  expect(await page.getByLabel('Opacity').inputValue()).toBe('50');
  await picture(page, 'narrow');
});

inBrowser('a file that is no film is refused above the form, which keeps the choice', async () => {
  const page = await open();
  await read(page, { ...film, buffer: Buffer.from('not a film') });
  expect(await page.getByRole('alert').textContent()).toMatch(/neither PNG nor JPEG/);
  expect(await page.getByRole('radio', { name: /Chest pneumonia/ }).isChecked()).toBe(true);
});

inBrowser(
  'while the primary is down the page goes on reading, in another region',
  async () => {
    const page = await open();
    await read(page);
    await picture(page, 'before');
    const out = join(fleet.ready.directory, 'drill');
    const options = ['--yes', '--seeds', '1', '--out', out, '--port', String(fleet.port)];
    const drill = begin('drill', 'multi-region-isolation', ...options);
    const ended = once(drill, 'exit');
    let said = '';
    drill.stderr.on('data', (text: Buffer) => (said += text.toString()));
    await until('the region is struck', () => Promise.resolve(/ strikes aws-paris/.test(said)));
    await page.waitForTimeout(9_000);
    for (let i = 0; i < 3; i += 1) {
      await page.goto(fleet.ready.urls.clinic);
      await read(page);
      expect(await page.locator('.reading').count()).toBe(1);
      expect(await page.locator('.facts').textContent()).not.toMatch(/aws-paris/);
    }
    await page.waitForTimeout(2_500);
    expect(await answering(page)).not.toBe('aws-paris');
    await picture(page, 'during');
    expect(await ended).toEqual([0, null]);
    await read(page);
    await picture(page, 'after');
  },
  drillMsMax,
);

inBrowser('no page broke its own content policy or threw', () => {
  expect(complaints).toEqual([]);
});
