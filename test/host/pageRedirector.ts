import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * Where a window sends the browser for a page of this machine: it would go through a proxy that this server does not
 * have, so it goes here, `/<port>/<path>`, and on to the page itself.
 */
export class PageRedirector {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<PageRedirector> {
    const server = createServer((request, response) => {
      const [, port, path] = /^\/(\d+)(\/.*)?$/.exec(request.url ?? '') ?? [];
      if (!port) response.writeHead(404).end();
      else response.writeHead(302, { location: `http://127.0.0.1:${port}${path ?? '/'}` }).end();
    });
    // It must not keep a program alive that has nothing else to do.
    server.listen(0, '127.0.0.1').unref();
    await new Promise((resolve) => server.once('listening', resolve));
    return new PageRedirector(server);
  }

  /** For the server's environment. */
  get environment(): Record<string, string> {
    const { port } = this.#server.address() as AddressInfo;
    return { VSCODE_PROXY_URI: `http://127.0.0.1:${port}/{{port}}/` };
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
