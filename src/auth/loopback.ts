import { createServer, type RequestListener, type Server } from 'node:http';
import { systemCodeOf } from '../base/errors';
import type { BrowserReply, Listen } from './portal';

/** What a page says to the person who sees it; one sentence each, as plain text. */
export type PageTexts = Readonly<Record<Extract<BrowserReply, { kind: 'page' }>['page'], string>>;

// A browser sends the cookies of every program that was ever on localhost along.
const maxHeaderSize = 256 * 1024;

/**
 * Listens on 127.0.0.1 and ::1 for a browser that comes back from a sign-in, and responds with these texts: the browser
 * may take `localhost` for either, and whoever had the other one would get the code. Rejects where either is taken.
 */
export function listenOnLoopback(texts: PageTexts): Listen {
  return async (port, respond) => {
    const handle: RequestListener = (request, response) => {
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
    };
    const first = await listenAt('127.0.0.1', port, handle);
    try {
      const second = await listenAt('::1', port, handle).catch(noneWithoutIpv6);
      return {
        close: () => {
          close(first);
          if (second) close(second);
        },
      };
    } catch (error) {
      close(first);
      throw error;
    }
  };
}

function listenAt(host: string, port: number, handle: RequestListener): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer({ maxHeaderSize }, handle);
    server.once('error', reject);
    server.listen(port, host, () => resolve(server));
  });
}

function noneWithoutIpv6(error: unknown): undefined {
  if (!['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL'].includes(systemCodeOf(error))) throw error;
}

function close(server: Server): void {
  server.close();
  server.closeIdleConnections();
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
