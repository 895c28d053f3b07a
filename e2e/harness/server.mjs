// The real binary, on a free loopback port with a data folder or database of its own.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ended, freePort } from './process.mjs';

const BINARY = process.env.GUILDHALL_BIN ?? new URL('../../target/debug/guildhall', import.meta.url).pathname;
const PATIENCE = 20_000; // milliseconds until a server that does not get ready fails the test

/** Starts `guildhall serve`; `database` is a PostgreSQL address, or nothing for SQLite. */
export async function startServer({ mailPort, database, settings = {} }) {
  if (!existsSync(BINARY)) throw new Error(`${BINARY} is missing: build it with \`cargo build\``);
  const folder = mkdtempSync(join(tmpdir(), 'guildhall-e2e-'));
  const url = `http://127.0.0.1:${await freePort()}`;
  const env = {
    PATH: process.env.PATH,
    GUILDHALL_LISTEN: new URL(url).host,
    GUILDHALL_BASE_URL: url,
    GUILDHALL_DATA_DIR: folder,
    GUILDHALL_SMTP__HOST: '127.0.0.1',
    GUILDHALL_SMTP__PORT: String(mailPort),
    GUILDHALL_SMTP__SECURITY: 'none',
    ...(database && { GUILDHALL_DATABASE: database }),
    ...settings,
  };
  const child = spawn(BINARY, ['serve'], { env, cwd: folder });
  const log = [];
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => log.push(text));
  const server = {
    url,
    folder,
    log: () => log.join(''),
    async close() {
      child.kill('SIGTERM');
      await ended(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await ready(server, child);
  return server;
}

async function ready(server, child) {
  const deadline = performance.now() + PATIENCE;
  while (performance.now() < deadline && child.exitCode === null) {
    const answer = await fetch(`${server.url}/readyz`).catch(() => null);
    if (answer?.ok) return;
    await pause(25);
  }
  await server.close();
  throw new Error(`the server did not get ready:\n${server.log()}`);
}
