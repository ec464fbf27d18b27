import { KiroError } from '../../base/errors';
import { exchange, type Http, networkError, type TextResponse } from '../../base/http';
import { type Hosts, isHostSpecific, type Service } from './hosts';
import { httpError, notAStream } from './serviceError';
import type { Session, SessionSource } from './session';

export interface Call {
  method: 'GET' | 'POST';
  /** Path and query, after the host's base URL. */
  path: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array<ArrayBuffer>;
}

/** Who asks, where, and until when. */
export interface Asker {
  /** The active account where none is named. */
  accountId?: string | undefined;
  /** Instead of the account's own region. */
  region?: string | undefined;
  /** A token that was refused after it had been let in; the request is sent with another, and with that one only. */
  rejected?: string | undefined;
  signal: AbortSignal;
}

export interface Opened {
  response: Response;
  accessToken: string;
  /** Whether this token took the place of one that was rejected. */
  isReplacement: boolean;
}

/**
 * Requests to the service in the name of an account: which host, which token, and what an error response means. What is
 * asked for is no business of this folder, nor is where a session comes from.
 */
export class KiroHttp {
  /** Accounts for which the service insisted on a profile that they do not have. */
  private readonly needProfile = new Set<string>();

  constructor(
    private readonly http: Http,
    private readonly hosts: Hosts,
    private readonly sessions: SessionSource,
    private readonly shareContent: () => boolean,
    private readonly now: () => number,
  ) {}

  /**
   * Asks the hosts of a service in order until one answers; a rejected token is replaced once. `call` says what to send
   * to a host. Resolves when the response is open. Throws what `SessionSource.current` throws, and the KiroError the
   * error response stands for.
   */
  async open(
    service: Service,
    asker: Asker,
    call: (host: string, session: Session) => Call,
  ): Promise<Opened> {
    const { accountId, region, rejected, signal } = asker;
    const there = (session: Session) => ({
      ...session,
      region: region ?? session.region,
      profileArn: session.profileArn ?? this.fallbackProfile(session),
    });
    const opened = async (session: Session, isReplacement: boolean): Promise<Opened> => ({
      response: await this.overHosts(service, there(session), signal, call),
      accessToken: session.accessToken,
      isReplacement,
    });
    const isReplacement = rejected !== undefined;
    const session = await this.sessions.current({ accountId, rejected, signal });
    try {
      return await opened(session, isReplacement);
    } catch (error) {
      if (!(error instanceof KiroError)) throw error;
      if (error.reason === 'PROFILE_ARN_REQUIRED' && this.mayFallBack(session)) {
        this.needProfile.add(session.accountId);
        return await opened(session, isReplacement);
      }
      if (error.code !== 'token-rejected' || isReplacement) throw error;
      return await opened(
        await this.sessions.current({ accountId, rejected: session.accessToken, signal }),
        true,
      );
    }
  }

  /** The bytes of a response that is a stream. Throws KiroError: what the response means that is none. */
  async stream({ response }: Opened, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
    const isText = /^(application\/json|text\/)/i.test(response.headers.get('content-type') ?? '');
    if (isText) throw notAStream(await textOf(response, signal), this.now());
    if (!response.body) throw new KiroError('protocol', { reason: 'not-a-stream' });
    return bytesOf(response.body, signal);
  }

  private fallbackProfile(session: Session): string | undefined {
    return this.needProfile.has(session.accountId) ? session.fallbackProfileArn : undefined;
  }

  private mayFallBack(session: Session): boolean {
    return !session.profileArn && session.fallbackProfileArn !== undefined && !this.fallbackProfile(session);
  }

  private async overHosts(
    service: Service,
    session: Session,
    signal: AbortSignal,
    call: (host: string, session: Session) => Call,
  ): Promise<Response> {
    const candidates = this.hosts.candidates(service, session);
    const rejections: KiroError[] = [];
    for (const host of candidates) {
      try {
        const response = await this.send(host, session, call(host, session), signal);
        this.hosts.remember(service, session, host);
        return response;
      } catch (error) {
        if (!(error instanceof KiroError) || !isHostSpecific(error)) throw error;
        rejections.push(error);
        // A host that served this account before does not need another: its token is simply old.
        if (error.code === 'token-rejected' && this.hosts.hasWorked(service, session, host)) break;
      }
    }
    // A rejected token may be replaced, so that is the one to tell; otherwise the preferred host's word counts.
    throw (
      rejections.find((error) => error.code === 'token-rejected') ?? rejections[0] ?? new KiroError('network')
    );
  }

  private async send(host: string, session: Session, call: Call, signal: AbortSignal): Promise<Response> {
    const { path, headers, ...rest } = call;
    const response = await exchange(this.http, {
      ...rest,
      url: host.replace(/\/+$/, '') + path,
      headers: {
        authorization: `Bearer ${session.accessToken}`,
        // A privacy switch: true means that the content is not to be used for service improvement.
        'x-amzn-codewhisperer-optout': String(!this.shareContent()),
        ...(session.tokenType ? { tokentype: session.tokenType } : {}),
        ...headers,
      },
      signal,
    });
    if (response.ok) return response;
    throw httpError(await textOf(response, signal), this.now());
  }
}

async function textOf(response: Response, signal: AbortSignal): Promise<TextResponse> {
  try {
    return { status: response.status, headers: response.headers, text: await response.text() };
  } catch (error) {
    throw networkError(error, signal);
  }
}

// Only what reading the socket throws is a lost connection; a bug further up stays a bug. The service had the prompt by
// then, so this is no `network` failure, which would be sent again and might be paid for twice.
async function* bytesOf(body: ReadableStream<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    const cause = networkError(error, signal);
    if (!(cause instanceof KiroError) || cause.code !== 'network') throw cause;
    throw new KiroError('truncated', { reason: 'connection-lost', detail: cause.reason, cause });
  }
}
