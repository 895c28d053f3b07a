// An organization's own pages: roles, audit, ownership, leaving, deleting and restoring.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { installation, look } from './harness.mjs';
import { PASSWORD, accept, closeWelcome, followInvitation, invite, join, open, row, setRole, told } from './steps.mjs';

const world = installation({ prepare });
const { test } = world;
let alice;
let bob;
let home; // the dashboard of Alice's organization

async function prepare() {
  alice = await world.person('Alice Lindqvist');
  bob = await world.person('Bob Berg');
  await join(alice, world.mailbox);
  await alice.page.getByRole('navigation', { name: 'Organization' }).getByRole('link', { name: 'Dashboard' }).click();
  home = alice.page.url();
  await open(alice, 'Members');
  await invite(alice, [bob.email]);
  await followInvitation(bob, world.mailbox);
  await closeWelcome(bob);
  await accept(bob);
}

async function at(person, entry) {
  await person.page.goto(home);
  await open(person, entry);
}

test('a custom role gives one right more, at once, and takes it back', async () => {
  await bob.page.goto(home);
  await open(bob, 'Members');
  assert.equal(await bob.page.getByRole('button', { name: 'Add members' }).count(), 0);
  await at(alice, 'Roles');
  await alice.page.getByRole('link', { name: 'New role' }).first().click();
  await alice.page.getByLabel('Name', { exact: true }).fill('Recruiter');
  await alice.page.getByRole('checkbox', { name: /invite/i }).first().check();
  await alice.page.getByRole('button', { name: 'Create role' }).click();
  await alice.page.getByRole('heading', { level: 1, name: 'Recruiter' }).waitFor();
  await alice.page.getByLabel('E-mail of a member').fill(bob.email);
  await alice.page.getByRole('button', { name: 'Assign' }).click();
  await alice.page.getByRole('button', { name: `Remove ${bob.name}` }).waitFor();
  await look(alice.page, 'role');
  await bob.page.reload();
  await bob.page.getByRole('button', { name: 'Add members' }).waitFor();
  await alice.page.getByRole('button', { name: `Remove ${bob.name}` }).click();
  await alice.page.getByRole('heading', { name: 'Nobody has this role' }).waitFor();
  await bob.page.reload();
  assert.equal(await bob.page.getByRole('button', { name: 'Add members' }).count(), 0);
});

test('Why can they? shows the path of a right', async () => {
  await at(alice, 'Members');
  await row(alice, bob.email).getByRole('link', { name: /^Why can they/ }).click();
  await alice.page.getByRole('heading', { level: 1 }).waitFor();
  await look(alice.page, 'why');
});

test('the audit lists what happened, is filtered, and is exported', async () => {
  await at(alice, 'Audit');
  const first = await alice.page.getByRole('row').count();
  assert.ok(first > 3, `${first} rows`);
  await look(alice.page, 'audit');
  await alice.page.getByLabel('User').fill(bob.email);
  await alice.page.getByRole('button', { name: 'Filter' }).click();
  await alice.page.getByRole('link', { name: 'Clear' }).waitFor();
  const rows = await alice.page.getByRole('row').count();
  assert.ok(rows > 1 && rows < first, `${rows} of ${first} rows`);
  const download = alice.page.waitForEvent('download');
  await alice.page.getByRole('link', { name: 'Export CSV' }).click();
  const csv = await readFile(await (await download).path(), 'utf8');
  assert.match(csv, /invitation\.accept/);
  assert.ok(!csv.includes('member.change_role'), 'the filter holds for the export');
});

test('a form that is sent twice or from a second tab does its work once', async () => {
  await at(alice, 'Members');
  const tab = await alice.context.newPage();
  await tab.goto(alice.page.url());
  await alice.page.getByLabel('Users').fill('dora@northwind.example');
  await alice.page.getByRole('button', { name: 'Add members' }).dblclick();
  await row(alice, 'dora@northwind.example').waitFor();
  await tab.getByLabel('Users').fill('dora@northwind.example');
  await tab.getByRole('button', { name: 'Add members' }).click();
  await tab.getByRole('row').filter({ hasText: 'dora@northwind.example' }).waitFor();
  assert.equal(await tab.getByRole('row').filter({ hasText: 'dora@northwind.example' }).count(), 1);
  await tab.close();
});

test('B39 B40 H41 ownership moves only by a transfer, and its giver becomes administrator', async () => {
  await at(alice, 'Members');
  assert.equal(await row(alice, alice.email).getByRole('link', { name: /^Remove/ }).count(), 0);
  await at(alice, 'Settings');
  await look(alice.page, 'organization-settings');
  await alice.page.getByRole('link', { name: 'Transfer' }).click();
  const choice = alice.page.getByLabel(/new owner/i);
  if ((await choice.evaluate((field) => field.tagName)) === 'SELECT') await choice.selectOption(bob.email);
  else await choice.fill(bob.email);
  await alice.page.getByLabel('Your password', { exact: true }).fill(PASSWORD);
  await alice.page.getByRole('button', { name: 'Transfer ownership' }).click();
  await told(alice, /owner/i);
  await at(alice, 'Members');
  await row(alice, alice.email).getByText('Administrator', { exact: true }).waitFor();
  await row(alice, bob.email).getByText('Owner', { exact: true }).waitFor();
});

test('the owner deletes an organization, everything stops, and it can be restored', async () => {
  await bob.page.goto(home);
  await open(bob, 'Settings');
  await bob.page.getByRole('link', { name: 'Delete' }).click();
  await look(bob.page, 'organization-delete');
  const typed = bob.page.getByLabel(/to confirm$/);
  if (await typed.count()) await typed.fill(await bob.page.locator('label b').first().innerText());
  await bob.page.getByLabel('Your password', { exact: true }).fill(PASSWORD);
  await bob.page.getByRole('button', { name: /^Delete/ }).click();
  await bob.page.waitForURL((url) => !url.pathname.endsWith('/delete'));
  assert.equal((await alice.page.goto(home)).status(), 404);
  await bob.page.goto(`${home}settings/restore`);
  await bob.page.getByRole('button', { name: 'Restore' }).click();
  await bob.page.waitForURL((url) => !url.pathname.endsWith('/restore'));
  await alice.page.goto(home);
  await alice.page.getByRole('navigation', { name: 'Organization' }).waitFor();
});

test('H40 a member leaves by themselves and the organization is gone from their picker', async () => {
  await bob.page.goto(home);
  await open(bob, 'Members');
  await setRole(bob, alice.email, 'Member');
  await at(alice, 'Settings');
  await alice.page.getByRole('link', { name: 'Leave' }).click();
  await alice.page.getByRole('button', { name: 'Leave' }).click();
  await alice.page.waitForURL((url) => !url.pathname.endsWith('/leave'));
  assert.equal((await alice.page.goto(home)).status(), 404);
});
