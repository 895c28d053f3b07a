// The harness itself: what it is to find, it finds.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible } from './harness.mjs';
import { launchBrowser } from './harness/browser.mjs';

let browser;
before(async () => (browser = await launchBrowser()));
after(() => browser?.close());

const page = (body) => `<!doctype html><html lang="en"><title>A page</title><main><h1>A page</h1>${body}</main>`;

test('an accessible page passes, a field without a label does not', async () => {
  const tab = await browser.newPage();
  await tab.setContent(page('<label>E-mail <input></label>'));
  await assertAccessible(tab, 'the good page');
  await tab.setContent(page('<input>'));
  await assert.rejects(assertAccessible(tab, 'the bad page'), /the bad page is not accessible:\nlabel /);
});
