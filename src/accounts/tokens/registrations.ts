import type { Account } from '../account';
import { isDead } from '../storage/changes';

const dayMs = 86_400_000;

/** Days before the end at which a person is told, the nearest first. */
export const noticeDays = [3, 14] as const;

/** A client registration that ends soon; with it ends every refresh, and only a new sign-in helps. */
export interface RegistrationWarning {
  account: Account;
  /** Which of the notices this is. */
  days: (typeof noticeDays)[number];
  /** Epoch milliseconds. */
  endsAt: number;
}

/** The notices to give at `now` (epoch milliseconds), and the accounts with a note that they were given. */
export function noticesDue(
  accounts: readonly Account[],
  now: number,
): { accounts: Account[]; warnings: RegistrationWarning[] } {
  const warnings: RegistrationWarning[] = [];
  const noted = accounts.map((account) => {
    const { grant } = account;
    if (grant.kind !== 'oidc' || grant.clientExpiresAt === undefined || isDead(account)) return account;
    const { clientId, clientExpiresAt: endsAt } = grant;
    const days = noticeDays.find((one) => endsAt - now <= one * dayMs);
    if (days === undefined || endsAt <= now || wasTold(account, clientId, days)) return account;
    warnings.push({ account, days, endsAt });
    return { ...account, registrationNotice: { clientId, days } };
  });
  return { accounts: noted, warnings };
}

/** When the next notice about this account is due, in epoch milliseconds (as is `now`); undefined where none is to come. */
export function nextNoticeAt(account: Account, now: number): number | undefined {
  const { grant } = account;
  if (grant.kind !== 'oidc' || grant.clientExpiresAt === undefined || isDead(account)) return undefined;
  const { clientId, clientExpiresAt: endsAt } = grant;
  if (endsAt <= now) return undefined;
  const days = noticeDays.toReversed().find((one) => !wasTold(account, clientId, one));
  return days === undefined ? undefined : endsAt - days * dayMs;
}

function wasTold({ registrationNotice: told }: Account, clientId: string, days: number): boolean {
  return told?.clientId === clientId && told.days <= days;
}
