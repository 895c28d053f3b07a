// Every page of the console in every state, from sample data: accessible and fit for a phone.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { look } from './harness.mjs';
import { Person, launchBrowser } from './harness/browser.mjs';

const PROGRAM = new URL('../target/debug/examples/gallery', import.meta.url).pathname;
const TYPES = { '.html': 'text/html', '.css': 'text/css', '.js': 'text/javascript', '.svg': 'image/svg+xml' };

const folder = mkdtempSync(join(tmpdir(), 'guildhall-gallery-'));
let server;
let browser;
let person;

before(async () => {
  execFileSync(PROGRAM, [folder], { stdio: 'pipe' });
  server = createServer((request, response) => {
    const path = join(folder, new URL(request.url, 'http://localhost').pathname);
    if (!existsSync(path)) return response.writeHead(404).end();
    const type = TYPES[extname(path)] ?? 'application/octet-stream';
    // The policy that the real server sends: a page that breaks it complains.
    const policy = "default-src 'none'; style-src 'self'; script-src 'self'; font-src 'self'; img-src 'self' data:; connect-src 'self'";
    response.writeHead(200, { 'content-type': type, 'content-security-policy': policy }).end(readFileSync(path));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  browser = await launchBrowser();
  person = await Person.enter(browser, { url: `http://127.0.0.1:${server.address().port}`, name: 'Reader' });
});

after(async () => {
  await browser?.close();
  server?.close();
  rmSync(folder, { recursive: true });
});

test('every page is accessible in light and dark, and fits a phone', async (t) => {
  const pages = readdirSync(folder).filter((name) => name.endsWith('.html') && name !== 'index.html');
  assert.ok(pages.length > 50, `the gallery wrote ${pages.length} pages`);
  for (const page of pages) {
    const name = page.replace('.html', '');
    await t.test(name, async () => {
      await person.page.goto(`/${page}`);
      await look(person.page, name);
      assert.deepEqual(person.complaints.splice(0), []);
    });
  }
});
