import { methodName } from '../auth/credentials';
import type { Account } from './account';

type Named = Pick<Account, 'grant' | 'email' | 'profileName'>;

/**
 * What to call an account: its e-mail, otherwise its method and profile. Where another account has that name already,
 * the method, and then a number, tells them apart.
 */
export function labelFor(account: Named, taken: readonly string[]): string {
  const names = [baseName(account)];
  if (account.email) names.push(`${account.email} (${methodName(account.grant)})`);
  const free = names.find((name) => !taken.includes(name));
  if (free) return free;
  for (let number = 2; ; number++) {
    const name = `${names.at(-1)} ${number}`;
    if (!taken.includes(name)) return name;
  }
}

/** Whether a person gave the account its label: it is none that `labelFor` makes. */
export function isRenamed(account: Named & { label: string }): boolean {
  const method = methodName(account.grant);
  const made = [baseName(account), `${account.email} (${method})`];
  return !made.includes(account.label.replace(/ \d+$/, '')) && !made.includes(account.label);
}

/** The name an account would have if it were the only one. */
export function baseName(account: Named): string {
  const method = methodName(account.grant);
  return account.email ?? (account.profileName ? `${method} (${account.profileName})` : method);
}

/** The account that somebody calls by this name: its label, its e-mail address, or its id, in capitals or not. */
export function accountCalled(name: string, accounts: readonly Account[]): Account | undefined {
  const wanted = plain(name);
  // What tells accounts apart comes first: several may have one e-mail address.
  return (
    accounts.find(({ label }) => plain(label) === wanted) ??
    accounts.find(({ email }) => email && plain(email) === wanted) ??
    accounts.find(({ id }) => plain(id) === wanted)
  );
}

function plain(name: string): string {
  return name.trim().toLowerCase();
}
