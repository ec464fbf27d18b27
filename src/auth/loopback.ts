import { createServer } from 'node:http';
import type { BrowserReply, Listen } from './portal';

/** What a page says to the person who sees it; one sentence each, as plain text. */
export type PageTexts = Readonly<Record<Extract<BrowserReply, { kind: 'page' }>['page'], string>>;

/** Listens on 127.0.0.1 for a browser that comes back from a sign-in, and responds with these texts. */
export function listenOnLoopback(texts: PageTexts): Listen {
  return (port, respond) =>
    new Promise((resolve, reject) => {
      const server = createServer((request, response) => {
        const url = URL.parse(request.url ?? '/', `http://localhost:${port}`);
        const replying =
          url && request.method === 'GET'
            ? respond(url)
            : Promise.resolve<BrowserReply>({ kind: 'page', page: 'unexpected' });
        replying.then(
          (reply) => {
            const [status, headers, body] = httpOf(reply, texts);
            response.writeHead(status, headers).end(body);
          },
          () => response.destroy(),
        );
      });
      server.once('error', reject);
      server.listen(port, '127.0.0.1', () => {
        resolve({
          close: () => {
            server.close();
            server.closeIdleConnections();
          },
        });
      });
    });
}

function httpOf(reply: BrowserReply, texts: PageTexts): [number, Record<string, string>, string] {
  // The address in the browser holds a code: it must not reach another site, nor stay in a cache.
  const careful = { 'referrer-policy': 'no-referrer', 'cache-control': 'no-store', connection: 'close' };
  if (reply.kind === 'redirect') return [302, { ...careful, location: reply.to }, ''];
  const escaped = texts[reply.page].replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
  const page = `<!doctype html><meta charset="utf-8"><title>Kiro Models for Chat</title><p style="font: 16px system-ui; margin: 4rem">${escaped}</p>`;
  const status = reply.page === 'signed-in' ? 200 : 400;
  return [status, { ...careful, 'content-type': 'text/html; charset=utf-8' }, page];
}
