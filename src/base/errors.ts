/**
 * What every folder may use, because it knows nothing of Kiro, of accounts or of VS Code.
 *
 * Every way something can fail, as the person would tell them apart, and what follows for whoever meets it. The sentences
 * are written in `vscode/messages`.
 */
const errors = {
  'signed-out': { scope: 'account', recovery: 'sign-in' },
  'login-denied': { scope: 'request', recovery: 'other' },
  'login-timed-out': { scope: 'request', recovery: 'other' },
  // Another host may still know the token.
  'token-rejected': { scope: 'host', recovery: 'sign-in' },
  'registration-expired': { scope: 'account', recovery: 'sign-in' },
  forbidden: { scope: 'request', recovery: 'other' },
  suspended: { scope: 'account', recovery: 'other' },
  quota: { scope: 'account', recovery: 'other' },
  'rate-limited': { scope: 'account', recovery: 'time' },
  capacity: { scope: 'request', recovery: 'time' },
  'too-long': { scope: 'request', recovery: 'other' },
  'unknown-model': { scope: 'request', recovery: 'other' },
  'bad-request': { scope: 'request', recovery: 'other' },
  server: { scope: 'request', recovery: 'time' },
  network: { scope: 'host', recovery: 'time' },
  timeout: { scope: 'request', recovery: 'time' },
  protocol: { scope: 'request', recovery: 'other' },
  truncated: { scope: 'request', recovery: 'other' },
  'import-failed': { scope: 'request', recovery: 'other' },
  storage: { scope: 'request', recovery: 'other' },
} as const satisfies Record<string, ErrorTraits>;

interface ErrorTraits {
  /** What fails with it: this request, as it is; whatever is asked of this host; or whatever is asked in the account's name. */
  scope: 'request' | 'host' | 'account';
  /** What helps: time alone; only the person, with a new sign-in, or in place of an API key with another one; or something else. */
  recovery: 'time' | 'sign-in' | 'other';
}

/** A new code is a row above: without its traits it does not compile. */
export type ErrorCode = keyof typeof errors;

export const errorCodes = Object.keys(errors) as readonly ErrorCode[];

/** The reason of the KiroError `quota` that is the person's own limit, and not one of the service. */
export const ownBudget = 'OWN_BUDGET';

/** What is known about a failure. Nothing in here may be a secret: all of it can reach a log or a screen. */
export interface ErrorFacts {
  /** HTTP status of the error response. */
  status?: number | undefined;
  /** The machine-readable reason: the service's own (`MONTHLY_REQUEST_COUNT`) or ours (`no-database`). */
  reason?: string | undefined;
  /** The service's own sentence, redacted and shortened. */
  detail?: string | undefined;
  /** The service's request id, for a support case. */
  requestId?: string | undefined;
  /** The place, from 0, of the tool that the service is not content with. */
  toolIndex?: number | undefined;
  /** Whether the service itself said so, in a response of its own; a gateway or a proxy may say much the same. */
  isFromService?: boolean | undefined;
  /** How long the service asks to wait, in milliseconds. */
  retryAfterMs?: number | undefined;
  /** What a request that did not fit consists of, the largest part first. */
  sizes?: readonly SizePart[] | undefined;
  /** The skeleton of a request that was rejected, without anyone's words; for the log only. */
  repro?: string | undefined;
  cause?: unknown;
}

/** One kind of content of a request, in estimated tokens. */
export interface SizePart {
  part: 'tools' | 'images' | 'documents' | 'history' | 'message' | 'toolResult';
  tokens: number;
  count: number;
  /** The tool, of a single result. */
  name?: string | undefined;
}

/** The one error class of the project: a closed code, and facts as fields. */
export class KiroError extends Error {
  override readonly name = 'KiroError';
  readonly status: number | undefined;
  readonly reason: string | undefined;
  readonly detail: string | undefined;
  readonly requestId: string | undefined;
  readonly toolIndex: number | undefined;
  readonly isFromService: boolean;
  readonly retryAfterMs: number | undefined;
  readonly sizes: readonly SizePart[] | undefined;
  readonly repro: string | undefined;

  constructor(
    readonly code: ErrorCode,
    facts: ErrorFacts = {},
  ) {
    super(
      [code, facts.status, facts.reason].filter((part) => part !== undefined).join(' '),
      facts.cause === undefined ? undefined : { cause: facts.cause },
    );
    this.status = facts.status;
    this.reason = facts.reason;
    this.detail = facts.detail;
    this.requestId = facts.requestId;
    this.toolIndex = facts.toolIndex;
    this.isFromService = facts.isFromService ?? false;
    this.retryAfterMs = facts.retryAfterMs;
    this.sizes = facts.sizes;
    this.repro = facts.repro;
  }
}

/** True where only the person helps: with a new sign-in, or in place of an API key with another one. */
export function needsSignIn(error: unknown): error is KiroError {
  return error instanceof KiroError && errors[error.code].recovery === 'sign-in';
}

/** True for what may be over in a moment. */
export function isPassing(error: unknown): error is KiroError {
  return error instanceof KiroError && errors[error.code].recovery === 'time';
}

/** What fails with an error: this request, as it is; whatever is asked of this host; or whatever is asked in the account's name. */
export function scopeOf({ code }: KiroError): ErrorTraits['scope'] {
  return errors[code].scope;
}

/** The code of an error of the operating system, such as `ENOENT`; `no code` where it has none. */
export function systemCodeOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : 'no code';
}
