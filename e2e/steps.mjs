// What people do at the console, each as one step named by its verb. A step ends when its outcome shows.
import assert from 'node:assert/strict';

export const PASSWORD = 'tundra walnut ladder 47';

/** Fills in the registration form that is open, and sends it. */
export async function fillRegistration({ page, email, name }, { password = PASSWORD } = {}) {
  const [first, last] = name.split(' ');
  const address = page.getByLabel('E-mail');
  if (await address.isEditable()) await address.fill(email);
  await page.getByLabel('First name').fill(first);
  await page.getByLabel('Last name').fill(last);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Create account' }).click();
}

/** Opens the link of the next mail and confirms the address. */
export async function verify({ page, email }, mailbox) {
  await page.getByRole('heading', { name: 'Check your mail' }).waitFor();
  const mail = await mailbox.next(email);
  assert.equal(mail.subject, 'Confirm your e-mail address');
  await page.goto(mail.link);
  await page.getByRole('button', { name: 'Confirm' }).click();
  await page.getByRole('heading', { name: 'Your address is confirmed' }).waitFor();
  await page.getByRole('link', { name: 'Continue' }).click();
}

/** Sends the sign-in form that is open. */
export async function fillSignIn({ page, email: own }, { email = own, password = PASSWORD } = {}) {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

export async function signIn(person, choices) {
  await fillSignIn(person, choices);
  await person.page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
}

export async function signOut({ page }) {
  await page.locator('summary', { hasText: 'Your menu' }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
}

/** Opens one of the pages of Settings through the initials. */
export async function openSettings(person, entry) {
  const { page } = person;
  await page.goto('/');
  await page.locator('summary', { hasText: 'Your menu' }).click();
  await page.locator('details[open]').getByRole('link', { name: 'Settings' }).click();
  await open(person, entry);
}

export async function closeWelcome({ page }) {
  await page.getByRole('heading', { name: /^Good to have you here/ }).waitFor();
  await page.getByRole('button', { name: 'Close' }).click();
  await page.getByRole('heading', { level: 1 }).waitFor();
}

/** Registers without an invitation, up to the dashboard behind the Welcome page. */
export async function join(person, mailbox) {
  await person.page.goto('/register');
  await fillRegistration(person);
  await verify(person, mailbox);
  await closeWelcome(person);
}

/**
 * From an invitation's mail through registration to the Welcome page. The link came by mail to the
 * very address, so it has proved it, and nothing else has to be confirmed.
 */
export async function followInvitation(person, mailbox) {
  const { page, email } = person;
  const mail = await mailbox.next(email);
  assert.match(mail.subject, /^Invitation to join /);
  await page.goto(mail.link);
  await page.getByRole('link', { name: 'Create an account' }).click();
  await fillRegistration(person);
  await page.getByText('Pending invitation').waitFor();
  await page.getByRole('link', { name: 'Decide later' }).click();
  await page.getByRole('heading', { name: /^Good to have you here/ }).waitFor();
  return mail;
}

/** Opens a page of the menu at the left. */
export async function open({ page }, entry) {
  const menu = page.getByRole('navigation', { name: /Organization|Settings|System/ });
  await menu.getByRole('link', { name: entry }).click();
  await page.getByRole('heading', { level: 1, name: entry }).waitFor();
}

/** Sends invitations from the Members page, where the page stays. */
export async function invite({ page }, emails, { role } = {}) {
  await page.getByLabel('Users').fill(emails.join(', '));
  await page.getByLabel('Users').press('Enter');
  if (role) await page.getByLabel('Role').selectOption(role);
  await page.getByRole('button', { name: 'Add members' }).click();
  for (const email of emails) await row({ page }, email).getByText('Invited', { exact: true }).waitFor();
}

/** Waits until the page says that something was done, in words that match. */
export async function told({ page }, words) {
  await page.getByRole('status').filter({ hasText: words }).waitFor();
}

/** The switches of the Members page. */
export function permissions({ page }) {
  return page.getByRole('region', { name: 'Member permissions' });
}

/** The row of the Members page that shows this address. */
export function row({ page }, email) {
  return page.getByRole('row').filter({ hasText: email });
}

/** Gives somebody another role, from the Members page: Edit, Role, Save, Confirm. */
export async function setRole(person, email, role) {
  const { page } = person;
  await row(person, email).getByRole('link', { name: /^Edit/ }).click();
  await page.getByRole('group', { name: 'Role' }).getByRole('radio', { name: new RegExp(`^${role}`) }).check();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'Confirm' }).click();
  await row(person, email).getByText(role, { exact: true }).waitFor();
}

/** Accepts the one invitation on the dashboard. */
export async function accept({ page }) {
  await page.getByRole('region', { name: /^Pending invitation/ }).getByRole('button', { name: 'Accept' }).click();
  await page.getByRole('region', { name: /^Pending invitation/ }).waitFor({ state: 'detached' });
}
