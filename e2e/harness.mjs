// Everything a browser test stands on: the binary, its database, its mail, a browser, and the people at it.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, before, test as nodeTest } from 'node:test';
import { OUT, Person, launchBrowser } from './harness/browser.mjs';
import { Mailbox } from './harness/mailbox.mjs';
import { startPostgres } from './harness/postgres.mjs';
import { startServer } from './harness/server.mjs';

export { assertAccessible, look } from './harness/browser.mjs';

export const ENGINES = ['sqlite', 'postgres'];

/**
 * A running installation for the tests of one file or suite, started before them and ended after them.
 * `settings` are environment variables of the binary; `prepare` brings about what the tests start from.
 */
export function installation({ engine = 'sqlite', settings, prepare = () => {} } = {}) {
  const world = new World();
  before(async () => {
    await world.open(engine, settings);
    await prepare(world);
  });
  after(() => world.close());
  return world;
}

class World {
  #people = [];
  #closers = [];

  async open(engine, settings) {
    this.mailbox = this.#keep(await Mailbox.open());
    const postgres = engine === 'postgres' ? this.#keep(await startPostgres()) : undefined;
    this.server = this.#keep(await startServer({ mailPort: this.mailbox.port, database: postgres?.url, settings }));
    this.browser = this.#keep(await launchBrowser());
    this.url = this.server.url;
  }

  /** A test in this installation. When it fails, everybody's page is pictured and the server's log is shown. */
  test = (title, run) => {
    nodeTest(title, async (t) => {
      try {
        await run(t);
      } catch (error) {
        mkdirSync(OUT, { recursive: true });
        for (const { page, name } of this.#people) {
          const path = `${OUT}failed-${name.replace(' ', '-')}.png`;
          await page.screenshot({ path, fullPage: true }).catch(() => {});
          t.diagnostic(`${name} was at ${page.url()}, pictured in ${path}`);
        }
        t.diagnostic(`the end of the server's log:\n${this.server.log().slice(-4000)}`);
        throw error;
      }
    });
  };

  /** Opens a browser of their own for somebody, named "First Last"; `options` are those of a browser context. */
  async person(name, options = {}) {
    const email = `${name.split(' ')[0].toLowerCase()}@northwind.example`;
    const person = await Person.enter(this.browser, { url: this.url, name, email, ...options });
    this.#people.push(person);
    return person;
  }

  async close() {
    for (const closer of this.#closers.reverse()) await closer.close();
    const complaints = this.#people.flatMap(({ name, complaints }) => complaints.map((text) => `${name}: ${text}`));
    assert.deepEqual(complaints, [], 'the browser complained about a page');
  }

  #keep(closer) {
    this.#closers.push(closer);
    return closer;
  }
}
