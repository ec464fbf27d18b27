import { createHash } from 'node:crypto';
import type { Login } from '../../auth/credentials';
import { SingleFlight } from '../../base/async';
import { KiroError } from '../../base/errors';
import { type Lock, unlocked } from '../../base/fileLock';
import type { Logger } from '../../base/logger';
import type { KiroCliLogins } from '../../import/kiroCli/kiroCliDatabase';
import type { FoundLogin } from '../../import/kiroCli/kiroCliRows';
import type { Origin } from '../account';
import type { Identity } from '../identity';

/** A login in Kiro CLI's database of somebody whom none of the accounts belongs to. */
export interface NewLogin {
  /** Stays the same when the login's tokens change, and tells nothing of it. To remember that a person does not want it. */
  identity: string;
  login: Login;
  origin: Origin;
  profileName?: string | undefined;
}

export interface NewLoginsDeps {
  identity: Pick<Identity, 'whoseIs'>;
  read: (signal: AbortSignal) => Promise<KiroCliLogins>;
  /**
   * Somebody signed in to Kiro CLI anew; called once per identity, and in one window only until it settles. Until a person
   * has answered, the login may have become another one: `reread` gives it as it is then, undefined where it is gone.
   */
  onNewLogin: (
    found: NewLogin,
    reread: (signal: AbortSignal) => Promise<NewLogin | undefined>,
  ) => Promise<void>;
  /** Who was where when the database was last looked at, by row; kept over restarts. */
  seen: { get: () => Seen | undefined; set: (seen: Seen) => PromiseLike<void> };
  /** Identities a person does not want to hear of. */
  isIgnored?: (identity: string) => boolean;
  /** Across windows. */
  lock?: Lock;
  logger: Logger;
}

/** Identities by row; empty where nobody could tell whose the login was. */
export type Seen = Readonly<Record<string, string>>;

/** A login in the database, and whose it is. */
interface Row {
  row: string;
  /** Undefined where nobody can tell whose it is. */
  identity: string | undefined;
  /** Absent where it is of one of the accounts. */
  found?: NewLogin;
}

/**
 * Reports the logins in Kiro CLI's database that belong to none of the accounts, each once. What was there already when the
 * first login was imported, or was an account until the person signed it out, is no news until the row holds another one.
 */
export class NewLogins {
  private readonly flights = new SingleFlight<void>();

  constructor(private readonly deps: NewLoginsDeps) {}

  /** Looks at the database, which is only read. Throws KiroError `storage`, or the signal's reason. */
  async look(signal: AbortSignal): Promise<void> {
    await this.flights.run('look', async () => {
      const { seen } = this.deps;
      const rows = await this.find(signal);
      const before = seen.get();
      const after = rows.map(({ row, identity }) => [
        row,
        identity ?? before?.[row] ?? (before ? undefined : ''),
      ]);
      await seen.set(Object.fromEntries(after.filter(([, identity]) => identity !== undefined)));
      for (const { row, identity, found } of rows) {
        const isSeen = !before || before[row] === '' || before[row] === identity;
        if (found && !isSeen) this.report(found);
      }
    });
  }

  private report(found: NewLogin): void {
    const { isIgnored, onNewLogin, lock = unlocked } = this.deps;
    const { identity } = found;
    if (isIgnored?.(identity)) return;
    const reread = async (signal: AbortSignal) =>
      (await this.find(signal)).find((one) => one.found?.identity === identity)?.found;
    const inAnotherWindow = async () => true;
    const { signal } = new AbortController();
    lock
      .hold(`new login ${identity}`, { signal, instead: inAnotherWindow }, async () => {
        await onNewLogin(found, reread);
        return true;
      })
      .catch((error: unknown) => {
        if (!(error instanceof KiroError)) throw error;
        this.deps.logger.warn(`A new login of Kiro CLI was not told of (${error.message}).`);
      });
  }

  private async find(signal: AbortSignal): Promise<Row[]> {
    const { database = '', logins = [] } = (await this.read(signal)) ?? {};
    return await Promise.all(logins.map((one) => this.rowOf(one, database, signal)));
  }

  private async read(signal: AbortSignal): Promise<KiroCliLogins | undefined> {
    try {
      return await this.deps.read(signal);
    } catch (error) {
      if (!(error instanceof KiroError)) throw error;
      this.deps.logger.debug(`Kiro CLI’s database could not be followed (${error.message}).`);
      return undefined;
    }
  }

  // A login that nobody can tell the person of is looked at again with the next change.
  private async rowOf(
    { key, login, profileName }: FoundLogin,
    database: string,
    signal: AbortSignal,
  ): Promise<Row> {
    const owner = await this.deps.identity.whoseIs(login, signal);
    const row = `${database} ${key}`;
    const { userId, email } =
      owner.kind === 'account' ? owner.account : owner.kind === 'other' ? owner.person : {};
    if (!userId) return { row, identity: undefined };
    const identity = createHash('sha256').update(`${login.grant.kind}:${userId}`).digest('hex');
    if (owner.kind === 'account') return { row, identity };
    const origin: Origin = { kind: 'kiro-cli', database, key };
    return {
      row,
      identity,
      found: { identity, login: { ...login, userId, email: email ?? login.email }, origin, profileName },
    };
  }
}
