// Clusters in lists: what becomes of them shows without reloading the page, and without losing one's place on it.
import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { assertAccessible, installation } from './harness.mjs';
import { Provisioner } from './harness/provisioner.mjs';
import { join, open, row } from './steps.mjs';

describe('clusters in lists', () => {
  const settings = {};
  let provisioner;
  before(async () => {
    provisioner = await Provisioner.open();
    Object.assign(settings, provisioner.settings());
  });
  const world = installation({ settings });
  after(() => provisioner.close());
  const { test } = world;

  test('H72 the list and the dashboard follow the states by themselves', async () => {
    const alice = await world.person('Alice Lindqvist');
    await join(alice, world.mailbox);
    await make(alice, 'nightly');
    await make(alice, 'weekly', { another: true });

    // The list shows what its provisioner tells; the link that has the focus keeps it.
    await open(alice, 'Clusters');
    await row(alice, 'weekly').getByText('Starting').waitFor();
    const link = alice.page.getByRole('link', { name: 'weekly', exact: true });
    await link.focus();
    await mark(alice);
    await provisioner.tells(world.url, 'running');
    await row(alice, 'weekly').getByText('Running').waitFor();
    await row(alice, 'weekly').getByRole('button', { name: 'Stop' }).waitFor();
    await alice.page.getByRole('status').getByText('weekly: Running').waitFor();
    await row(alice, 'nightly').getByText('Starting').waitFor();
    assert.ok(await link.evaluate((one) => one === document.activeElement), 'the focus stays');
    assert.ok(await marked(alice), 'the page is the same');
    await assertAccessible(alice.page);

    // So does the dashboard, from the button that was pressed on it to the end of the move.
    await alice.page.getByRole('link', { name: 'Dashboard' }).click();
    await row(alice, 'weekly').getByRole('button', { name: 'Stop' }).click();
    await row(alice, 'weekly').getByText('Stopping').waitFor();
    await mark(alice);
    await provisioner.tells(world.url, 'stopped');
    await row(alice, 'weekly').getByText('Stopped').waitFor();
    await row(alice, 'weekly').getByRole('button', { name: 'Start' }).waitFor();
    assert.ok(await marked(alice), 'the page is the same');
  });
});

/** Makes a cluster, the first one with the cloud account that it needs. */
async function make(person, name, { another = false } = {}) {
  const { page } = person;
  await open(person, 'Clusters');
  if (another) {
    await page.getByRole('link', { name: 'Create cluster' }).click();
  } else {
    await page.getByRole('link', { name: 'Use this machine' }).click();
    await page.getByLabel('Name').fill('This machine');
    await page.getByRole('button', { name: 'Configure' }).click();
  }
  await page.getByRole('heading', { level: 1, name: 'New cluster' }).waitFor();
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Version').fill('3.0.0');
  await page.getByRole('button', { name: 'Create cluster' }).click();
  await page.locator('#cluster-state[data-state="Starting"]').waitFor();
}

/** Leaves a mark that a page loses when it is loaded again. */
function mark({ page }) {
  return page.evaluate(() => { window.marked = true; });
}

function marked({ page }) {
  return page.evaluate(() => window.marked === true);
}
