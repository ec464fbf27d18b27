import type { Account, Health } from '../accounts/account';
import type { NewLogin } from '../accounts/kiroCliFollower';
import { methodName } from '../auth/credentials';
import { isRenewable } from '../auth/refresh';
import type { Credits } from '../kiro/subscription';

// An account's facts as a person would say them.

/** An account's health as a person would say it. */
export function healthName(health: Health): string {
  switch (health) {
    case 'active':
      return 'Signed in';
    case 'signed-out':
      return 'Signed out, sign in again';
    case 'registration-expired':
      return 'Registration expired, sign in again';
    case 'suspended':
      return 'Suspended by Kiro';
    case 'out-of-credits':
      return 'Out of credits';
  }
}

/** Whether an account is ours alone. */
export function originName({ origin }: Account): string {
  switch (origin.kind) {
    case 'own':
      return 'signed in here';
    case 'kiro-cli':
      return 'shared with Kiro CLI';
    case 'kiro-ide':
      return 'shared with the Kiro IDE';
  }
}

/** What is used of a plan, such as `312.5 of 1,000 credits used`. */
export function creditsName({ used, limit }: Credits): string {
  const number = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
  return `${number.format(used)} of ${number.format(limit)} credits used`;
}

/** How the account signs in. */
export function methodOf(of: Account | NewLogin): string {
  return methodName('login' in of ? of.login.grant : of.grant);
}

/** How long the login lasts. */
export function validity(account: Account): string {
  if (account.grant.kind === 'apiKey') return 'valid until the key is revoked';
  if (isRenewable(account)) return 'renewed automatically';
  return `valid until ${new Date(account.tokens.expiresAt).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })}`;
}
