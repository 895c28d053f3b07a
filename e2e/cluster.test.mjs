// What an organization shares: a real cluster on this machine, with real accounts, from joining to removal.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { installation, look } from './harness.mjs';
import { Psql } from './harness/psql.mjs';
import { accept, closeWelcome, followInvitation, invite, join, open, row, setRole, told } from './steps.mjs';

const CLUSTER_PASSWORD = 'harbour lantern 83';
const PATIENCE = 20_000; // milliseconds for a cluster to follow
const REMOVED_WITHIN = 2_000; // milliseconds from the acknowledged removal to the closed door

describe('a shared cluster', () => {
  const world = installation();
  const { test } = world;

  test('H7 H8 H27 H32 H36 H38 H39 H61 H62 H74 from joining to removal', async () => {
    const { mailbox } = world;
    const alice = await world.person('Alice Lindqvist');
    const bob = await world.person('Bob Berg');

    // Alice configures this machine as a cloud account, and makes a cluster in it.
    await join(alice, mailbox);
    await configureThisMachine(await at(alice, 'Clusters'));
    await makeCluster(alice, { name: 'analytics', version: '2.5.9' });
    await look(alice.page, 'cluster-running');

    // Bob joins. Without configuring anything he sees the same cluster, and has an account on it.
    await invite(await at(alice, 'Members'), [bob.email]);
    await followInvitation(bob, mailbox);
    await closeWelcome(bob);
    await accept(bob);
    await openCluster(bob, 'analytics');
    const door = await setPassword(bob);
    assert.match(door, /psql .*-U bob /);
    const psql = await enter(door);
    assert.equal(await psql.ask('select current_user'), 'bob');

    // An administrator of the organization administers the cluster from version 2.6.0 on, not before.
    await setRole(await at(alice, 'Members'), bob.email, 'Administrator');
    await assert.rejects(psql.ask('create role intern'), /permission denied/);
    await psql.close();
    await upgrade(alice, 'analytics', '2.6.0');
    const again = await enter(await waitForRole(bob, 'Admin'));
    await again.ask('create role intern');

    // Alice removes him while he is connected: the connection ends, and the door stays shut.
    await at(alice, 'Members');
    await row(alice, bob.email).getByRole('link', { name: 'Remove' }).click();
    await alice.page.getByRole('button', { name: 'Remove' }).click();
    await row(alice, alice.email).waitFor();
    const acknowledged = performance.now();
    await again.ended();
    await again.close();
    await assert.rejects(Psql.connect(door, CLUSTER_PASSWORD), /./);
    assert.ok(performance.now() - acknowledged < REMOVED_WITHIN, 'within two seconds');

    // The account is still there, blocked, and is his again when he comes back.
    await openCluster(alice, 'analytics');
    await alice.page.getByRole('link', { name: 'Accounts' }).click();
    await row(alice, bob.email).getByText('Blocked').waitFor();
    await look(alice.page, 'cluster-accounts');
    await invite(await at(alice, 'Members'), [bob.email]);
    await bob.page.goto('/');
    await accept(bob);
    await openCluster(bob, 'analytics');
    const back = await enter(await signInWords(bob));
    assert.equal(await back.ask('select current_user'), 'bob');
    await back.close();

    // Alice takes the cluster down.
    await openCluster(alice, 'analytics');
    await alice.page.getByRole('link', { name: 'Terminate' }).click();
    await alice.page.getByRole('checkbox', { name: /^Yes, terminate analytics/ }).check();
    await look(alice.page, 'cluster-terminate');
    await alice.page.getByRole('button', { name: 'Terminate' }).click();
    await alice.page.getByText('Terminated', { exact: true }).first().waitFor();
    await assert.rejects(Psql.connect(door, CLUSTER_PASSWORD), /./);
  });
});

async function at(person, entry) {
  await person.page.goto('/');
  await open(person, entry);
  return person;
}

async function configureThisMachine({ page }) {
  await page.getByRole('link', { name: 'Use this machine' }).click();
  await page.getByLabel('Name').fill('This machine');
  await page.getByRole('button', { name: 'Configure' }).click();
  // Where it was wanted for a cluster, the form for one comes next.
  await page.getByRole('heading', { level: 1, name: 'New cluster' }).waitFor();
}

async function makeCluster({ page }, { name, version }) {
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Version').fill(version);
  await page.getByRole('button', { name: 'Create cluster' }).click();
  // The page follows the state by itself.
  await running(page);
}

function running(page) {
  return page.locator('#cluster-state[data-state="Running"]').waitFor({ timeout: 60_000 });
}

async function openCluster(person, name) {
  const { page } = await at(person, 'Clusters');
  await page.getByRole('link', { name, exact: true }).click();
  await page.getByRole('heading', { level: 1, name }).waitFor();
}

/** Sets the password on clusters, and answers how to sign in. */
async function setPassword(person) {
  const { page } = person;
  await page.getByLabel('Password on clusters').fill(CLUSTER_PASSWORD);
  await page.getByRole('button', { name: 'Set password' }).click();
  await told(person, /password/i);
  return signInWords(person);
}

/** Signs in on a cluster as soon as it has the password. */
async function enter(door) {
  const deadline = performance.now() + PATIENCE;
  for (;;) {
    try {
      return await Psql.connect(door, CLUSTER_PASSWORD);
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
  }
}

/** How to sign in with one's own account, once the cluster has it. */
async function signInWords({ page }) {
  const words = page.locator('#sign-in-how');
  await reloadedUntil(page, words);
  return (await words.inputValue().catch(() => words.innerText())).trim();
}

async function upgrade(person, name, version) {
  await openCluster(person, name);
  const { page } = person;
  await page.getByRole('link', { name: 'Upgrade' }).click();
  await page.getByLabel('Version to bring it to').fill(version);
  await page.getByRole('button', { name: 'Upgrade' }).click();
  await running(page);
}

async function waitForRole(person, role) {
  await openCluster(person, 'analytics');
  const { page } = person;
  const said = page.getByText(new RegExp(`with the role ${role}`));
  await reloadedUntil(page, said);
  return signInWords(person);
}

/** Looks at a page anew until it shows what the cluster has become. */
async function reloadedUntil(page, shown) {
  const deadline = performance.now() + PATIENCE;
  while ((await shown.count()) === 0) {
    assert.ok(performance.now() < deadline, 'the page does not show it');
    await page.reload();
  }
}
