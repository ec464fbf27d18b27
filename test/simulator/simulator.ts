/** A Kiro service on loopback: chat, models, profiles, usage, and both sign-in services. */
import { AssertionError } from 'node:assert';
import type { AccountOptions, SimulatedAccount } from './account';
import { Accounts } from './accounts';
import { AuthorizationCodes } from './authorizationCodes';
import { ChatService } from './chatService';
import { DeviceCodes } from './deviceCodes';
import { IdentityProvider, identityClientId, identityProviderPath } from './identityProvider';
import { TokenIssuer } from './issuer';
import { defaultLimits, type Limits } from './limits';
import { hostHeader, Listener } from './listener';
import { OidcService } from './oidc';
import type { Operation } from './operations';
import { ReasoningLedger } from './reasoningLedger';
import type { Received, ReceivedChat } from './received';
import { Router } from './router';
import { type Failure, ScriptedFailures } from './scriptedFailures';
import { type Script, ScriptQueue } from './scriptQueue';
import { type Service, serviceAt } from './services';
import { SocialService } from './social';
import type { Step } from './steps';
import type { Rule, Violation } from './violations';

export interface SimulatorOptions {
  /** Epoch milliseconds; everything that expires goes by this clock. */
  now?: () => number;
  /** The port of the runtime; any free one if absent. */
  port?: number;
  /** The answer to a chat nobody scripted. Without it, such a chat is an error. */
  answer?: (chat: ReceivedChat) => Step[] | undefined;
}

export class Simulator {
  /** Every request, in the order of arrival. */
  readonly received: Received[] = [];
  /** The chat requests among them, refused ones included. */
  readonly chats: ReceivedChat[] = [];
  /** Every rule any request broke. */
  readonly violations: Violation[] = [];
  readonly limits: Limits = { ...defaultLimits };
  /** Knows which reasoning was signed; a test that replays some without an earlier answer signs it here. */
  readonly ledger = new ReasoningLedger();
  /** The most that one page of models or profiles holds. */
  pageSize = 50;
  /** How often a client may ask whether a code was approved. */
  deviceIntervalMs = 5000;

  readonly #scripts = new ScriptQueue();
  readonly #failures = new ScriptedFailures();
  readonly #expected: Rule[] = [];
  readonly #waiters = new Set<() => void>();
  readonly #issuer: TokenIssuer;
  readonly #accounts: Accounts;
  readonly #codes: DeviceCodes;
  readonly #router: Router;
  #listener: Listener | undefined;

