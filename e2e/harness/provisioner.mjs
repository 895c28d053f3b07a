// A provisioner of the driver `http`: it begins what it is asked, and tells how it went when the test says so.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';

const KEY = Buffer.alloc(32, 7);
const PASSING = { create: 'starting', start: 'starting', stop: 'stopping', terminate: 'terminating' };

export class Provisioner {
  #server = createServer((request, answer) => this.#asked(request, answer));
  #orders = [];

  static async open() {
    const provisioner = new Provisioner();
    provisioner.#server.listen(0, '127.0.0.1');
    await once(provisioner.#server, 'listening');
    return provisioner;
  }

  /** The settings of an installation whose clusters on this machine it makes. */
  settings() {
    return {
      GUILDHALL_CLUSTERS__LOCAL__DRIVER: 'http',
      GUILDHALL_CLUSTERS__LOCAL__URL: `http://127.0.0.1:${this.#server.address().port}/`,
      GUILDHALL_CLUSTERS__LOCAL__SECRET: `whsec_${KEY.toString('base64')}`,
    };
  }

  /** Calls an installation back about the move that was begun last: its cluster has come to a state. */
  async tells(url, state) {
    const { cluster, request } = this.#orders.at(-1);
    const body = JSON.stringify({ cluster: cluster.id, request, report: { state } });
    const [id, at] = [`${request}-${state}`, Math.floor(Date.now() / 1000)];
    const code = createHmac('sha256', KEY).update(`${id}.${at}.${body}`).digest('base64');
    const answer = await fetch(`${url}/api/v1/clusters/${cluster.id}/reports`, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(at),
        'webhook-signature': `v1,${code}`,
      },
    });
    assert.equal(answer.status, 204, await answer.text());
  }

  async close() {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #asked(request, answer) {
    const parts = [];
    for await (const part of request) parts.push(part);
    const order = JSON.parse(Buffer.concat(parts).toString());
    const state = PASSING[order.verb] ?? order.cluster.state;
    if (order.verb in PASSING) this.#orders.push(order);
    // Nobody asks again for five minutes: what shows on a page before, it was told.
    answer.end(JSON.stringify({ state, poll_after: 300 }));
  }
}
