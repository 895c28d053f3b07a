// The console with a keyboard alone.
import assert from 'node:assert/strict';
import { installation } from './harness.mjs';
import { invite, join, open } from './steps.mjs';

const world = installation({ prepare });
const { test } = world;
let page;

async function prepare() {
  const alice = await world.person('Alice Lindqvist');
  await join(alice, world.mailbox);
  await open(alice, 'Members');
  await invite(alice, ['dan@northwind.example']);
  page = alice.page;
}

function focused() {
  return page.evaluate(() => {
    const one = document.activeElement;
    return one.textContent.trim() || one.name;
  });
}

test('the first Tab offers to skip to the content', async () => {
  await page.reload();
  await page.keyboard.press('Tab');
  assert.equal(await focused(), 'Skip to content');
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'main');
});

test('Tab reaches every control in the order of the page, visibly, and is never trapped', async () => {
  await page.reload();
  const reachable = await page.evaluate(() => {
    const all = document.querySelectorAll('a[href], button, input, select, textarea, summary');
    const visible = (one) => one.type !== 'hidden' && one.checkVisibility({ visibilityProperty: true });
    const seen = [...all].filter((one) => !one.disabled && visible(one));
    seen.forEach((one, index) => (one.dataset.order = index));
    return seen.length;
  });
  const visited = [];
  for (let presses = 0; presses < reachable; presses += 1) {
    await page.keyboard.press('Tab');
    const { order, ringed } = await page.evaluate(() => {
      const { dataset, parentElement } = document.activeElement;
      const rings = [document.activeElement, parentElement].map((one) => getComputedStyle(one));
      const ringed = rings.some((style) => style.boxShadow !== 'none' || style.outlineStyle !== 'none');
      return { order: Number(dataset.order), ringed };
    });
    assert.ok(ringed, `control ${order} shows no focus`);
    visited.push(order);
  }
  assert.deepEqual(visited, [...Array(reachable).keys()]);
});

test('/ goes to the search, and is an ordinary letter where text is typed', async () => {
  await page.reload();
  await page.keyboard.press('/');
  assert.equal(await focused(), 'q');
  await page.keyboard.type('a/b');
  assert.equal(await page.getByLabel('Search people').inputValue(), 'a/b');
});

test('Escape closes an open menu and gives the focus back', async () => {
  await page.reload();
  const menu = page.locator('summary', { hasText: 'Your menu' });
  await menu.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Escape');
  assert.equal(await page.getByRole('button', { name: 'Sign out' }).isVisible(), false);
  assert.equal(await menu.evaluate((summary) => summary === document.activeElement), true);
});

test('A9 Enter commits the typed addresses, Backspace takes the last one back', async () => {
  await page.reload();
  await page.getByLabel('Users').focus();
  await page.keyboard.type('eve@northwind.example');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Remove eve@northwind.example' }).waitFor();
  await page.keyboard.press('Backspace');
  assert.equal(await page.getByRole('button', { name: 'Remove eve@northwind.example' }).count(), 0);
});
