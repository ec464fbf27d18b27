import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { HttpReply } from '../simulator/reply';

/** A response as the service gives it where nothing is wrong. */
export interface Recorded {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: Buffer;
}

/** What goes wrong with a response that begins. */
export type Play = (
  recorded: Recorded,
  response: ServerResponse,
  request: IncomingMessage,
) => Promise<void> | void;

/** A service in front of which something is always wrong in the same way. */
export class FaultyServer {
  /** How many requests came. */
  requests = 0;
  play: Play = () => undefined;
  recorded: Recorded = { status: 200, headers: {}, body: Buffer.alloc(0) };

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(): Promise<FaultyServer> {
    const server = createServer();
    const faulty = new FaultyServer(server, await listening(server));
    server.on('request', (request, response) => {
      faulty.requests++;
      request.resume().once('end', () => void faulty.play(faulty.recorded, response, request));
    });
    return faulty;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** An address at which nobody listens any more. */
export async function closedAddress(): Promise<string> {
  const server = createTcpServer();
  const url = await listening(server);
  await new Promise((resolve) => server.close(resolve));
  return url;
}

async function listening(server: Server | TcpServer): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The response with another body or other headers, ended properly. */
export function answer(change: (recorded: Recorded) => Partial<Recorded>): Play {
  return (recorded, response) => {
    const { status, headers, body } = { ...recorded, ...change(recorded) };
    response.writeHead(status, headers).end(body);
  };
}

/** An error response. */
export function reply({ status, headers, body }: HttpReply): Play {
  return answer(() => ({ status, headers: headers ?? {}, body: Buffer.from(body) }));
}

/** The connection breaks after this part of the body, 0 to 1; before the headers where it is undefined. */
export function cutAt(part: number | undefined): Play {
  return ({ status, headers, body }, response) => {
    if (part === undefined) return void response.destroy();
    // Says how long the body would have been, or the end would look like one.
    response.writeHead(status, { ...headers, 'content-length': `${body.length + 1}` });
    response.write(body.subarray(0, Math.floor(body.length * part)), () => response.destroy());
  };
}

/** Nothing more comes after this part of the body; not even headers where it is undefined. */
export function stallAt(part: number | undefined): Play {
  return ({ status, headers, body }, response) => {
    if (part === undefined) return;
    response.writeHead(status, headers);
    response.flushHeaders();
    response.write(body.subarray(0, Math.floor(body.length * part)));
  };
}

/** A few bytes at a time. */
export const drip: Play = async ({ status, headers, body }, response) => {
  response.writeHead(status, headers);
  const size = Math.max(1, Math.ceil(body.length / 200));
  for (let at = 0; at < body.length; at += size) {
    response.write(body.subarray(at, at + size));
    await new Promise((resolve) => setImmediate(resolve));
  }
  response.end();
};

/** Never ends, as fast as the client reads. */
export const endless: Play = ({ status, headers }, response) => {
  response.writeHead(status, headers);
  const chunk = Buffer.alloc(1 << 20, 0x20);
  const more = () => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on('drain', more);
  more();
};

export const gzipped = answer(({ headers, body }) => ({
  headers: { ...headers, 'content-encoding': 'gzip' },
  body: gzipSync(body),
}));
