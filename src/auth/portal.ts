import { createHash, randomBytes } from 'node:crypto';
import type { Endpoints } from '../base/endpoints';
import { KiroError } from '../base/errors';
import type { Login } from './credentials';
import {
  authorizationUrl,
  discoverIdentityProvider,
  exchangeCode,
  type IdentityProvider,
  type IdpAuthorization,
  type IdpClient,
} from './externalIdp';
import type { AuthCall } from './tokenEndpoint';

/** The only ports the portal sends a browser back to. */
export const portalPorts = [3128, 4649, 6588, 8008, 9091, 49153, 50153, 51153, 52153, 53153] as const;

/** Why a sign-in through the portal did not come about: reasons of KiroError `bad-request`, besides the service's own. */
export const portalProblems = ['no-free-port', 'other-method', 'incomplete-callback'] as const;

export type PortalProblem = (typeof portalProblems)[number];

/** The response to a browser that comes back. */
export type BrowserReply =
  | { kind: 'redirect'; to: string }
  | { kind: 'page'; page: 'signed-in' | 'failed' | 'unexpected' };

/** Listens on 127.0.0.1 at this port; rejects where the port is taken. `close` lets responses under way go out. */
export type Listen = (
  port: number,
  respond: (url: URL) => Promise<BrowserReply>,
) => Promise<{ close(): void }>;

export interface PortalBrowser {
  listen: Listen;
  /** Opens a page in the person's browser. */
  open: (url: string) => Promise<unknown>;
  sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

const portalHost = 'https://app.kiro.dev';
const limitMs = 10 * 60_000;

/**
 * Signs in with an organization's identity provider through Kiro's portal: the portal learns the organization from the
 * person's e-mail and sends the browser back with its issuer; from there the browser is sent on to the identity
 * provider, and comes back with a code. A callback with a wrong `state` is nobody's of ours and changes nothing. Throws
 * KiroError `bad-request` with one of `portalProblems` as reason, `login-denied`, `login-timed-out` (after ten
 * minutes), what `discoverIdentityProvider` and `exchangeCode` throw, or the signal's reason.
 */
export async function portalLogin(call: AuthCall, { listen, open, sleep }: PortalBrowser): Promise<Login> {
  const { promise, resolve, reject } = Promise.withResolvers<Login>();
  const over = new AbortController();
  const signal = AbortSignal.any([call.signal, over.signal]);
  let conversation: Conversation | undefined;
  const respond = async (url: URL): Promise<BrowserReply> => {
    if (!conversation) return { kind: 'page', page: 'unexpected' };
    return await conversation.respond(url, resolve, reject);
  };
  const { port, close } = await firstFree(listen, respond);
  try {
    conversation = new Conversation(port, call);
    const timedOut = sleep(limitMs, signal).then(() => {
      throw new KiroError('login-timed-out', { reason: 'undecided' });
    });
    const opened = open(conversation.startUrl).then(() => promise);
    return await Promise.race([promise, opened, timedOut]);
  } finally {
    over.abort();
    close();
  }
}

/** Where a sign-in stands, seen from the browser's side. */
type Stage =
  | { kind: 'portal'; state: string }
  | { kind: 'issuer'; idp: IdentityProvider; client: IdpClient; authorization: IdpAuthorization }
  | { kind: 'done' };

class Conversation {
  readonly startUrl: string;
  private readonly origin: string;
  private stage: Stage;

  constructor(
    port: number,
    private readonly call: AuthCall,
  ) {
    this.origin = `http://localhost:${port}`;
    const state = randomBytes(16).toString('base64url');
    this.stage = { kind: 'portal', state };
    const challenge = createHash('sha256').update(randomBytes(32).toString('base64url')).digest('base64url');
    const url = new URL(`${portalBase(call.endpoints)}/signin`);
    url.search = new URLSearchParams({
      state,
      // For Google and GitHub logins, which this way is not for; the page wants one whatever is chosen on it.
      code_challenge: challenge,
      code_challenge_method: 'S256',
      redirect_uri: this.origin,
      // The page knows programs by fixed names only; this one means: a program that listens on loopback.
      redirect_from: 'kirocli',
    }).toString();
    this.startUrl = url.href;
  }

  async respond(
    url: URL,
    resolve: (login: Login) => void,
    reject: (error: unknown) => void,
  ): Promise<BrowserReply> {
    const { stage } = this;
    const state = url.searchParams.get('state');
    const isCallback = ['/oauth/callback', '/signin/callback'].includes(url.pathname);
    const awaited =
      stage.kind === 'portal' ? stage.state : stage.kind === 'issuer' ? stage.authorization.state : undefined;
    if (!isCallback || awaited === undefined || state !== awaited)
      return { kind: 'page', page: 'unexpected' };
    // A browser that loads the page twice must not begin anything twice.
    this.stage = { kind: 'done' };
    try {
      if (stage.kind === 'portal') return { kind: 'redirect', to: await this.toIssuer(url) };
      if (stage.kind === 'issuer')
        resolve(await exchangeCode(stage.idp, stage.client, stage.authorization, url, this.call));
      return { kind: 'page', page: 'signed-in' };
    } catch (error) {
      reject(error);
      return { kind: 'page', page: 'failed' };
    }
  }

  /** From the portal's callback to the identity provider's page. */
  private async toIssuer({ searchParams }: URL): Promise<string> {
    if (searchParams.has('error')) throw new KiroError('login-denied', { reason: 'portal' });
    if (searchParams.get('login_option') !== 'external_idp') throw failed('other-method');
    const issuerUrl = searchParams.get('issuer_url');
    const clientId = searchParams.get('client_id');
    if (!issuerUrl || !clientId) throw failed('incomplete-callback');
    const client = {
      clientId,
      scopes: (searchParams.get('scopes') ?? '').split(/[\s,]+/).filter(Boolean),
      redirectUri: `${this.origin}/oauth/callback`,
      loginHint: searchParams.get('login_hint') ?? undefined,
    };
    const idp = await discoverIdentityProvider(issuerUrl, this.call);
    const authorization = await authorizationUrl(idp, client);
    this.stage = { kind: 'issuer', idp, client, authorization };
    return authorization.url;
  }
}

async function firstFree(
  listen: Listen,
  respond: (url: URL) => Promise<BrowserReply>,
): Promise<{ port: number; close: () => void }> {
  const failures: unknown[] = [];
  for (const port of portalPorts) {
    try {
      const listener = await listen(port, respond);
      return { port, close: () => listener.close() };
    } catch (error) {
      failures.push(error);
    }
  }
  throw failed('no-free-port', new AggregateError(failures));
}

function failed(reason: PortalProblem, cause?: unknown): KiroError {
  return new KiroError('bad-request', { reason, cause });
}

/** The base URL of the page on which people sign in. */
export function portalBase(endpoints: Endpoints): string {
  return endpoints.portal?.replace(/\/+$/, '') || portalHost;
}
