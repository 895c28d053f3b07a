// The main job, from registering to a shared organization, with real mail, on both engines.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { ENGINES, installation, look } from './harness.mjs';
import { accept, closeWelcome, followInvitation, invite, join, open, permissions, row, setRole, told } from './steps.mjs';

for (const engine of ENGINES) {
  describe(`on ${engine}`, () => {
    const world = installation({ engine });
    const { test } = world;
    const see = engine === ENGINES[0] ? look : () => {}; // the pages are the same on every engine

    test('H1 H2 H4 H5 H6 H15 H20 H28 H36 H37 H45 H55 A11 A12 A13 A19 a shared organization', async () => {
      const { mailbox } = world;
      const alice = await world.person('Alice Lindqvist');
      const bob = await world.person('Bob Berg');
      const carol = await world.person('Carol Chen');
      const dan = 'dan@northwind.example';

      // Alice registers, proves her address, and owns an organization named by it.
      await join(alice, mailbox);
      await alice.page.getByRole('heading', { level: 1, name: alice.email }).waitFor();
      await see(alice.page, 'dashboard-first');

      // She invites Bob and two others in one go.
      await open(alice, 'Members');
      await invite(alice, [bob.email, carol.email, dan]);
      assert.equal(await alice.page.getByText('Invited', { exact: true }).count(), 3);
      await see(alice.page, 'members-invited');
      assert.match((await mailbox.next(dan)).text, new RegExp(alice.email));

      // Bob follows the mail, registers, and finds the invitation behind the Welcome page.
      await followInvitation(bob, mailbox);
      await see(bob.page, 'welcome');
      await closeWelcome(bob);
      const offer = bob.page.getByRole('region', { name: /^Pending invitation/ });
      const words = `You have been invited by ${alice.email} to join their organization`;
      assert.ok((await offer.innerText()).includes(words));
      await see(bob.page, 'dashboard-invited');
      await accept(bob);
      await bob.page.getByText('In charge').waitFor();

      // So does Carol.
      await followInvitation(carol, mailbox);
      await closeWelcome(carol);
      await accept(carol);

      // Alice sees who has joined, and makes Bob an administrator.
      await alice.page.reload();
      await row(alice, bob.email).getByText('Joined', { exact: true }).waitFor();
      await row(alice, dan).getByText('Invited', { exact: true }).waitFor();
      await setRole(alice, bob.email, 'Administrator');
      assert.match((await mailbox.next(bob.email)).text, /Administrator/);

      // Carol may not invite until Alice lets members do it.
      await open(carol, 'Members');
      assert.equal(await carol.page.getByRole('button', { name: 'Add members' }).count(), 0);
      await alice.page.getByRole('checkbox', { name: 'Non admin members can invite new members' }).check();
      await permissions(alice).getByRole('button', { name: 'Update' }).click();
      await told(alice, /permissions/);
      await carol.page.reload();
      await carol.page.getByRole('button', { name: 'Add members' }).waitFor();
      await see(alice.page, 'members');

      // Bob removes Carol, who is out at her next click and still has an organization of her own.
      await open(bob, 'Members');
      await row(bob, carol.email).getByRole('link', { name: 'Remove' }).click();
      await bob.page.getByRole('heading', { level: 1, name: /Carol Chen/ }).waitFor();
      await see(bob.page, 'member-remove');
      await bob.page.getByRole('button', { name: 'Remove' }).click();
      await row(bob, bob.email).waitFor();
      assert.equal(await row(bob, carol.email).count(), 0);
      const answer = await carol.page.reload();
      assert.equal(answer.status(), 404);
      await see(carol.page, 'not-found');
      await carol.page.goto('/');
      await carol.page.getByRole('heading', { level: 1, name: carol.email }).waitFor();
    });
  });
}
