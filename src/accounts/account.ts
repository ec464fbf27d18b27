/**
 * An account: a login that is kept, with what is known of its health. This folder and those in it decide whose login is used,
 * keep it and keep it alive. Nothing here speaks to a service except through functions it is given, and nothing shows
 * anything to a person.
 */
import type { Login } from '../auth/credentials';

/** Where a login came from. A linked one (anything but `own`) shares its tokens with another program, on one machine. */
export type Origin =
  /** A copy is of a login that another program may use still: it is never ended at the service. */
  | { kind: 'own'; isCopy?: boolean | undefined }
  | { kind: 'kiro-cli'; database: string; key: string; machine?: string | undefined }
  | { kind: 'kiro-ide'; file: string; machine?: string | undefined };

export const healths = [
  'active',
  'signed-out',
  'registration-expired',
  'suspended',
  'out-of-credits',
] as const;

export type Health = (typeof healths)[number];

/** Why the health is what it is, and since when. Times are epoch milliseconds. */
export interface Condition {
  /** The service's or our own machine-readable reason. */
  reason?: string | undefined;
  since: number;
  /** The service has refused the refresh token: no window on any machine sends it again. */
  isRefused?: boolean | undefined;
  /** When it ends by itself: the day the credits come back. */
  until?: number | undefined;
}

export const sourceProblems = ['gone', 'unreadable', 'other-login', 'read-only'] as const;

/** Why the place a linked account came from has nothing for it, or cannot be given anything; the account keeps what it has. */
export type SourceProblem = (typeof sourceProblems)[number];

export interface Account extends Login {
  id: string;
  label: string;
  /** The name of the chosen profile, where it is known. */
  profileName?: string | undefined;
  origin: Origin;
  health: Health;
  /** Absent while all is well. */
  condition?: Condition | undefined;
  /** The refresh token the linked place is left with until a renewed one is written back there. */
  sourceHolds?: string | undefined;
  /** Absent while the linked place is as it was. */
  sourceProblem?: SourceProblem | undefined;
  /** The last notice given about the end of the client registration. */
  registrationNotice?: { clientId: string; days: number } | undefined;
  /** Epoch milliseconds. */
  addedAt: number;
}

/** What is kept, the oldest account first. */
export interface StoredAccounts {
  /** The account whose models are used; absent where there is no account. */
  activeId?: string | undefined;
  accounts: Account[];
}

/** Of somebody who has no account yet. */
export const noAccounts: StoredAccounts = { accounts: [] };