  private constructor({ now = Date.now, answer }: SimulatorOptions) {
    const issuer = new TokenIssuer(now);
    const accounts = new Accounts(issuer);
    const codes = new DeviceCodes(issuer, accounts);
    const { limits, ledger } = this;
    // Who came by the real hosts is sent on to the real portal.
    const portal = (host = '') => (serviceAt(host) ? 'https://app.kiro.dev' : this.endpoints.portal);
    const intervalMs = () => this.deviceIntervalMs;
    const onViolation = (violation: Violation) => this.violations.push(violation);
    const signIn = { issuer, accounts, codes, portal, intervalMs, onViolation };
    this.#issuer = issuer;
    this.#accounts = accounts;
    this.#codes = codes;
    this.#router = new Router({
      issuer,
      codes,
      failures: this.#failures,
      chat: new ChatService({
        issuer,
        ledger,
        limits,
        answer,
        scripts: this.#scripts,
        onChat: (chat) => this.#onChat(chat),
      }),
      oidc: new OidcService(signIn),
      social: new SocialService(signIn),
      identity: new IdentityProvider({
        issuer,
        accounts,
        authorizations: new AuthorizationCodes(issuer),
        base: portal,
      }),
      portal,
      pageSize: () => this.pageSize,
    });
  }

  /** Starts the service on 127.0.0.1. */
  static async start(options: SimulatorOptions = {}): Promise<Simulator> {
    const simulator = new Simulator(options);
    simulator.#listener = await Listener.start(
      options.now ?? Date.now,
      (request, response) => {
        simulator.received.push(request);
        for (const look of simulator.#waiters) look();
        return simulator.#router.handle(request, response);
      },
      options.port,
    );
    return simulator;
  }

  /** Closes everything, answers under way included. */
  async stop(): Promise<void> {
    await this.#listener?.stop();
  }

  /** The base URL of every service, as the setting `kiroModels.endpoints` takes them. */
  get endpoints(): Record<Service, string> {
    if (!this.#listener) throw new Error('The simulator is not listening yet.');
    return this.#listener.endpoints;
  }
  get url(): string {
    return this.endpoints.runtime;
  }

  /** An organization's identity provider; the refresh of an `external-idp` account goes to its token endpoint. */
  get identityProvider(): { issuerUrl: string; tokenEndpoint: string; clientId: string } {
    const issuerUrl = this.endpoints.portal + identityProviderPath;
    return { issuerUrl, tokenEndpoint: `${issuerUrl}/oauth2/token`, clientId: identityClientId };
  }

  /** A `fetch` for code that names the real hosts: it leads them here, and every other host nowhere. */
  readonly fetch = async (input: string | URL, init: RequestInit = {}): Promise<Response> => {
    const url = new URL(input);
    const real = serviceAt(url.hostname);
    if (!real) {
      const cause = Object.assign(new Error(`getaddrinfo ENOTFOUND ${url.hostname}`), { code: 'ENOTFOUND' });
      throw new TypeError('fetch failed', { cause });
    }
    const headers = new Headers(init.headers);
    headers.set(hostHeader, url.hostname);
    return fetch(`${this.endpoints[real.service]}${url.pathname}${url.search}`, { ...init, headers });
  };

  /** An account that is signed in already. */
  addAccount(options: AccountOptions): SimulatedAccount {
    return this.#accounts.add(options);
  }
  /** An account that exists but has never signed in. */
  createAccount(options: AccountOptions): SimulatedAccount {
    return this.#accounts.create(options);
  }
  get accounts(): readonly SimulatedAccount[] {
    return this.#accounts.all;
  }
  /** Every secret ever given out, for tests that look for leaks. */
  get issuedSecrets(): ReadonlySet<string> {
    return this.#issuer.secrets.issued;
  }

  /** Queues the answer of the next chat request. */
  script(...script: Script): void {
    this.#scripts.add(script);
  }
  /** Queues the answer of the next chat request that meets this condition. */
  scriptWhen(applies: (chat: ReceivedChat) => boolean, ...script: Script): void {
    this.#scripts.add(script, applies);
  }
  /** The next request for this operation fails like that. */
  failNext(operation: Operation, failure: Failure): void {
    this.#failures.add(operation, failure);
  }

  /** The user codes that wait for a decision, oldest first. */
  get waitingCodes(): string[] {
    return this.#codes.waiting;
  }
  approveDevice(userCode: string, account?: SimulatedAccount): SimulatedAccount {
    return this.#codes.approve(userCode, account);
  }
  denyDevice(userCode: string): void {
    this.#codes.deny(userCode);
  }
  expireDevice(userCode: string): void {
    this.#codes.expire(userCode);
  }

  /** Settles with the first request, past or future, that meets the condition. */
  async waitFor(applies: (request: Received) => boolean): Promise<Received> {
    return this.#until(() => this.received.find(applies));
  }
  /** Settles when that many chat requests have come in, with the last of them. */
  async waitForChats(count: number): Promise<ReceivedChat> {
    return this.#until(() => this.chats[count - 1]);
  }

  /** Says that a rule is going to be broken, once. */
  expectViolation(rule: Rule): void {
    this.#expected.push(rule);
  }

  /** Throws unless everything scripted was used, nothing unscripted came, and only expected rules were broken. */
  assertDone(): void {
    const expected = [...this.#expected];
    const surprises = this.violations.filter(({ rule }) => {
      const index = expected.indexOf(rule);
      if (index >= 0) expected.splice(index, 1);
      return index < 0;
    });
    const complaints = [
      ...surprises.map(
        ({ rule, path, detail }) => `broke the rule ${rule} at ${path || 'the body'}: ${detail}`,
      ),
      ...expected.map((rule) => `was expected to break the rule ${rule}`),
      ...this.#scripts.unscripted.map(({ text }) => `sent a chat nobody scripted: ${text.slice(0, 80)}`),
      ...(this.#scripts.left ? [`left ${this.#scripts.left} scripted answers unused`] : []),
      ...this.#failures.left.map((operation) => `left a failure of ${operation} unused`),
    ];
    if (complaints.length === 0) return;
    throw new AssertionError({ message: complaints.map((line) => `The client ${line}`).join('\n') });
  }

  /** Forgets what was scripted and expected, and what went wrong: the next test is not to hear of it. */
  reset(): void {
    this.#scripts.clear();
    this.#failures.clear();
    this.#expected.length = 0;
    this.violations.length = 0;
  }

  #onChat(chat: ReceivedChat): void {
    this.chats.push(chat);
    // A Builder ID cannot look its profile up: to be told that one is required is how its client learns of it.
    const canKnow = chat.account?.method !== 'builder-id';
    this.violations.push(...chat.violations.filter(({ rule }) => canKnow || rule !== 'profile-arn-required'));
    for (const look of this.#waiters) look();
  }

  #until<T>(find: () => T | undefined): Promise<T> {
    return new Promise((resolve) => {
      const look = () => {
        const found = find();
        if (found === undefined) return;
        this.#waiters.delete(look);
        resolve(found);
      };
      this.#waiters.add(look);
      look();
    });
  }
}
