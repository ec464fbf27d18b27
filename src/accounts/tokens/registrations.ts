import type { Account } from '../account';
import { isSignedOut } from '../health';

const dayMs = 86_400_000;

/** Days before the end at which a person is told, the nearest first. */
export const noticeDays = [3, 14] as const;

/** A client registration that ends soon; with it ends every refresh, and only a new sign-in helps. */
export interface RegistrationWarning {
  account: Account;
  /** Which of the notices this is. */
  stage: (typeof noticeDays)[number];
  /** The days that are left, the one that has begun included. */
  daysLeft: number;
}

/** The notice to give about an account at `now` (epoch milliseconds); undefined where none is due. */
export function dueNotice(account: Account, now: number): RegistrationWarning | undefined {
  const registration = registrationOf(account);
  if (!registration || (nextNoticeAt(account, now) ?? Infinity) > now) return undefined;
  const daysLeft = Math.ceil((registration.endsAt - now) / dayMs);
  const stage = noticeDays.find((one) => daysLeft <= one);
  return stage && { account, stage, daysLeft };
}

/** The account with a remark that this notice was given. */
export function withNotice(account: Account, days: number): Account {
  const registration = registrationOf(account);
  return registration
    ? { ...account, registrationNotice: { clientId: registration.clientId, days } }
    : account;
}

/** When the next notice about this account is due, in epoch milliseconds (as is `now`); undefined where none is to come. */
export function nextNoticeAt(account: Account, now: number): number | undefined {
  const registration = registrationOf(account);
  if (!registration || registration.endsAt <= now) return undefined;
  const days = noticeDays.toReversed().find((one) => !wasTold(account, one));
  return days === undefined ? undefined : registration.endsAt - days * dayMs;
}

function registrationOf(account: Account): { clientId: string; endsAt: number } | undefined {
  const { grant } = account;
  if (grant.kind !== 'oidc' || grant.clientExpiresAt === undefined || isSignedOut(account)) return undefined;
  return { clientId: grant.clientId, endsAt: grant.clientExpiresAt };
}

function wasTold(account: Account, days: number): boolean {
  const { registrationNotice: told } = account;
  return told?.clientId === registrationOf(account)?.clientId && told !== undefined && told.days <= days;
}
