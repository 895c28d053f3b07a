// Chromium, the people who use it, and what is checked and pictured of every page they see.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

export const OUT = new URL('../out/', import.meta.url).pathname;
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const DESK = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };
const PATIENCE = 10_000; // milliseconds until a missing element or page fails the test

export function launchBrowser() {
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  const places = [process.env.GUILDHALL_CHROMIUM, ...names.map((name) => `/usr/bin/${name}`)];
  const executablePath = places.find((place) => place && existsSync(place));
  if (!executablePath) throw new Error('no Chromium: install it, or name it in GUILDHALL_CHROMIUM');
  return chromium.launch({
    executablePath,
    chromiumSandbox: process.getuid() !== 0, // Chromium has no sandbox for root
    args: [
      '--disable-gpu',
      '--disable-quic',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
    ],
  });
}

/** One person at one browser: a context of their own, whose page complains are collected. */
export class Person {
  complaints = [];

  static async enter(browser, { url, email, name, ...options }) {
    const context = await browser.newContext({ baseURL: url, viewport: DESK, reducedMotion: 'reduce', ...options });
    context.setDefaultTimeout(PATIENCE);
    const person = new Person();
    const page = await context.newPage();
    Object.assign(person, { context, page, email, name });
    page.on('pageerror', (error) => person.complaints.push(`script error: ${error.message}`));
    page.on('console', (message) => {
      // A refused request is no fault of the page.
      const expected = message.text().startsWith('Failed to load resource');
      if (message.type() === 'error' && !expected) person.complaints.push(message.text());
    });
    return person;
  }
}

/**
 * Checks that the page is accessible in both themes and fits its window and a phone, and pictures it as
 * NAME-light, NAME-dark and NAME-phone.
 */
export async function look(page, name) {
  mkdirSync(OUT, { recursive: true });
  const picture = (kind) => page.screenshot({ path: `${OUT}${name}-${kind}.png`, fullPage: true });
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    await assertAccessible(page, `${name}, ${colorScheme}`);
    await assertFits(page, `${name}, ${colorScheme}`);
    await picture(colorScheme);
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(PHONE);
  await assertAccessible(page, `${name}, phone`);
  await assertFits(page, `${name}, phone`);
  await picture('phone');
  await page.setViewportSize(DESK);
}

/** Nothing reaches beyond the window's right edge. */
async function assertFits(page, where) {
  const { by, culprits } = await page.evaluate(() => {
    // A text may reach beyond the box that it is in: the width of what is written counts, too.
    const right = (one) => one.getBoundingClientRect().left + one.scrollWidth;
    const beyond = [...document.body.querySelectorAll('*')].filter((one) => right(one) > window.innerWidth);
    const culprits = beyond.map((one) => `${one.tagName.toLowerCase()}.${one.className}`);
    return { by: document.documentElement.scrollWidth - window.innerWidth, culprits };
  });
  assert.ok(by <= 0, `${where}: ${by} px wider than its window, at ${culprits.join(', ')}`);
}

/** No violation of any of axe's rules; `where` names the page in the message. */
export async function assertAccessible(page, where) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  const report = violations.flatMap(({ id, help, nodes }) => nodes.map(({ target, failureSummary }) => {
    return `${id} (${help}) at ${target.join(' ')}\n    ${failureSummary.replaceAll('\n', '\n    ')}`;
  }));
  assert.equal(report.length, 0, `${where} is not accessible:\n${report.join('\n')}`);
}
