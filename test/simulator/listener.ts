/** The HTTP side: one loopback server per service, each request read whole before it is answered. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sendReply } from './player';
import type { Received } from './received';
import { json } from './reply';
import { type Service, services } from './services';

/** The header under which `simulator.fetch` passes on the host the client meant. */
export const hostHeader = 'x-simulated-host';

export type Handle = (request: Received, response: ServerResponse) => Promise<void>;

export class Listener {
  private constructor(
    private readonly servers: Server[],
    readonly endpoints: Record<Service, string>,
  ) {}

  /** Listens on 127.0.0.1; the runtime at `port` if one is given, everything else wherever there is room. */
  static async start(now: () => number, handle: Handle, port = 0): Promise<Listener> {
    const servers: Server[] = [];
    const endpoints: Record<string, string> = {};
    for (const service of services) {
      const server = createServer((incoming, response) => {
        serve(service, incoming, response, now, handle).catch((error: unknown) => {
          console.error('The simulator failed to answer', incoming.url, error);
          if (response.headersSent) response.destroy();
          else sendReply(json(500, { message: 'The simulator failed.' }), response);
        });
      });
      servers.push(server);
      endpoints[service] = await listen(server, service === 'runtime' ? port : 0);
    }
    return new Listener(servers, endpoints as Record<Service, string>);
  }

  /** Closes every server and every open connection. */
  async stop(): Promise<void> {
    await Promise.all(
      this.servers.map((server) => {
        const closed = new Promise<void>((resolve) => server.close(() => resolve()));
        server.closeAllConnections();
        return closed;
      }),
    );
  }
}

function listen(server: Server, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    });
  });
}

async function serve(
  service: Service,
  incoming: IncomingMessage,
  response: ServerResponse,
  now: () => number,
  handle: Handle,
): Promise<void> {
  incoming.socket.setNoDelay(true);
  const finished = Promise.withResolvers<void>();
  const url = new URL(incoming.url ?? '/', 'http://simulator');
  const headers = Object.fromEntries(
    Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
  );
  const request: Received = {
    service,
    host: headers[hostHeader] ?? headers['host'] ?? '',
    method: incoming.method ?? '',
    path: url.pathname,
    query: url.searchParams,
    headers,
    text: '',
    body: undefined,
    at: now(),
    account: undefined,
    status: undefined,
    closedEarlyAt: undefined,
    finished: finished.promise,
  };
  response.once('close', () => {
    if (!response.writableFinished) request.closedEarlyAt = now();
    request.status = response.headersSent ? response.statusCode : undefined;
    finished.resolve();
  });
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  request.text = Buffer.concat(chunks).toString('utf8');
  request.body = parse(request.text);
  await handle(request, response);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
