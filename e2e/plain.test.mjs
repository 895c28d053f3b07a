// The core path in a browser that runs no scripts.
import assert from 'node:assert/strict';
import { installation } from './harness.mjs';
import { closeWelcome, followInvitation, join, open, permissions, row, setRole } from './steps.mjs';

const world = installation();
const { test } = world;

test('A8 without JavaScript people register, invite a list, join, get a role and are removed', async () => {
  const plain = { javaScriptEnabled: false };
  const alice = await world.person('Alice Lindqvist', plain);
  const bob = await world.person('Bob Berg', plain);
  await join(alice, world.mailbox);
  await open(alice, 'Members');
  await alice.page.getByLabel('Users').fill(`${bob.email}, carol@northwind.example`);
  await alice.page.getByRole('button', { name: 'Add members' }).click();
  await row(alice, 'carol@northwind.example').getByText('Invited', { exact: true }).waitFor();

  await followInvitation(bob, world.mailbox);
  await closeWelcome(bob);
  await bob.page.getByRole('button', { name: 'Accept' }).click();
  await bob.page.getByText('In charge').waitFor();

  await alice.page.reload();
  await row(alice, bob.email).getByText('Joined', { exact: true }).waitFor();
  await setRole(alice, bob.email, 'Administrator');
  await alice.page.getByLabel('Non admin members can invite new members').check();
  await permissions(alice).getByRole('button', { name: 'Update' }).click();
  assert.equal(await alice.page.getByLabel('Non admin members can invite new members').isChecked(), true);

  await row(alice, bob.email).getByRole('link', { name: /^Remove/ }).click();
  await alice.page.getByRole('button', { name: 'Remove', exact: true }).click();
  await alice.page.getByRole('heading', { level: 1, name: 'Members' }).waitFor();
  assert.equal((await bob.page.reload()).status(), 404);
  await alice.page.locator('summary', { hasText: 'Your menu' }).click(); // opens without a script
  await alice.page.getByRole('button', { name: 'Sign out' }).click();
  await alice.page.getByRole('heading', { name: 'Sign in' }).waitFor();
});
