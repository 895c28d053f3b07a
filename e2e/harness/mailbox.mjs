// A real SMTP server on loopback that keeps what it is sent, for tests to wait for and to read.
import { once } from 'node:events';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';

const PATIENCE = 20_000; // milliseconds until a mail that never comes fails the test

export class Mailbox {
  #waiting = [];
  #unread = [];

  /** Starts the server on a free port. */
  static async open() {
    const box = new Mailbox();
    box.server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['AUTH', 'STARTTLS'],
      onData: (stream, session, done) => box.#take(stream, session).then(() => done(), done),
    });
    box.server.listen(0, '127.0.0.1');
    await once(box.server.server, 'listening');
    box.port = box.server.server.address().port;
    return box;
  }

  close() {
    return new Promise((resolve) => this.server.close(resolve));
  }

  /** The oldest mail to this address that no call returned yet; waits for one if there is none. */
  next(to) {
    const index = this.#unread.findIndex((mail) => mail.to === to);
    if (index >= 0) return Promise.resolve(this.#unread.splice(index, 1)[0]);
    return new Promise((resolve, reject) => {
      const waiter = { to, resolve };
      const others = () => this.#unread.map((mail) => `${mail.to}: ${mail.subject}`).join('; ') || 'none';
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        reject(new Error(`no mail to ${to} came; unread: ${others()}`));
      }, PATIENCE);
      waiter.resolve = (mail) => {
        clearTimeout(timer);
        resolve(mail);
      };
      this.#waiting.push(waiter);
    });
  }

  async #take(stream, session) {
    const raw = [];
    for await (const chunk of stream) raw.push(chunk);
    const parsed = await PostalMime.parse(Buffer.concat(raw));
    for (const { address } of session.envelope.rcptTo) {
      const { subject, text = '', html = '', from } = parsed;
      const mail = { to: address, from: from?.address, subject, text, html, link: firstLink(text) };
      const index = this.#waiting.findIndex((waiter) => waiter.to === address);
      if (index >= 0) this.#waiting.splice(index, 1)[0].resolve(mail);
      else this.#unread.push(mail);
    }
  }
}

/** The first link of a mail's text: what the mail asks its reader to open. */
function firstLink(text) {
  return text.match(/https?:\/\/[^\s<>")]+/)?.[0];
}
