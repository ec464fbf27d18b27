import { createHash } from 'node:crypto';
import type { Login } from '../../auth/credentials';
import { SingleFlight } from '../../base/async';
import { KiroError } from '../../base/errors';
import type { Logger } from '../../base/logger';
import type { KiroCliLogins } from '../../import/kiroCli/kiroCliDatabase';
import type { FoundLogin } from '../../import/kiroCli/kiroCliRows';
import type { Account, Origin } from '../account';
import { findAccountOf, isKnown, sameOrigin } from '../identity';
import type { AccountStore } from '../storage/accountStore';
import type { PersonFacts } from '../storage/changes';

/** A login in Kiro CLI's database that belongs to none of the accounts. */
export interface NewLogin {
  /** Stays the same when the login's tokens change, and tells nothing of it. To remember that a person does not want it. */
  identity: string;
  login: Login;
  origin: Origin;
  profileName?: string | undefined;
  /** The account that was linked to this place before, if there is one: it could be updated instead. */
  formerly: Account | undefined;
}

export interface NewLoginsDeps {
  accounts: AccountStore;
  read: (signal: AbortSignal) => Promise<KiroCliLogins>;
  /** Asks the service whose login this is. */
  identify: (login: Login, signal: AbortSignal) => Promise<PersonFacts>;
  /** Somebody signed in to Kiro CLI anew; called once per identity. */
  onNewLogin: (found: NewLogin) => void;
  /** Identities a person does not want to hear of. */
  isIgnored?: (identity: string) => boolean;
  /** Epoch milliseconds. */
  now: () => number;
  logger: Logger;
}

/** Reports the logins in Kiro CLI's database that belong to none of the accounts, each once. */
export class NewLogins {
  private readonly flights = new SingleFlight<void>();
  private readonly reported = new Set<string>();

  constructor(private readonly deps: NewLoginsDeps) {}

  /** Looks at the database, which is only read. Throws KiroError `storage`, or the signal's reason. */
  async look(signal: AbortSignal): Promise<void> {
    await this.flights.run('look', () => this.report(signal));
  }

  private async report(signal: AbortSignal): Promise<void> {
    const found = await this.found(signal);
    for (const one of found?.logins ?? []) {
      const origin: Origin = { kind: 'kiro-cli', database: found?.database ?? '', key: one.key };
      const newLogin = await this.newLoginIn(one, origin, signal);
      if (!newLogin || this.reported.has(newLogin.identity)) continue;
      if (this.deps.isIgnored?.(newLogin.identity)) continue;
      this.reported.add(newLogin.identity);
      this.deps.onNewLogin(newLogin);
    }
  }

  private async found(signal: AbortSignal): Promise<KiroCliLogins | undefined> {
    try {
      return await this.deps.read(signal);
    } catch (error) {
      if (!(error instanceof KiroError)) throw error;
      this.deps.logger.debug(`Kiro CLI’s database could not be followed (${error.message}).`);
      return undefined;
    }
  }

  private async newLoginIn(
    { login, profileName }: FoundLogin,
    origin: Origin,
    signal: AbortSignal,
  ): Promise<NewLogin | undefined> {
    const accounts = await this.deps.accounts.list();
    if (findAccountOf(login, origin, accounts)) return undefined;
    const known = await this.described(login, signal);
    const identity = identityOf(known);
    if (!identity || findAccountOf(known, origin, accounts)) return undefined;
    const formerly = accounts.find((account) => sameOrigin(account.origin, origin));
    return { identity, login: known, origin, profileName, formerly };
  }

  private async described(login: Login, signal: AbortSignal): Promise<Login> {
    if (isKnown(login) || login.tokens.expiresAt <= this.deps.now()) return login;
    try {
      const { email, userId } = await this.deps.identify(login, signal);
      return { ...login, email: email ?? login.email, userId: userId ?? login.userId };
    } catch (error) {
      if (!(error instanceof KiroError)) throw error;
      this.deps.logger.debug(`It could not be told whose login Kiro CLI has (${error.message}).`);
      return login;
    }
  }
}

// Tokens change every hour, so they name nobody. A login that nothing names is looked at again with the next change.
function identityOf({ grant, userId, email }: Login): string | undefined {
  const person = userId ?? email?.toLowerCase();
  const client = grant.kind === 'oidc' ? grant.clientId : undefined;
  if (!person && !client) return undefined;
  return createHash('sha256')
    .update(person ? `${grant.kind}:${person}` : `client:${client}`)
    .digest('hex');
}
