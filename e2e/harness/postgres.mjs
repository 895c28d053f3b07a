// A throwaway PostgreSQL cluster on a free loopback port, gone with its folder when it is closed.
import { execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ended, freePort, lines } from './process.mjs';

export async function startPostgres() {
  const programs = findPrograms();
  const folder = mkdtempSync(join(tmpdir(), 'guildhall-postgres-'));
  const owner = unprivileged();
  if (owner.uid !== undefined) chownSync(folder, owner.uid, owner.gid);
  const data = join(folder, 'data');
  const init = ['-D', data, '-U', 'guildhall', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
  execFileSync(join(programs, 'initdb'), init, { ...owner, cwd: folder, stdio: 'pipe' });
  const port = await freePort();
  const settings = ['fsync=off', 'full_page_writes=off', 'listen_addresses=127.0.0.1', `port=${port}`];
  const options = settings.flatMap((setting) => ['-c', setting]);
  const server = spawn(join(programs, 'postgres'), ['-D', data, '-k', folder, ...options], { ...owner, cwd: folder });
  await lines(server.stderr, /ready to accept connections/, server);
  return {
    url: `postgres://guildhall@127.0.0.1:${port}/postgres`,
    async close() {
      server.kill('SIGINT'); // the fast shutdown: sessions are ended, not awaited
      await ended(server);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The newest installed server's folder of programs. */
function findPrograms() {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).filter((v) => existsSync(`${debian}/${v}/bin/initdb`)) : [];
  if (versions.length > 0) return `${debian}/${versions.sort((a, b) => a - b).at(-1)}/bin`;
  const found = (process.env.PATH ?? '').split(':').find((folder) => existsSync(join(folder, 'initdb')));
  if (!found) throw new Error('no initdb: PostgreSQL has to be installed');
  return found;
}

/** PostgreSQL refuses to run as root, so root lends it the account that its package made. */
function unprivileged() {
  if (process.getuid() !== 0) return {};
  const id = (flag) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}
