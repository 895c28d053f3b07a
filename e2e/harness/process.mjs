// Small pieces for starting and ending other programs.
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';

/** A loopback port that nothing listens on at this moment. */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** Resolves when the program has ended, also if it has already. */
export async function ended(child) {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

/** Resolves at the first line that matches; rejects with everything read if the program ends before. */
export function lines(stream, pattern, child) {
  const seen = [];
  return new Promise((resolve, reject) => {
    createInterface({ input: stream }).on('line', (line) => {
      seen.push(line);
      if (pattern.test(line)) resolve(line);
    });
    child.once('exit', (code) => reject(new Error(`the program ended with ${code}:\n${seen.join('\n')}`)));
  });
}
