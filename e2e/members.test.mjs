// What the Members page and the dashboard show, row by row of the requirements.
import assert from 'node:assert/strict';
import { installation } from './harness.mjs';
import { accept, closeWelcome, followInvitation, invite, join, open, permissions, row, setRole, told } from './steps.mjs';

const world = installation({ prepare });
const { test } = world;
const DAN = 'dan@northwind.example';
let alice;
let bob;

async function prepare() {
  alice = await world.person('Alice Lindqvist');
  bob = await world.person('Bob Berg');
  await join(alice, world.mailbox);
  await open(alice, 'Members');
  await invite(alice, [bob.email, DAN]);
  await followInvitation(bob, world.mailbox);
  await closeWelcome(bob);
}


async function reopenMembers() {
  await alice.page.goto('/');
  await open(alice, 'Members');
}

test('H23 H19 the invitee reads who invites, and may reject or accept', async () => {
  const panel = bob.page.getByRole('region', { name: /^Pending invitation/ });
  await panel.getByRole('heading', { name: 'Pending invitation' }).waitFor();
  const text = (await panel.innerText()).replace(/\s+/g, ' ').replace('’', "'");
  const words = "to join their organization. Joining will grant you access to the organization's clusters.";
  assert.ok(text.includes(`You have been invited by ${alice.email} ${words}`), text);
  assert.deepEqual(await panel.getByRole('button').allInnerTexts(), ['Reject', 'Accept']);
  await accept(bob);
});

test('H12 Members is at the left of the dashboard and leads to the Members page', async () => {
  await alice.page.goto('/');
  const entry = alice.page.getByRole('navigation', { name: 'Organization' }).getByRole('link', { name: 'Members' });
  const box = await entry.boundingBox();
  const content = await alice.page.getByRole('heading', { level: 1 }).boundingBox();
  assert.ok(box.x + box.width <= content.x, 'the entry stands left of the content');
  await entry.click();
  await alice.page.getByRole('heading', { level: 1, name: 'Members' }).waitFor();
});

test('H14 the e-mail field is required and shows how an address looks', async () => {
  await reopenMembers();
  const field = alice.page.getByLabel('Users');
  assert.equal(await field.getAttribute('placeholder'), 'user@org.com');
  assert.match(await alice.page.locator('label', { hasText: 'Users' }).innerText(), /required/);
  await alice.page.getByRole('button', { name: 'Add members' }).click();
  assert.equal(await field.evaluate((input) => input.validity.valueMissing), true);
  assert.equal(await field.evaluate((input) => input === document.activeElement), true);
});

test('A7 members are added from Settings: the organization, Add members, Users, Enter, Add members', async () => {
  const { page } = alice;
  await page.goto('/');
  await page.locator('summary', { hasText: 'Your menu' }).click();
  await page.locator('details[open]').getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: alice.email }).click();
  await page.getByRole('heading', { level: 1, name: 'Members' }).waitFor();
  await page.getByLabel('Users').fill('hana@northwind.example');
  await page.getByLabel('Users').press('Enter');
  await page.getByRole('button', { name: 'Add members' }).click();
  await row(alice, 'hana@northwind.example').getByText('Invited', { exact: true }).waitFor();
});

test('A9 Enter makes chips of the addresses, and nothing is sent until Add members is clicked', async () => {
  await reopenMembers();
  const sent = [];
  alice.page.on('request', (request) => request.method() === 'POST' && sent.push(request.url()));
  const field = alice.page.getByLabel('Users');
  await field.fill('eve@northwind.example, frank@northwind.example');
  await field.press('Enter');
  await field.pressSequentially('gita@northwind.example,');
  const chips = alice.page.getByRole('button', { name: /^Remove (eve|frank|gita)@/ });
  assert.equal(await chips.count(), 3);
  assert.equal(await field.inputValue(), '');
  await alice.page.getByRole('button', { name: 'Remove frank@northwind.example' }).click();
  assert.equal(await chips.count(), 2);
  assert.deepEqual(sent, []);
  await alice.page.getByRole('button', { name: 'Add members' }).click();
  await row(alice, 'eve@northwind.example').waitFor();
  assert.equal(sent.length, 1);
  assert.equal(await row(alice, 'frank@northwind.example').count(), 0);
  await world.mailbox.next('eve@northwind.example');
  await world.mailbox.next('gita@northwind.example');
});

test('A10 every bad address is named, and what was typed stays', async () => {
  await reopenMembers();
  const field = alice.page.getByLabel('Users');
  await field.fill('hans@northwind.example, not-an-address, also bad@');
  await field.press('Enter');
  await alice.page.getByRole('button', { name: 'Add members' }).click();
  const alert = alice.page.getByRole('alert');
  await alert.waitFor();
  const text = await alert.innerText();
  for (const bad of ['not-an-address', 'bad@']) assert.ok(text.includes(bad), `${bad} is not named in: ${text}`);
  await alice.page.getByText('hans@northwind.example').waitFor();
  await reopenMembers();
  assert.equal(await row(alice, 'hans@northwind.example').count(), 0);
});

test('A18 A19 H21 the list has a status, and those who are invited stand apart', async () => {
  await reopenMembers();
  const columns = await alice.page.getByRole('columnheader').allInnerTexts();
  assert.deepEqual(columns.slice(0, 3), ['Person', 'Role', 'Status']);
  await row(alice, bob.email).getByText('Joined', { exact: true }).waitFor();
  await alice.page.getByRole('rowheader', { name: 'Pending invitations' }).waitFor();
  const dan = row(alice, DAN);
  await dan.getByText('Invited', { exact: true }).waitFor();
  await dan.getByText('Member', { exact: true }).waitFor();
  await dan.getByRole('link', { name: `Remove ${DAN}` }).waitFor();
});

