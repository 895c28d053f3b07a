// One's own account: passwords, sessions, the second factor, API keys, leaving for good.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { installation, look } from './harness.mjs';
import { PASSWORD, fillSignIn, join, openSettings, row, signIn, signOut, told } from './steps.mjs';

const world = installation({ prepare });
const { test } = world;
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const NEW_PASSWORD = 'meadow anvil twelve fox';
let alice;
let page;

async function prepare() {
  alice = await world.person('Alice Lindqvist');
  page = alice.page;
  await join(alice, world.mailbox);
}

/** The code that an authenticator shows at this moment (RFC 6238: SHA-1, six digits, 30 seconds). */
function codeOf(secret) {
  const letters = [...secret.replaceAll(/[\s=]/g, '')];
  const bits = letters.map((letter) => BASE32.indexOf(letter).toString(2).padStart(5, '0'));
  const key = Buffer.from(bits.join('').match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const mac = createHmac('sha1', key).update(counter).digest();
  const number = mac.readUInt32BE(mac.at(-1) & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}

test('a wrong sign-in says the same for known and unknown addresses, and keeps the address', async () => {
  const stranger = await world.person('Stella Stranger');
  await stranger.page.goto('/sign-in');
  const answers = [];
  for (const email of [alice.email, 'nobody@northwind.example']) {
    await fillSignIn(stranger, { email, password: 'wrong wrong wrong' });
    answers.push(await stranger.page.getByRole('alert').innerText());
    assert.equal(await stranger.page.getByLabel('E-mail').inputValue(), email);
    assert.equal(await stranger.page.getByLabel('Password', { exact: true }).inputValue(), '');
  }
  assert.equal(answers[0], answers[1]);
  await look(stranger.page, 'sign-in-wrong');
});

test('a weak password is refused with advice, and what was typed stays', async () => {
  const weak = await world.person('Wendy Weak');
  await weak.page.goto('/register');
  await weak.page.getByLabel('E-mail').fill(weak.email);
  await weak.page.getByLabel('First name').fill('Wendy');
  await weak.page.getByLabel('Last name').fill('Weak');
  await weak.page.getByLabel('Password', { exact: true }).fill('password123');
  await weak.page.getByRole('button', { name: 'Create account' }).click();
  await weak.page.getByRole('alert').waitFor();
  assert.equal(await weak.page.getByLabel('E-mail').inputValue(), weak.email);
  assert.equal(await weak.page.getByLabel('First name').inputValue(), 'Wendy');
});

test('a forgotten password is set anew by a link that works once and ends every session', async () => {
  const other = await world.person('Alice Elsewhere');
  await other.page.goto('/sign-in');
  await other.page.getByRole('link', { name: 'Forgot your password?' }).click();
  await other.page.getByLabel('E-mail').fill(alice.email);
  await other.page.getByRole('button', { name: 'Send the link' }).click();
  await other.page.getByRole('heading', { name: 'Check your mail' }).waitFor();
  const { link } = await world.mailbox.next(alice.email);
  await other.page.goto(link);
  await other.page.getByLabel('New password').fill(NEW_PASSWORD);
  await other.page.getByRole('button', { name: 'Set password' }).click();
  await other.page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await other.page.goto(link);
  await other.page.getByRole('heading', { name: 'This link does not work' }).waitFor();
  await page.reload();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor(); // the old session has ended
  await signIn(alice, { password: NEW_PASSWORD });
  await world.mailbox.next(alice.email); // told that the password was changed
});

test('H76 changing the password asks for the current one and ends the other sessions', async () => {
  const phone = await world.person('Alice Phone');
  await phone.page.goto('/sign-in');
  await signIn({ ...alice, page: phone.page }, { password: NEW_PASSWORD });
  await openSettings(alice, 'Security');
  const card = page.getByRole('region', { name: 'Password' });
  await card.getByLabel('Current password').fill('not the current one');
  await card.getByLabel('New password').fill(PASSWORD);
  await card.getByRole('button', { name: 'Change password' }).click();
  await page.getByRole('alert').waitFor();
  await card.getByLabel('Current password').fill(NEW_PASSWORD);
  await card.getByLabel('New password').fill(PASSWORD);
  await card.getByRole('button', { name: 'Change password' }).click();
  await told(alice, /password/i);
  await phone.page.reload();
  await phone.page.getByRole('heading', { name: 'Sign in' }).waitFor();
});

test('one sees one’s sessions and ends another', async () => {
  const phone = await world.person('Alice Tablet');
  await phone.page.goto('/sign-in');
  await signIn({ ...alice, page: phone.page });
  await openSettings(alice, 'Sessions');
  assert.equal(await page.getByRole('row').count(), 3); // the heading, this one, the other
  const other = page.getByRole('row').filter({ hasNotText: 'This one' });
  await other.getByRole('button', { name: /End|Sign out/ }).click();
  await page.getByRole('heading', { level: 1, name: 'Sessions' }).waitFor();
  assert.equal(await page.getByRole('row').count(), 2);
  await phone.page.reload();
  await phone.page.getByRole('heading', { name: 'Sign in' }).waitFor();
});

test('H75 an API key is shown once, works, and stops when it is revoked', async () => {
  await openSettings(alice, 'API keys');
  await page.getByRole('link', { name: 'New API key' }).click();
  await page.getByLabel('Name').fill('Nightly export');
  await page.getByRole('button', { name: 'Create API key' }).click();
  const key = await page.locator('#api-key').innerText();
  assert.match(key, /^ghk_/);
  const ask = () => fetch(`${world.url}/api/v1/account`, { headers: { authorization: `Bearer ${key}` } });
  const answer = await ask();
  assert.equal(answer.status, 200);
  assert.equal((await answer.json()).email, alice.email);
  await page.getByRole('link', { name: 'I have kept it' }).click();
  await page.waitForURL(/api-keys$/);
  assert.ok(!(await page.locator('html').innerText()).includes(key));
  // The browser keeps no copy of the page, and would have to send the form again: it shows an error.
  await page.goBack({ waitUntil: 'commit' }).catch(() => {});
  await page.waitForURL(url => !url.pathname.endsWith('/api-keys'), { waitUntil: 'commit' });
  await page.waitForLoadState();
  assert.ok(!(await page.locator('html').innerText()).includes(key), 'going back shows the key again');
  await page.goto('/settings/api-keys');
  await row(alice, 'Nightly export').getByRole('link', { name: /^Revoke/ }).click();
  await page.getByRole('button', { name: 'Revoke' }).click();
  await page.getByRole('heading', { level: 1, name: 'API keys' }).waitFor();
  assert.equal((await ask()).status, 401);
});

test('H76 a second factor is set up, asked for, and replaced by a recovery code', async () => {
  await openSettings(alice, 'Security');
  await page.getByRole('button', { name: 'Set up' }).click();
  await look(page, 'second-factor-set-up');
  const secret = await page.locator('#totp-secret').innerText();
  await page.getByLabel('Code').fill(codeOf(secret));
  await page.getByLabel('Your password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Turn on' }).click();
  await page.getByRole('heading', { level: 1, name: 'Recovery codes' }).waitFor();
  const [code] = await page.locator('#codes code').allInnerTexts();
  await signOut(alice);
  await page.goto('/sign-in');
  await fillSignIn(alice);
  await page.getByRole('heading', { name: 'Second factor' }).waitFor();
  await page.getByLabel('Code').fill('000000');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('alert').waitFor();
  await page.getByRole('link', { name: 'Use a recovery code instead' }).click();
  await page.getByLabel('Recovery code').fill(code);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('navigation', { name: 'Organization' }).waitFor();
  await openSettings(alice, 'Security');
  await page.getByText(/\d recovery codes left/).waitFor();
});

test('one deletes one’s account after typing the address, and is out', async () => {
  const greta = await world.person('Greta Gone');
  await join(greta, world.mailbox);
  await openSettings(greta, 'Account');
  await greta.page.getByLabel(/to confirm$/).fill(greta.email);
  await greta.page.getByLabel('Your password', { exact: true }).fill(PASSWORD);
  await greta.page.getByRole('button', { name: 'Delete account' }).click();
  await greta.page.goto('/sign-in');
  await fillSignIn(greta);
  await greta.page.getByRole('alert').waitFor();
});
