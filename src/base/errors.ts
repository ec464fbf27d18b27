/**
 * What every folder may use, because it knows nothing of Kiro, of accounts or of VS Code.
 *
 * Every way something can fail, as the person would tell them apart. The sentences are written in `vscode/messages`.
 */
export const errorCodes = [
  'signed-out',
  'login-denied',
  'login-timed-out',
  'token-rejected',
  'registration-expired',
  'forbidden',
  'suspended',
  'quota',
  'rate-limited',
  'capacity',
  'too-long',
  'unknown-model',
  'bad-request',
  'server',
  'network',
  'timeout',
  'protocol',
  'truncated',
  'import-failed',
  'storage',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

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
  const codes: readonly ErrorCode[] = ['signed-out', 'registration-expired', 'token-rejected'];
  return error instanceof KiroError && codes.includes(error.code);
}

/** The code of an error of the operating system, such as `ENOENT`; `no code` where it has none. */
export function systemCodeOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : 'no code';
}
