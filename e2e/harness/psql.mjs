// Somebody at a cluster: the psql that its page tells them to run.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';

const PATIENCE = 10_000; // milliseconds for an answer

export class Psql {
  #child;
  #said = '';
  #number = 0;

  /** Runs the command that a cluster's page shows, with a password. */
  static async connect(command, password) {
    const [program, ...words] = command.split(/\s+/);
    assert.equal(program, 'psql');
    const psql = new Psql();
    // Errors go where answers go, so that they stay in order; a connection that is lost ends the program.
    const merged = ['-c', 'exec psql "$@" 2>&1', 'psql'];
    const options = ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=0', ...words];
    psql.#child = spawn('sh', [...merged, ...options], {
      env: { PATH: process.env.PATH, PGPASSWORD: password, PGCONNECT_TIMEOUT: '5' },
    });
    psql.#child.stdout.setEncoding('utf8').on('data', (text) => (psql.#said += text));
    psql.#child.stdin.on('error', () => {}); // what was not written shows as the end of the program
    try {
      await psql.ask('select 1');
    } catch (error) {
      await psql.close();
      throw error;
    }
    return psql;
  }

  /** The answer to a statement; rejects with what the server says against it. */
  async ask(statement) {
    this.#said = '';
    const mark = `done-${(this.#number += 1)}`;
    this.#child.stdin.write(`${statement};\n\\warn ${mark}\n`);
    const deadline = performance.now() + PATIENCE;
    while (!this.#said.includes(mark)) {
      if (this.#child.exitCode !== null) throw new Error(`psql ended: ${this.#said}`);
      assert.ok(performance.now() < deadline, `no answer to ${statement}: ${this.#said}`);
      await Promise.race([once(this.#child.stdout, 'data'), once(this.#child, 'close')]);
    }
    const answer = this.#said.replace(mark, '').trim();
    if (/^(psql: )?(ERROR|FATAL)/m.test(answer)) throw new Error(answer);
    return answer;
  }

  /** Waits until the server has ended the connection. */
  async ended() {
    const deadline = performance.now() + PATIENCE;
    while (performance.now() < deadline) {
      const lost = await this.ask('select 1').then(
        () => false,
        () => true,
      );
      if (lost) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.fail('the connection goes on');
  }

  async close() {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill();
    await once(this.#child, 'close');
  }
}