test('A20 A21 the bell sends the invitation again, only to those who have not joined', async () => {
  await reopenMembers();
  const first = await world.mailbox.next(DAN);
  assert.equal(await row(alice, bob.email).getByRole('button', { name: /Resend/ }).count(), 0);
  await row(alice, DAN).getByRole('button', { name: /Resend/ }).click();
  const second = await world.mailbox.next(DAN);
  assert.match(second.subject, /^Reminder/);
  assert.notEqual(second.link, first.link);
  const dan = await world.person('Dan Diaz');
  await dan.page.goto(first.link);
  assert.equal(await dan.page.getByRole('link', { name: 'Create an account' }).count(), 0);
  await dan.page.goto(second.link);
  await dan.page.getByRole('link', { name: 'Create an account' }).waitFor();
});

test('H43 H50 H45 the switches are tick boxes, saved together by Update', async () => {
  await reopenMembers();
  const boxes = permissions(alice).getByRole('checkbox');
  assert.deepEqual(await boxes.evaluateAll((all) => all.map((box) => box.checked)), [false, false, false]);
  await permissions(alice).getByLabel('Non admin members can invite new members').check();
  await permissions(alice).getByLabel('Non admin members can open clusters ports').check();
  await permissions(alice).getByRole('button', { name: 'Update' }).click();
  await told(alice, /permissions/);
  await reopenMembers();
  assert.deepEqual(await boxes.evaluateAll((all) => all.map((box) => box.checked)), [true, false, true]);
});

test('A28 H55 H56 H57 B44 the row’s Edit leads to a Role field, saved by a green button and confirmed', async () => {
  await reopenMembers();
  const { page } = alice;
  const role = page.getByRole('group', { name: 'Role' });
  const values = () => role.getByRole('radio').evaluateAll((all) => all.map((radio) => radio.value));
  await row(alice, bob.email).getByRole('link', { name: /^Edit/ }).click();
  assert.deepEqual(await values(), ['member', 'admin', 'restricted']); // nobody is made owner here
  assert.equal(await role.getByRole('radio', { name: /^Member/ }).isChecked(), true);
  await role.getByRole('radio', { name: /^Administrator/ }).check();
  const save = page.getByRole('button', { name: 'Save' });
  const colour = await save.evaluate((button) => getComputedStyle(button).backgroundColor);
  const [red, green, blue] = colour.match(/\d+/g).map(Number);
  assert.ok(green > red && green > blue, `the button is ${colour}`);
  await save.click();
  await page.getByRole('heading', { level: 1, name: new RegExp(`${bob.name} an administrator`) }).waitFor();
  await page.getByRole('link', { name: 'Cancel' }).click();
  await row(alice, bob.email).getByText('Member', { exact: true }).waitFor(); // not yet
  await setRole(alice, bob.email, 'Administrator');
  assert.match((await world.mailbox.next(bob.email)).text, /Administrator/);
  await setRole(alice, bob.email, 'Member');
});

test('H16 H54 A17 A29 B51 the invitation’s Role field offers what may be invited, and its Edit changes it', async () => {
  await reopenMembers();
  const options = await alice.page.getByLabel('Role').getByRole('option').allInnerTexts();
  assert.deepEqual(options, ['Member', 'Administrator', 'Restricted member']);
  await invite(alice, ['ines@northwind.example'], { role: 'Administrator' });
  await row(alice, 'ines@northwind.example').getByText('Administrator', { exact: true }).waitFor();
  await row(alice, 'ines@northwind.example').getByRole('link', { name: /^Edit/ }).click();
  await alice.page.getByRole('radio', { name: /^Member/ }).check();
  await alice.page.getByRole('button', { name: 'Save' }).click();
  await row(alice, 'ines@northwind.example').getByText('Member', { exact: true }).waitFor();
});

test('A6 Settings is reached from the initials, and the organization is an entry of the side menu', async () => {
  await alice.page.goto('/');
  const menu = alice.page.locator('summary', { hasText: 'Your menu' });
  assert.match(await menu.innerText(), /^AL/);
  await menu.click();
  await alice.page.locator('details[open]').getByRole('link', { name: 'Settings' }).click();
  const side = alice.page.getByRole('navigation', { name: 'Settings' });
  await side.getByRole('link', { name: alice.email }).click();
  await alice.page.getByRole('heading', { level: 1, name: 'Members' }).waitFor();
});

test('B60 the picker switches between one’s organizations', async () => {
  await bob.page.goto('/');
  const picker = bob.page.locator('summary', { hasText: 'Switch organization' });
  await picker.click();
  await bob.page.getByRole('link', { name: alice.email }).click();
  await bob.page.getByRole('heading', { level: 1, name: alice.email }).waitFor();
  await picker.click();
  await bob.page.getByRole('link', { name: bob.email }).click();
  await bob.page.getByRole('heading', { level: 1, name: bob.email }).waitFor();
  assert.match(await picker.innerText(), /Owner|Enterprise/);
});

test('H36 A35 H42 a member is removed by Remove, and keeps an organization of their own', async () => {
  await reopenMembers();
  await row(alice, bob.email).getByRole('link', { name: `Remove ${bob.name}` }).click();
  await alice.page.getByRole('heading', { level: 1, name: new RegExp(bob.name) }).waitFor();
  await alice.page.getByRole('button', { name: 'Remove', exact: true }).click();
  await alice.page.getByRole('heading', { level: 1, name: 'Members' }).waitFor();
  assert.equal(await row(alice, bob.email).count(), 0);
  await bob.page.goto('/');
  await bob.page.getByRole('heading', { level: 1, name: bob.email }).waitFor();
});
