/**
 * How a request gets to the service: its hosts, the token and the profile that go with it, and what an error response means.
 * Nothing here knows what is asked.
 */
import { orAborted } from '../../base/async';
import { KiroError } from '../../base/errors';
import { exchange, type Http, isUnsent, networkError, readText, type TextResponse } from '../../base/http';
import { isRecord, parseJson } from '../../base/json';
import {
  type Hosts,
  isHostSpecific,
  lacksProfile,
  provesToken,
  type Rejection,
  type Service,
  tellingRejection,
} from './hosts';
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
  /** Whether a rejection may be for want of a profile, which is then looked for; it is unless this says no. */
  looksForProfile?: boolean | undefined;
  signal: AbortSignal;
}

/** A response that is open. */
export interface Opened {
  response: Response;
  accessToken: string;
  /** Whether this token took the place of one that was rejected. */
  isReplacement: boolean;
  /** To be called once the response turns out to be the service's own, and no page of somebody in between. */
  confirm: () => void;
}

export interface KiroHttpDeps {
  http: Http;
  hosts: Hosts;
  sessions: SessionSource;
  shareContent: () => boolean;
  /** Finds, and keeps, the profile of an account whose chats the service takes only with one; none where it has none. */
  findProfile?: (accountId: string, signal: AbortSignal) => Promise<string | undefined>;
  /** Epoch milliseconds. */
  now: () => number;
}

/**
 * Requests to the service in the name of an account: which host, which token, which profile, and what an error response
 * means. What is asked for is no business of this folder, nor is where a session comes from.
 */
export class KiroHttp {
  /** Accounts for which the service insisted on a profile that they do not have. */
  private readonly needProfile = new Set<string>();

  constructor(private readonly deps: KiroHttpDeps) {}

  /**
   * Asks the hosts of a service in order until one answers; a rejected token is replaced once, and a missing profile is
   * looked for. `call` says what to send to a host. Resolves when the response is open. Throws what
   * `SessionSource.current` throws, and the KiroError the error response stands for.
   */
  async open(
    service: Service,
    asker: Asker,
    call: (host: string, session: Session) => Call,
  ): Promise<Opened> {
    const { rejected, signal } = asker;
    let isReplacement = rejected !== undefined;
    let session = await this.session(asker, rejected);
    for (;;) {
      try {
        const { response, host } = await this.overHosts(service, session, signal, call);
        const { accessToken } = session;
        const confirm = () => this.deps.hosts.remember(service, session, host);
        return { response, accessToken, isReplacement, confirm };
      } catch (error) {
        if (!(error instanceof KiroError)) throw error;
        const isForProfile = asker.looksForProfile !== false && lacksProfile(error, service, session);
        const profileArn = isForProfile ? await this.missingProfile(service, session, signal) : undefined;
        // Read anew, because the account's region is its profile's.
        if (profileArn) session = { ...(await this.session(asker, rejected)), profileArn };
        else if (error.code === 'token-rejected' && !isReplacement) {
          session = await this.session(asker, session.accessToken);
          isReplacement = true;
        } else throw error;
      }
    }
  }

  /** The bytes of a response that is a stream. Throws KiroError: what the response means that is none. */
  async stream({ response }: Opened, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
    const isText = /^(application\/json|text\/)/i.test(response.headers.get('content-type') ?? '');
    if (isText) throw notAStream(await textOf(response, signal), this.deps.now());
    if (!response.body) throw new KiroError('protocol', { reason: 'not-a-stream' });
    return bytesOf(response.body, signal);
  }

  /** The text of a response. Throws KiroError `network` where it breaks off. */
  async text(opened: Opened, signal: AbortSignal): Promise<string> {
    const { text } = await textOf(opened.response, signal);
    if (isRecord(parseJson(text))) opened.confirm();
    return text;
  }

  // Whoever stops a request waits for nothing: neither for a storage that does not answer, nor for another window.
  private async session(
    { accountId, region, signal }: Asker,
    rejected: string | undefined,
  ): Promise<Session> {
    const session = await orAborted(this.deps.sessions.current({ accountId, rejected, signal }), signal);
    const fallback = this.needProfile.has(session.accountId) ? session.fallbackProfileArn : undefined;
    return {
      ...session,
      region: region ?? session.region,
      profileArn: session.profileArn ?? fallback,
    };
  }

  // The service's other operations are asked in the background, where no person is to be asked for one of several.
  private async missingProfile(service: Service, session: Session, signal: AbortSignal) {
    const { accountId, fallbackProfileArn } = session;
    if (fallbackProfileArn) {
      this.needProfile.add(accountId);
      return fallbackProfileArn;
    }
    if (service !== 'runtime') return undefined;
    const found = await this.deps.findProfile?.(accountId, signal);
    signal.throwIfAborted();
    return found;
  }

  private async overHosts(
    service: Service,
    session: Session,
    signal: AbortSignal,
    call: (host: string, session: Session) => Call,
  ): Promise<{ response: Response; host: string }> {
    const { hosts } = this.deps;
    const rejections: Rejection[] = [];
    for (const host of hosts.candidates(service, session)) {
      try {
        return { response: await this.send(host, session, call(host, session), signal), host };
      } catch (error) {
        if (!(error instanceof KiroError) || !isHostSpecific(error)) throw error;
        const knowsAccount = hosts.hasWorked(service, session, host);
        // A host that served this account before does not need another: its token is simply old, or the request bad.
        if (knowsAccount && (error.code === 'token-rejected' || provesToken(error))) throw error;
        rejections.push({ error, knowsAccount });
      }
    }
    const cause = tellingRejection(rejections);
    if (!isUnsent(cause) || !hosts.areGuesses(service, session)) throw cause;
    throw new KiroError('network', { reason: 'unpublished-hosts', detail: session.region, cause });
  }

  private async send(host: string, session: Session, call: Call, signal: AbortSignal): Promise<Response> {
    const { path, headers, ...rest } = call;
    const response = await exchange(this.deps.http, {
      ...rest,
      url: host.replace(/\/+$/, '') + path,
      headers: {
        authorization: `Bearer ${session.accessToken}`,
        // A privacy switch: true means that the content is not to be used for service improvement.
        'x-amzn-codewhisperer-optout': String(!this.deps.shareContent()),
        ...(session.tokenType ? { tokentype: session.tokenType } : {}),
        ...headers,
      },
      signal,
    });
    if (response.ok) return response;
    throw httpError(await textOf(response, signal), this.deps.now());
  }
}

async function textOf(response: Response, signal: AbortSignal): Promise<TextResponse> {
  try {
    return { status: response.status, headers: response.headers, text: await readText(response) };
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
